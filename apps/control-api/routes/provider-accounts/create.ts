import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ProviderAccount, ProviderAccountBody } from '#contracts/api/provider-accounts.ts'
import { createProviderAccount as saveAccount, newId, readMerchant, readProviderAccount, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { accountMisfit } from '#governance/index.ts'
import { sealAccountMetadata } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import { ProblemError } from '#api/problems.ts'
import { providerAccountOf } from '#api/provider-account-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/provider-accounts: names an account that legs run on. What the provider knows it by goes in, is sealed, and comes back masked. */
export const createProviderAccount = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/provider-accounts', {
    config: { permission: 'provider_account:write', audit: 'provider_account.created', stepUp: true },
    schema: { operationId: 'createProviderAccount', summary: 'Add an account with a provider', tags: ['corridors and providers'], body: ProviderAccountBody, response: { 201: ProviderAccount, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { account_reference, account_holder, instructions, merchant_id = null, country = null, ...named } = request.body
    const shown = { ...named, country }
    if ((shown.rail_owner === 'merchant') !== (merchant_id !== null)) return deny(deps, request, { code: merchant_id === null ? 'missing_field' : 'invalid_field', field: '/merchant_id' })

    // Before the keys, because asking for them makes a company's first one. Data that has been imported never goes away, so this stays true below.
    const unfit = await withTenantRead(deps.db, actor, async (tx) => {
      const { snapshot } = await readMarket(deps, tx)
      return snapshot === null ? { code: 'no_corridor_data' as const } : accountMisfit(snapshot.dataset.providers, shown)
    })
    if (unfit !== null) return deny(deps, request, unfit)
    // Before the transaction: a key service that is away holds no connection and leaves nothing half-written.
    const keys = await deps.keysOf(actor, request.id)
    const id = newId()
    const sealed = sealAccountMetadata(keys, id, { account_reference, account_holder: account_holder ?? null, instructions: instructions ?? null })
    // Keyed, because a plain digest of a body whose other fields are known could be guessed back to its reference.
    const claim = { ...writeRequestOf(request), fingerprint: keys.fingerprint('createProviderAccount', request.body) }
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, claim, async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'provider_account.created', entity: 'request', entity_id: request.id, facts: { code: refusal.code } })
      if (merchant_id !== null && (await readMerchant(tx, merchant_id)) === null) return refuse({ code: 'not_found', field: '/merchant_id' })
      const saved = await saveAccount(tx, { ...shown, ...sealed, id, merchant_id })
      if (!saved.ok) return refuse({ ...saved.error, field: '/label' })
      const { provider_id, currency, country, rail_owner } = shown
      return {
        audit: { action: 'provider_account.created', entity: 'provider_account', entity_id: id, transition_seq: 1, facts: { provider_id, currency, country, rail_owner, merchant_id } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const account = await withTenantRead(deps.db, actor, (tx) => readProviderAccount(tx, written.value.body.id))
    if (account === null) throw new ProblemError('not_found')
    return reply.code(201).send(providerAccountOf(account))
  })
}
