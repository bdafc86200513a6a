import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accountProblem } from '#contracts/account-number.ts'
import { Supplier, SupplierBody } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { createSupplier as saveSupplier, newId, readMerchant, readSupplier, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { sealBankDetails } from '#platform/keys/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import { supplierOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/suppliers: saves who is paid. The account number goes in, is sealed, and comes back masked. */
export const createSupplier = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/suppliers', {
    config: { permission: 'supplier:create', audit: 'supplier.created' },
    schema: { operationId: 'createSupplier', summary: 'Save a supplier', tags: ['merchants and suppliers'], body: SupplierBody, response: { 201: Supplier, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { merchant_id: named, account_number, cnaps, legal_name_zh, prefers, network, bank_name, bic, ...rest } = request.body
    const merchant_id = visibleMerchantId(actor) ?? named
    if (merchant_id === undefined) return deny(deps, request, { code: 'missing_field', field: '/merchant_id' })
    const unusable = accountProblem({ ...rest, account_number, network })
    if (unusable !== null) return deny(deps, request, { code: unusable.why === 'no_network' ? 'missing_field' : 'invalid_field', field: `/${unusable.field}` })

    // Before the keys, because asking for them makes a company's first one: a company that cannot have suppliers yet gets none. Data never goes away again.
    if ((await withTenantRead(deps.db, actor, (tx) => readMarket(deps, tx))).snapshot === null) return deny(deps, request, { code: 'no_corridor_data' })
    // Before the transaction: a key service that is away holds no connection and leaves nothing half-written.
    const keys = await deps.keysOf(actor, request.id)
    const id = newId()
    const sealed = sealBankDetails(keys, id, { account_number, cnaps: cnaps ?? null })
    // Keyed, because a plain digest of a body whose other fields are known could be guessed back to its number.
    const claim = { ...writeRequestOf(request), fingerprint: keys.fingerprint('createSupplier', request.body) }
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, claim, async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'supplier.created', entity: 'merchant', entity_id: merchant_id, facts: { code: refusal.code } })
      if ((named !== undefined && named !== merchant_id) || (await readMerchant(tx, merchant_id)) === null) return refuse({ code: 'not_found', field: '/merchant_id' })
      const { snapshot } = await readMarket(deps, tx)
      if (snapshot === null) return refuse({ code: 'no_corridor_data' })
      if (!snapshot.country_zones.has(rest.country)) return refuse({ code: 'invalid_field', field: '/country' })
      if (!snapshot.usd_mids.has(rest.settlement_currency)) return refuse({ code: 'invalid_field', field: '/settlement_currency' })
      await saveSupplier(tx, {
        ...rest, id, ...sealed, merchant_id, legal_name_zh: legal_name_zh ?? null, prefers: prefers ?? null, network: network ?? null, bank_name: bank_name ?? null,
        bic: bic ?? null,
      })
      return {
        audit: { action: 'supplier.created', entity: 'supplier', entity_id: id, transition_seq: 0, facts: { merchant_id, country: rest.country, method: rest.method, settlement_currency: rest.settlement_currency } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const supplier = await withTenantRead(deps.db, actor, (tx) => readSupplier(tx, written.value.body.id, { merchant_id: visibleMerchantId(actor) }))
    if (supplier === null) throw new ProblemError('not_found')
    return reply.code(201).send(supplierOf(supplier))
  })
}
