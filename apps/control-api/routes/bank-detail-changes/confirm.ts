import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { isSameAccount, isSameBic, type AccountDetails } from '#contracts/account-number.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { BankDetailChange, ConfirmBankDetailsBody } from '#contracts/api/suppliers.ts'
import { confirmBankDetails as putInForce, readChangeToDecide, refused, withTenantWrite } from '#database/index.ts'
import { openBankDetails, openDetailsAt, sealBankDetails, sealDetailsAt } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readChangeToShow } from '#api/read-change.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/bank-detail-changes/:id/confirm: somebody other than the proposer asked back in another way than the change came in, and was told
 * the same account at the same bank. The new details are in force from now on. 409 while any of that is not so.
 */
export const confirmBankDetails = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/bank-detail-changes/:id/confirm', {
    config: { permission: 'bank_details:decide', audit: 'bank_details.confirmed', stepUp: true },
    schema: { operationId: 'confirmBankDetails', summary: 'Confirm other bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: ConfirmBankDetailsBody, response: { 200: BankDetailChange, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { confirmed_over, confirmed_with, account_number, cnaps = null, bic = null } = request.body
    // Before the transaction: a key service that is away holds no connection and leaves nothing half-written.
    const keys = await deps.keysOf(actor, request.id)
    // Keyed, because a plain digest of a body with one unknown number could be guessed back to it.
    const claim = { ...writeRequestOf(request), fingerprint: keys.fingerprint('confirmBankDetails', { path: request.params, body: request.body }) }
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, claim, async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'bank_details.confirmed', entity: 'bank_detail_change', entity_id: id, facts: { code: refusal.code } })
      const change = await readChangeToDecide(tx, id)
      if (change === null) return refuse({ code: 'not_found' })
      if (change.state !== 'pending') return refuse({ code: 'change_decided' })
      if (change.proposed_by === actor.user_id) return refuse({ code: 'second_person_required' })
      if (change.received_by === confirmed_over) return refuse({ code: 'second_channel_required', field: '/confirmed_over' })
      const proposed = openDetailsAt(keys, { of: 'proposed', id }, change.details_sealed)
      // Told again and typed again: whoever only presses a button has compared nothing.
      if (!isSameAccount(change.method as AccountDetails['method'], proposed.account_number, account_number)) return refuse({ code: 'number_differs', field: '/account_number' })
      // A number is one bank's: left with another bank's code it leads to somebody else.
      if (proposed.cnaps !== cnaps) return refuse({ code: 'number_differs', field: '/cnaps' })
      if (!isSameBic(change.bic, bic)) return refuse({ code: 'number_differs', field: '/bic' })
      const before = openBankDetails(keys, change.supplier_id, change.present_sealed)
      const done = await putInForce(tx, id, {
        confirmed_over, confirmed_with, present_sealed: sealBankDetails(keys, change.supplier_id, proposed).bank_details_sealed, replaced_sealed: sealDetailsAt(keys, { of: 'replaced', id }, before),
      })
      if (!done) return refuse({ code: 'change_decided' })
      return {
        audit: { action: 'bank_details.confirmed', entity: 'bank_detail_change', entity_id: id, transition_seq: 2, facts: { supplier_id: change.supplier_id, confirmed_over, received_by: change.received_by, proposed_by: change.proposed_by } },
        response: { status: 200, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readChangeToShow(deps, actor, id)
  })
}
