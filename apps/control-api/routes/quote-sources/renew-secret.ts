import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { QuoteSourceWithSecret } from '#contracts/api/quote-sources.ts'
import { readQuoteSource, refused, renewQuoteSecret as saveSecret, withTenantRead, withTenantWrite } from '#database/index.ts'
import { newQuoteSecret, sealQuoteSecret } from '#platform/keys/index.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import { quoteSourceOf } from '#api/quote-source-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/quote-sources/:id/renew-secret: the old secret counts no more from now on. The new one is in this answer alone. */
export const renewQuoteSecret = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/quote-sources/:id/renew-secret', {
    config: { permission: 'quote_source:write', audit: 'quote_source.secret_renewed', stepUp: true },
    schema: { operationId: 'renewQuoteSecret', summary: 'Renew the secret of a source of quotes', tags: ['quotes'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: QuoteSourceWithSecret, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const keys = await deps.keysOf(actor, request.id)
    const secret = newQuoteSecret()
    const written = await withTenantWrite<{ version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const version = await saveSecret(tx, id, sealQuoteSecret(keys, id, secret))
      if (version === null) return refused({ code: 'not_found' }, { action: 'quote_source.secret_renewed', entity: 'quote_source', entity_id: id, facts: { code: 'not_found' } })
      return { audit: { action: 'quote_source.secret_renewed', entity: 'quote_source', entity_id: id, transition_seq: version, facts: { version } }, response: { status: 200, body: { version } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const source = await withTenantRead(deps.db, actor, (tx) => readQuoteSource(tx, id))
    if (source === null) throw new ProblemError('not_found')
    return { quote_source: quoteSourceOf(actor.tenant_id, source), secret: written.value.replayed ? null : secret }
  })
}
