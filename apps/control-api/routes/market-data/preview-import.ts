import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MARKET_DATA_BYTES_MAX, MarketDataBody, MarketDataPreview } from '#contracts/api/market-data.ts'
import { problems } from '#api/http/operation.ts'
import { readSettings, seeCurrentData, withTenantRead } from '#database/index.ts'
import { importMarketData, type RecordChanges } from '#governance/index.ts'
import { dataAge } from '#orchestrator/data-age.ts'
import { actorOf, problemOf } from '#api/http/signed-in.ts'
import { clockNow, marketOf } from '#api/market.ts'
import { readMarketDataFiles } from '#api/market-data-files.ts'
import type { AppDeps } from '#api/deps.ts'

const IDS_MAX = 50
const idsOf = (ids: readonly string[]) => ({ count: ids.length, ids: ids.slice(0, IDS_MAX) })
const changesOf = ({ added, changed, removed }: RecordChanges) => ({ added: idsOf(added), changed: idsOf(changed), removed: idsOf(removed) })

/** POST /api/market-data/imports/preview: what an import of these files would add, change and remove, and how old their prices are. 400 market_data_invalid. Nothing is written. */
export const previewMarketDataImport = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/market-data/imports/preview', {
    config: { permission: 'market_data:import', audit: null, reads: true, rateClass: 'export', bodyBytesMax: MARKET_DATA_BYTES_MAX },
    schema: { operationId: 'previewMarketDataImport', summary: 'Look at an import of corridor data', tags: ['corridor data'], body: MarketDataBody, response: { 200: MarketDataPreview, ...problems } },
  }, async (request) => {
    const read = readMarketDataFiles(request.body.files, deps.now())
    if (!read.ok) throw problemOf(read.why)
    const { data } = read
    return withTenantRead(deps.db, actorOf(request), async (tx) => {
      const settings = await readSettings(tx)
      const { changes, from_revision, nothing_new } = await importMarketData({ current: () => seeCurrentData(tx), put: async () => null }, data, { dry_run: true, note: '' })
      return {
        from_revision, digest: data.digest, nothing_new,
        changes: {
          corridors: changesOf(changes.corridors), providers: changesOf(changes.providers), estimates: changesOf(changes.estimates),
          rates: changesOf(changes.rates), tables: changesOf(changes.tables), facts: changesOf(changes.facts),
        },
        age: dataAge(data.dataset, { clock: clockNow(settings, deps.now()), time_zone: settings.time_zone }), market: marketOf(settings, deps.now()),
      }
    })
  })
}
