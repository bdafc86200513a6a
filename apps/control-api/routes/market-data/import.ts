import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MARKET_DATA_BYTES_MAX, MarketDataBody, MarketDataImport } from '#contracts/api/market-data.ts'
import { problems } from '#api/http/operation.ts'
import { corridorsMoved, importDataset, importsOfLastDay, readCurrentData, readDataRevision, refused, withTenantRead, withTenantWrite, type Json } from '#database/index.ts'
import { importMarketData as importFiles } from '#governance/index.ts'
import type { DatasetIssue } from '#orchestrator/dataset.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { limitsOf, marketDataImportOf, readMarketDataFiles } from '#api/market-data-files.ts'
import { ProblemError } from '#api/problems.ts'
import { layLearned } from '#api/learn.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'market_data.imported'
/** Two an hour. Every dataset is kept for good, because decisions point to it: without a most, one company could fill the disk that all share. */
const IMPORTS_A_DAY_MAX = 48
const RETRY_AFTER_S = 3_600

/**
 * POST /api/market-data/imports: five files become the corridor data in force, all of it or none. 400 market_data_invalid names file, record and
 * field; 409 nothing_new where exactly this is in force, stale_version where something else is than was looked at, 429 rate_limited
 * after 48 imports in 24 hours.
 */
export const importMarketData = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/market-data/imports', {
    config: { permission: 'market_data:import', audit: ACTION, stepUp: true, rateClass: 'export', bodyBytesMax: MARKET_DATA_BYTES_MAX },
    schema: { operationId: 'importMarketData', summary: 'Import corridor data', tags: ['corridor data'], body: MarketDataBody, response: { 201: MarketDataImport, ...problems } },
  }, async (request, reply) => {
    const { files, from_revision } = request.body
    const actor = actorOf(request)
    // Validated before the transaction: nothing waits for half a megabyte of JSON.
    const read = readMarketDataFiles(files, deps.now())
    if (!read.ok) return deny(deps, request, read.why)
    const written = await withTenantWrite<{ revision: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: 'stale_version' | 'nothing_new' | 'rate_limited', facts: Readonly<Record<string, Json>>) =>
        refused<Refused>({ code, ...(code === 'rate_limited' ? { retry_after_s: RETRY_AFTER_S } : {}) }, { action: ACTION, entity: 'tenant', entity_id: actor.tenant_id, facts: { ...facts, code } })
      const current = await readCurrentData(tx)
      if (from_revision !== undefined && from_revision !== current.data_revision) return refuse('stale_version', { from_revision, data_revision: current.data_revision })
      if ((await importsOfLastDay(tx)) >= IMPORTS_A_DAY_MAX) return refuse('rate_limited', { data_revision: current.data_revision })
      const issues: DatasetIssue[] = (await corridorsMoved(tx, read.data.files)).slice(0, 1).map((record) =>
        ({ file: 'corridors.json', record, field: 'source', message: 'this corridor may go further than simulation: other countries or currencies are a corridor with an id of its own' }))
      // What policy allows at most is not one admin's to move.
      if (current.files !== null && limitsOf(current.files) !== limitsOf(read.data.files)) {
        issues.push({ file: 'estimates.json', record: '(file)', field: 'default_limits', message: 'the limits of policy are not changed by an import in the console; the owner of the server imports other ones' })
      }
      if (issues.length > 0) {
        return refused<Refused>({ code: 'market_data_invalid', field: `/files/${issues[0]!.file}`, issues }, { action: ACTION, entity: 'tenant', entity_id: actor.tenant_id, facts: { data_revision: current.data_revision, code: 'market_data_invalid' } })
      }
      const { revision, facts } = await importFiles({ current: async () => current, put: (data) => importDataset(tx, data) }, read.data, { dry_run: false, note: 'console' })
      if (revision === null) return refuse('nothing_new', { data_revision: current.data_revision, snapshot_digest: read.data.digest })
      // What was learned multiplies the priors of the new data, not of the old.
      await layLearned(deps, tx)
      return {
        audit: { action: ACTION, entity: 'data_revision', entity_id: String(revision), transition_seq: null, facts },
        response: { status: 201, body: { revision } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { revision } = written.value.body
    const made = await withTenantRead(deps.db, actor, (tx) => readDataRevision(tx, revision))
    if (made === null) throw new ProblemError('unavailable')
    return reply.code(201).send(marketDataImportOf(made))
  })
}
