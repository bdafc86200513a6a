import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AccountRetireBody, ProviderAccount } from '#contracts/api/provider-accounts.ts'
import { readProviderAccount, refused, retireProviderAccount as endAccount, withTenantRead, withTenantWrite } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import { providerAccountOf } from '#api/provider-account-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/provider-accounts/:id/retire: takes an account out of use for good; it is never deleted. 409 stale_version where it was retired before. */
export const retireProviderAccount = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/provider-accounts/:id/retire', {
    config: { permission: 'provider_account:write', audit: 'provider_account.retired', stepUp: true },
    schema: { operationId: 'retireProviderAccount', summary: 'Retire an account with a provider', tags: ['corridors and providers'], params: Type.Object({ id: Uuid }, closed), body: AccountRetireBody, response: { 200: ProviderAccount, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'provider_account.retired', entity: 'provider_account', entity_id: id, facts: { code: refusal.code } })
      if ((await readProviderAccount(tx, id)) === null) return refuse({ code: 'not_found' })
      if (!(await endAccount(tx, id))) return refuse({ code: 'stale_version' })
      return { audit: { action: 'provider_account.retired', entity: 'provider_account', entity_id: id, transition_seq: 2, facts: { reason: request.body.reason } }, response: { status: 200, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const account = await withTenantRead(deps.db, actorOf(request), (tx) => readProviderAccount(tx, id))
    if (account === null) throw new ProblemError('not_found')
    return providerAccountOf(account)
  })
}
