import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, page, PageQuery, Uuid } from '#contracts/api/common.ts'
import { BankDetailChange } from '#contracts/api/suppliers.ts'
import { listBankDetailChanges as readChanges, readSupplier, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { bankDetailChangeOf } from '#api/party-views.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/suppliers/:id/bank-detail-changes: every change of its bank details, newest first, both versions masked. */
export const listBankDetailChanges = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/suppliers/:id/bank-detail-changes', {
    config: { permission: 'bank_details:read', audit: null },
    schema: { operationId: 'listBankDetailChanges', summary: 'Changes of bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), querystring: Type.Object(PageQuery, closed), response: { 200: page(BankDetailChange), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { cursor, limit } = request.query
    const found = await paged(() => withTenantRead(deps.db, actor, async (tx) => {
      const [supplier, changes] = await Promise.all([readSupplier(tx, id, { merchant_id: visibleMerchantId(actor) }), readChanges(tx, id, { limit: limit ?? 20, cursor: cursor ?? null })])
      return supplier === null ? null : changes
    }))
    if (found === null) throw new ProblemError('not_found')
    return { items: found.items.map(bankDetailChangeOf), next_cursor: found.next_cursor }
  })
}
