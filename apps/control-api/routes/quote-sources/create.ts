import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { QuoteSourceBody, QuoteSourceWithSecret } from '#contracts/api/quote-sources.ts'
import { createQuoteSource as saveSource, newId, readQuoteSource, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { newQuoteSecret, sealQuoteSecret } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import { ProblemError } from '#api/problems.ts'
import { quoteSourceOf } from '#api/quote-source-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/quote-sources: opens an address for a provider's signed quotes. The secret is in this answer alone; a repeated request gets everything but it. */
export const createQuoteSource = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/quote-sources', {
    config: { permission: 'quote_source:write', audit: 'quote_source.created', stepUp: true },
    schema: { operationId: 'createQuoteSource', summary: 'Add a source of signed quotes', tags: ['quotes'], body: QuoteSourceBody, response: { 201: QuoteSourceWithSecret, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { provider_id, label } = request.body
    const known = await withTenantRead(deps.db, actor, async (tx) => (await readMarket(deps, tx)).snapshot?.dataset.providers.some(({ id }) => id === provider_id) === true)
    if (!known) return deny(deps, request, { code: 'invalid_field', field: '/provider_id' })
    // Before the transaction: a key service that is away holds no connection.
    const keys = await deps.keysOf(actor, request.id)
    const id = newId()
    const secret = newQuoteSecret()
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const saved = await saveSource(tx, { id, provider_id, label, secret_sealed: sealQuoteSecret(keys, id, secret) })
      if (!saved.ok) return refused({ ...saved.error, field: '/label' }, { action: 'quote_source.created', entity: 'request', entity_id: request.id, facts: { code: saved.error.code } })
      return { audit: { action: 'quote_source.created', entity: 'quote_source', entity_id: id, transition_seq: 1, facts: { provider_id } }, response: { status: 201, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const source = await withTenantRead(deps.db, actor, (tx) => readQuoteSource(tx, written.value.body.id))
    if (source === null) throw new ProblemError('not_found')
    return reply.code(201).send({ quote_source: quoteSourceOf(actor.tenant_id, source), secret: written.value.replayed ? null : secret })
  })
}
