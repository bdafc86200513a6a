/** Signed quotes: where providers send them (sources, with a secret each), and what a provider sends. docs/webhooks.md is the contract in words. */
import Type, { type Static } from 'typebox'
import { Amount, Currency, OffsetDateTime } from '../routing.ts'
import { visibleText } from '../text.ts'
import { closed, Instant, oneOf, Uuid } from './common.ts'

/** POST /api/quote-sources. The provider stays what it is; a secret is renewed, a label is not. */
export const QuoteSourceBody = Type.Object({
  provider_id: Type.String({ minLength: 1, maxLength: 80 }),
  /** by what people name it; once in a workspace */
  label: visibleText(80),
}, closed)

export const QuoteSource = Type.Object({
  id: Uuid, provider_id: Type.String(), label: Type.String(),
  /** where the provider posts its quotes */
  address: Type.String(),
  /** 1 for the first secret, one more for each renewal */
  secret_version: Type.Integer(),
  created_at: Instant, created_by: Type.String(),
}, closed)
export type QuoteSource = Static<typeof QuoteSource>
export const QuoteSources = Type.Object({ items: Type.Array(QuoteSource) }, closed)
/** The only answer that holds a secret; null where the request is a repetition. */
export const QuoteSourceWithSecret = Type.Object({ quote_source: QuoteSource, secret: Type.Union([Type.String(), Type.Null()]) }, closed)

/** What the address of a source ends in: the workspace and the source, as two ids. */
export const QuoteSourceAddress = Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

/** POST /api/webhooks/quotes/:source, signed over its very bytes. Exactly one of the two amounts. */
export const SignedQuoteBody = Type.Object({
  /** the provider's own number of the quote; used once */
  quote_ref: Type.String({ pattern: '^[A-Za-z0-9._:-]{1,60}$' }),
  sell_asset: Currency,
  buy_asset: Currency,
  sell_amount: Type.Optional(Amount),
  buy_amount: Type.Optional(Amount),
  /** units of buy_asset for one of sell_asset, fees not in it */
  price: Amount,
  fee: Type.Object({ amount: Amount, currency: Currency }, closed),
  observed_at: OffsetDateTime,
  expires_at: OffsetDateTime,
  /** `firm` is for one payment, which `session` names; without it the quote is indicative */
  kind: Type.Optional(oneOf(['indicative', 'firm'] as const)),
  /** the reference of the payment that it was asked for, as the desk gave it */
  session: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' })),
}, closed)
export type SignedQuoteBody = Static<typeof SignedQuoteBody>

/** `repeated` where the very same quote came before: nothing was stored a second time. */
export const SignedQuoteReceipt = Type.Object({ id: Uuid, quote_ref: Type.String(), status: oneOf(['stored', 'repeated'] as const) }, closed)
