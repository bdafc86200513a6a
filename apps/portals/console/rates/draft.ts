/** What a desk types over a rate before it is saved: a price or a spread, each filling the other exactly, or that it is the same as before. */
import { fractionOf, isPlausibleSpread, priceDigits, priceOfSpread, roundedText, spreadOfPrice, type Fraction } from '#contracts/leg-price.ts'
import type { QuoteSource, Rate } from '../../api/types.ts'

export type Draft = {
  readonly as: 'price' | 'bps' | 'unchanged'
  /** as it was typed */
  readonly text: string
  /** "08:41" on the day of the market clock; empty: now */
  readonly time: string
  readonly source: QuoteSource
}
export type Drafts = Readonly<Record<string, Draft>>

/** "1,345.65" and "1 345.65" are how sheets and people write it. */
export const plainNumber = (text: string): string => text.trim().replaceAll(/[\s,]/g, '')

const valueOf = (text: string): Fraction | null => fractionOf(plainNumber(text).replace(/^\./, '0.'))
const midOf = (rate: Rate): Fraction => {
  const [from, to] = [fractionOf(rate.mids.from)!, fractionOf(rate.mids.to)!]
  return { n: to.n * from.d, d: to.d * from.n }
}

export type Filled = { readonly price: string; readonly spread_bps: string; /** why it cannot be saved */ readonly problem: string | null }

/** Both numbers of a row with its draft. */
export function filledOf(rate: Rate, draft: Draft | undefined): Filled {
  if (draft === undefined || draft.as === 'unchanged') return { price: rate.price, spread_bps: rate.spread_bps, problem: draft === undefined ? null : timeProblem(draft) }
  const value = valueOf(draft.text)
  if (value === null || (draft.as === 'price' && value.n <= 0n)) return { price: draft.as === 'price' ? draft.text : '', spread_bps: draft.as === 'bps' ? draft.text : '', problem: 'Not a number above zero.' }
  const mid = midOf(rate)
  const spread = draft.as === 'price' ? spreadOfPrice(value, rate.from, rate.quoted_as, mid) : value
  const far = !isPlausibleSpread(spread)
  const price = far && draft.as === 'bps' ? '' : draft.as === 'price' ? draft.text : priceText(priceOfSpread(spread, rate.from, rate.quoted_as, mid))
  return { price, spread_bps: draft.as === 'bps' ? draft.text : roundedText(spread, 1), problem: far ? `${roundedText(spread, 0)} bps from mid: too far to be meant.` : timeProblem(draft) }
}
const priceText = (price: Fraction): string => roundedText(price, priceDigits(price))
const timeProblem = ({ time }: Draft): string | null => (time === '' || /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(time) ? null : 'A time is like 08:41.')

/** The change that the API is asked for. `clock` is the market clock, whose day and zone a time is of. */
export function changeOf(rate: Rate, draft: Draft, clock: string) {
  const said = draft.as === 'unchanged' ? { unchanged: { price: rate.price, observed_at: rate.observed_at } }
    : draft.as === 'bps' ? { spread_bps: plainNumber(draft.text) } : { price: plainNumber(draft.text), ...rate.quoted_as }
  return { leg: rate.leg, said, source: draft.source, ...(draft.time === '' ? {} : { observed_at: `${clock.slice(0, 11)}${draft.time}:00${clock.slice(19)}` }) }
}

/** "19 min", "2 h", "90 d"; "now" within a minute. */
export function ageWords(seconds: number): string {
  if (seconds < 60) return seconds === 0 ? 'now' : `${seconds} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}
