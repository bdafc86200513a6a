import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { chainGenesis, type ChainHead } from '#contracts/audit-chain.ts'
import { checkpointLine, type AuditCheckpoint } from '#contracts/audit-checkpoint.ts'
import { AUDIT_EXPORT_FORMAT } from '#contracts/audit-export.ts'
import type { Actor } from '#contracts/roles.ts'
import { problems } from '#api/http/operation.ts'
import { CHECKPOINTS_A_BATCH, readAuditBatch, readAuditHead, readCheckpointBatch, withTenantRead, type ExportedAuditEvent } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

const JsonLines = Type.String({ description: 'One JSON object a line: the tenant, its genesis and the keys, each signed checkpoint, each event oldest first, the head', 'x-media-type': 'application/x-ndjson' })

/**
 * GET /api/audit-events/export: the tenant's whole chain as it is stored, broken or not; `npm run audit:verify` judges it without this server. Its end is
 * signed first, unless the chain does not go on from what was signed before.
 */
export const exportAuditEvents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/audit-events/export', {
    config: { permission: 'audit:export', audit: null, rateClass: 'export', stepUp: true },
    schema: { operationId: 'exportAuditEvents', summary: 'Export the chain', tags: ['audit'], response: { 200: JsonLines, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    await deps.checkpoints.sign(actor.tenant_id, 'now')
    // Before the first byte, so that a store that is away is a problem and not a file that ends early.
    const { head, signed, first } = await withTenantRead(deps.db, actor, async (tx) => {
      const end = await readAuditHead(tx)
      const [checkpoints, events] = await Promise.all([readCheckpointBatch(tx, { after: 0, up_to: Number.MAX_SAFE_INTEGER }), readAuditBatch(tx, { after: 0, up_to: end.seq })])
      return { head: end, signed: checkpoints, first: events }
    })
    return reply.type('application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit-${actor.tenant_id}-${head.seq}.jsonl"`)
      // The schema says what the bytes are; they are sent as a stream.
      .send(Readable.from(linesOf(deps, actor, head, signed, first)) as never)
  })
}

/**
 * The lines of the file, a batch in memory at a time and no connection held while a slow reader takes one. Each batch is a transaction of its
 * own: up to the head that was read first, rows neither change nor come.
 */
async function* linesOf({ db, checkpoints }: Pick<AppDeps, 'db' | 'checkpoints'>, actor: Actor, head: ChainHead, signed: readonly AuditCheckpoint[], first: readonly ExportedAuditEvent[]): AsyncGenerator<string> {
  yield `${JSON.stringify({ type: 'genesis', format: AUDIT_EXPORT_FORMAT, tenant_id: actor.tenant_id, genesis: chainGenesis(actor.tenant_id).toString('hex'), keys: checkpoints.keys })}\n`
  // All of them, also of numbers behind the head: those say that the chain was longer.
  for (let batch = signed; batch.length > 0; ) {
    yield batch.map(checkpointLine).join('')
    const after = batch.at(-1)!.seq
    batch = batch.length < CHECKPOINTS_A_BATCH ? [] : await withTenantRead(db, actor, (tx) => readCheckpointBatch(tx, { after, up_to: Number.MAX_SAFE_INTEGER }))
  }
  for (let batch = first; batch.length > 0; ) {
    yield batch.map((event) => `${JSON.stringify({ type: 'event', ...event })}\n`).join('')
    const after = batch.at(-1)!.seq
    batch = after >= head.seq ? [] : await withTenantRead(db, actor, (tx) => readAuditBatch(tx, { after, up_to: head.seq }))
  }
  yield `${JSON.stringify({ type: 'head', seq: head.seq, hash: head.hash })}\n`
}
