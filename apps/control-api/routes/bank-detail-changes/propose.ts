import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { accountProblem, type AccountDetails } from '#contracts/account-number.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { BankDetailChange, BankDetailsBody } from '#contracts/api/suppliers.ts'
import { newId, proposeBankDetails as hold, readSupplier, refused, withTenantWrite } from '#database/index.ts'
import { maskedDetails, sealDetailsAt } from '#platform/keys/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readChangeToShow } from '#api/read-change.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/suppliers/:id/bank-detail-changes: proposes other bank details of the same kind. From now on nothing is accepted for the supplier until somebody else has decided. */
export const proposeBankDetails = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/suppliers/:id/bank-detail-changes', {
    config: { permission: 'bank_details:propose', audit: 'bank_details.proposed' },
    schema: { operationId: 'proposeBankDetails', summary: 'Propose other bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: BankDetailsBody, response: { 201: BankDetailChange, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: supplier_id } = request.params
    const { received_by, account_number, cnaps = null, bank_name = null, bic = null } = request.body
    // Before the transaction: a key service that is away holds no connection and leaves nothing half-written.
    const keys = await deps.keysOf(actor, request.id)
    const id = newId()
    const details = { account_number, cnaps }
    // Keyed, because a plain digest of a body with one unknown number could be guessed back to it.
    const claim = { ...writeRequestOf(request), fingerprint: keys.fingerprint('proposeBankDetails', { path: request.params, body: request.body }) }
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, claim, async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'bank_details.proposed', entity: 'supplier', entity_id: supplier_id, facts: { code: refusal.code } })
      const supplier = await readSupplier(tx, supplier_id, { merchant_id: visibleMerchantId(actor) })
      if (supplier === null) return refuse({ code: 'not_found' })
      // Another kind of account, or one in another country, is another supplier: rules and routes depend on it.
      const unusable = accountProblem({ method: supplier.method as AccountDetails['method'], country: supplier.country, network: supplier.network as AccountDetails['network'], account_number })
      if (unusable !== null) return refuse({ code: 'invalid_field', field: '/account_number' })
      const held = await hold(tx, { id, supplier_id, received_by, bank_name, bic, ...maskedDetails(details), details_sealed: sealDetailsAt(keys, { of: 'proposed', id }, details) })
      if (!held) return refuse({ code: 'change_pending' })
      return {
        audit: { action: 'bank_details.proposed', entity: 'bank_detail_change', entity_id: id, transition_seq: 1, facts: { supplier_id, received_by } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readChangeToShow(deps, actor, written.value.body.id))
  })
}
