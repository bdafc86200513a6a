import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { BankDetailChange, RejectBankDetailsBody } from '#contracts/api/suppliers.ts'
import { readChangeToDecide, refused, rejectBankDetails as keepOld, withTenantWrite } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readChangeToShow } from '#api/read-change.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/bank-detail-changes/:id/reject: the proposed details never count and the supplier is free again. Who proposed them withdraws them by this. */
export const rejectBankDetails = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/bank-detail-changes/:id/reject', {
    config: { permission: 'bank_details:decide', audit: 'bank_details.rejected' },
    schema: { operationId: 'rejectBankDetails', summary: 'Reject or withdraw other bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: RejectBankDetailsBody, response: { 200: BankDetailChange, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { because } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'bank_details.rejected', entity: 'bank_detail_change', entity_id: id, facts: { code: refusal.code } })
      const change = await readChangeToDecide(tx, id)
      if (change === null) return refuse({ code: 'not_found' })
      if (change.state !== 'pending' || !(await keepOld(tx, id, because))) return refuse({ code: 'change_decided' })
      const state = change.proposed_by === actor.user_id ? 'withdrawn' : 'rejected'
      return {
        audit: { action: 'bank_details.rejected', entity: 'bank_detail_change', entity_id: id, transition_seq: 2, facts: { supplier_id: change.supplier_id, state, because } },
        response: { status: 200, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readChangeToShow(deps, actor, id)
  })
}
