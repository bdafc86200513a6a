import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AccountRevealBody, RevealedAccount } from '#contracts/api/provider-accounts.ts'
import { readSealedMetadata } from '#database/index.ts'
import { openAccountMetadata } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { reveal } from '#api/http/reveal.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/provider-accounts/:id/reveal: what the provider knows the account by, once, for a reason. It takes no idempotency key, because its answer is never stored. */
export const revealProviderAccount = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/provider-accounts/:id/reveal', {
    config: { permission: 'provider_account:reveal', audit: 'provider_account.revealed', idempotent: false, stepUp: true },
    schema: { operationId: 'revealProviderAccount', summary: 'Show the sealed metadata of an account', tags: ['corridors and providers'], params: Type.Object({ id: Uuid }, closed), body: AccountRevealBody, response: { 200: RevealedAccount, ...problems } },
  }, async (request): Promise<RevealedAccount> => {
    const { id } = request.params
    return reveal(deps, request, {
      entity: 'provider_account', id, reason: request.body.reason,
      read: (tx) => readSealedMetadata(tx, id), open: (keys, sealed) => openAccountMetadata(keys, id, sealed),
    })
  })
}
