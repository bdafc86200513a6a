import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { closed } from '#contracts/api/common.ts'
import { QuoteSourceAddress, SignedQuoteBody, SignedQuoteReceipt } from '#contracts/api/quote-sources.ts'
import { appendAlone, insertQuotes, newId, NOTHING_DONE, readQuoteSecret, serverContext, storeSignedQuote, withTenantRead } from '#database/index.ts'
import { isSigned, readSignedQuote } from '#execution/index.ts'
import { openQuoteSecret } from '#platform/keys/index.ts'
import { problems } from '#api/http/operation.ts'
import { ProblemError } from '#api/problems.ts'
import { offersOf } from '#api/signed-offers.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/webhooks/quotes/:source: a provider's quote, signed by the source's secret over its very bytes (docs/webhooks.md). An unknown source, a wrong signature and
 * an old one are one answer. Stored before it is acknowledged, as it came and as a quote that a re-pricing can use; the same quote again is acknowledged and not stored again.
 */
export const receiveSignedQuote = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/webhooks/quotes/:source', {
    config: { permission: 'public', audit: 'signed_quote.received', idempotent: false, rawBody: true },
    schema: { operationId: 'receiveSignedQuote', summary: 'Send a signed quote', tags: ['quotes'], params: Type.Object({ source: QuoteSourceAddress }, closed), body: SignedQuoteBody, response: { 200: SignedQuoteReceipt, 201: SignedQuoteReceipt, ...problems } },
  }, async (request, reply) => {
    const [tenant_id, source_id] = request.params.source.split('.') as [string, string]
    const server = serverContext(tenant_id)
    const now_ms = deps.now().getTime()
    const bytes = request.rawBody!
    const header = (name: string): string | undefined => (typeof request.headers[name] === 'string' ? request.headers[name] : undefined)
    const headers = { timestamp: header('x-flowclaw-timestamp'), signature: header('x-flowclaw-signature') }
    const source = await withTenantRead(deps.db, server, (tx) => readQuoteSecret(tx, source_id))
    // Keys are asked for where a source stands alone: a name that somebody made up makes none.
    const secret = source === null ? 'no source, and the same work' : openQuoteSecret(await deps.keysOf(server, request.id), source_id, source.secret_sealed)
    if (!isSigned(secret, headers, bytes, now_ms) || source === null) throw new ProblemError('quote_not_signed')
    const quote = readSignedQuote({ id: source_id, provider_id: source.provider_id }, request.body, now_ms)
    if (!quote.ok) throw new ProblemError(quote.error.code, { field: quote.error.field })
    const offers = await offersOf(deps, server, quote.value)
    let stored: Awaited<ReturnType<typeof storeSignedQuote>> | undefined
    const entry = { action: 'signed_quote.received', entity: 'quote_source', entity_id: source_id, transition_seq: null, facts: { provider_id: source.provider_id, secret_version: source.secret_version, kind: quote.value.kind, session_id: 'rows' in offers ? offers.rows[0]?.session_id ?? null : null, quotes: 'rows' in offers ? offers.rows.length : 0 } }
    await appendAlone(deps.db, server, entry, { request_id: request.id }, async (tx) => {
      stored = await storeSignedQuote(tx, { id: newId(), ...quote.value, body_digest: sha256Hex(bytes), secret_version: source.secret_version })
      if (!stored.ok || stored.value.status === 'repeated') return NOTHING_DONE
      // Looked at only now: what was stored before is acknowledged again whatever became of the payment since.
      if ('fault' in offers) throw new ProblemError(offers.fault.code, { field: offers.fault.field })
      if (offers.rows.length > 0) await insertQuotes(tx, offers.rows, source.created_by)
    })
    if (!stored!.ok) throw new ProblemError(stored!.error.code, { field: '/quote_ref' })
    const { id, status } = stored!.value
    return reply.code(status === 'stored' ? 201 : 200).send({ id, quote_ref: quote.value.quote_ref, status })
  })
}
