import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RecoveryCodes } from '#contracts/api/portal.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { renewRecoveryCodes as renew } from '#platform/auth/index.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/second-factor/recovery-codes: ten new ones in place of all old ones, shown this once and so without an Idempotency-Key. 409 no_second_factor. */
export const renewRecoveryCodes = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/second-factor/recovery-codes', {
    config: { permission: 'second_factor:manage', audit: 'second_factor.codes_renewed', idempotent: false, stepUp: true },
    schema: { operationId: 'renewRecoveryCodes', summary: 'New recovery codes', tags: ['auth'], body: EmptyBody, response: { 200: RecoveryCodes, ...problems } },
  }, async (request) => {
    const codes = await renew(deps.db, { token: request.sessionToken!, actor: actorOf(request), request_id: request.id })
    return codes === null ? deny(deps, request, { code: 'no_second_factor' }) : { recovery_codes: [...codes] }
  })
}
