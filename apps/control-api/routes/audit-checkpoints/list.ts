import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { AuditCheckpointPage, AuditCheckpointQuery } from '#contracts/api/audit.ts'
import { problems } from '#api/http/operation.ts'
import { listCheckpoints, withTenantRead } from '#database/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/audit-checkpoints: what was signed of the tenant's chain, newest first, with the public keys that a reader pins. */
export const listAuditCheckpoints = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/audit-checkpoints', {
    config: { permission: 'audit:verify', audit: null },
    schema: { operationId: 'listAuditCheckpoints', summary: 'Signed checkpoints and their keys', tags: ['audit'], querystring: AuditCheckpointQuery, response: { 200: AuditCheckpointPage, ...problems } },
  }, async (request): Promise<Static<typeof AuditCheckpointPage>> => {
    const { cursor, limit = 50 } = request.query
    return paged(async () => {
      const { items, next_cursor } = await withTenantRead(deps.db, actorOf(request), (tx) => listCheckpoints(tx, { limit, cursor: cursor ?? null }))
      return { items: items.map(({ tenant_id: _tenant, ...rest }) => rest), next_cursor, keys: deps.checkpoints.keys.map(({ key_id, public_key }) => ({ key_id, public_key })) }
    })
  })
}
