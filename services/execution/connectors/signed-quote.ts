/**
 * The connector `signed_quote_webhook`, without its door: whether a quote was signed by who holds the source's secret, just now, and what it says. The contract is
 * docs/webhooks.md.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SignedQuoteBody } from '#contracts/api/quote-sources.ts'
import { isPayable } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'

/** How far the signature's time may be from ours, either way. */
export const SIGNATURE_WINDOW_S = 300
/** Clocks of two machines differ. */
const AHEAD_MS = 60_000

/** A quote whose origin was verified, as it is handed on. */
export type SignedQuote = {
  readonly source_id: string
  readonly provider_id: string
  readonly quote_ref: string
  readonly sell_asset: string
  readonly buy_asset: string
  /** exactly one of the two is set */
  readonly sell_amount: string | null
  readonly buy_amount: string | null
  readonly price: string
  readonly fee: { readonly amount: string; readonly currency: string }
  readonly observed_at: string
  readonly expires_at: string
  readonly kind: 'indicative' | 'firm'
  /** the reference of the payment it is for; never null where it is firm */
  readonly session: string | null
}

/** The header `x-flowclaw-signature` for a body: what a provider computes. */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string =>
  `v1=${createHmac('sha256', secret).update(`v1.${timestamp}.`).update(body).digest('hex')}`

export type SignatureHeaders = { readonly timestamp: string | undefined; readonly signature: string | undefined }

/** Whether the body was signed with this secret within the window. Takes as long for a wrong signature as for a right one. */
export function isSigned(secret: string, { timestamp = '', signature = '' }: SignatureHeaders, body: Uint8Array, now_ms: number): boolean {
  const expected = Buffer.from(signatureOf(secret, timestamp, body))
  const given = Buffer.alloc(expected.length)
  const same_length = given.write(signature, 'latin1') === signature.length && signature.length === expected.length
  const equal = timingSafeEqual(expected, given)
  const fresh = /^[1-9][0-9]{9}$/.test(timestamp) && Math.abs(now_ms / 1000 - Number(timestamp)) <= SIGNATURE_WINDOW_S
  return equal && same_length && fresh
}

/** What a schema cannot say of a quote: the field that is wrong. */
export type QuoteFault = { readonly code: 'invalid_field' | 'quote_expired'; readonly field: string }

export function readSignedQuote(source: { readonly id: string; readonly provider_id: string }, body: SignedQuoteBody, now_ms: number): Result<SignedQuote, QuoteFault> {
  const wrong = (field: string, code: QuoteFault['code'] = 'invalid_field'): Result<never, QuoteFault> => err({ code, field })
  const { sell_amount = null, buy_amount = null, kind = 'indicative', session = null, ...rest } = body
  const zero = (amount: string): boolean => /^[0.]+$/.test(amount)
  if (body.sell_asset === body.buy_asset) return wrong('/buy_asset')
  if ((sell_amount === null) === (buy_amount === null)) return wrong('/sell_amount')
  if (sell_amount !== null && (zero(sell_amount) || !isPayable(sell_amount, body.sell_asset))) return wrong('/sell_amount')
  if (buy_amount !== null && (zero(buy_amount) || !isPayable(buy_amount, body.buy_asset))) return wrong('/buy_amount')
  if (zero(body.price)) return wrong('/price')
  if (![body.sell_asset, body.buy_asset].includes(body.fee.currency)) return wrong('/fee/currency')
  if (Date.parse(body.observed_at) > now_ms + AHEAD_MS) return wrong('/observed_at')
  if (Date.parse(body.expires_at) <= Date.parse(body.observed_at)) return wrong('/expires_at')
  if (Date.parse(body.expires_at) <= now_ms) return wrong('/expires_at', 'quote_expired')
  if (kind === 'firm' && session === null) return wrong('/session')
  return ok({ source_id: source.id, provider_id: source.provider_id, ...rest, sell_amount, buy_amount, kind, session })
}
