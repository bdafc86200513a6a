/** How far a price has moved since somebody agreed to it, and whether it must be agreed again. Pure. */
import { minorDigits } from '#contracts/money.ts'
import { add, compare, div, fromDecimal, mul, type Rational, sub, toDecimalNearest } from './rational.ts'

type Money = { readonly amount: string; readonly currency: string }
export type PriceOfRoute = { readonly sent: Money; readonly received: Money; readonly cost_bps: string }
export type DriftVerdict = {
  /** how much dearer it is, in basis points of what was to be sent: negative is cheaper. Two decimals */
  readonly drift_bps: string
  readonly within_tolerance: boolean
  /** why it is not: dearer, less_received; empty within tolerance */
  readonly because: readonly string[]
  readonly sent_difference: Money; readonly received_difference: Money
}

const BPS: Rational = { n: 10_000n, d: 1n }

/**
 * A price may be dearer by `tolerance_bps` of what was to be sent. What the supplier gets may not be less by a cent: that much was promised. Dearer counts
 * both ends: more to send, and less that arrives for it.
 */
export function driftVerdict(before: PriceOfRoute, after: PriceOfRoute, tolerance_bps: string): DriftVerdict {
  const [sent0, sent1, received0, received1] = [before.sent, after.sent, before.received, after.received].map(({ amount }) => fromDecimal(amount)) as [Rational, Rational, Rational, Rational]
  const less = received0.n === 0n ? { n: 0n, d: 1n } : div(sub(received0, received1), received0)
  const moved = mul(BPS, add(div(sub(sent1, sent0), sent0), less))
  const because = [...(compare(moved, fromDecimal(tolerance_bps)) > 0 ? ['dearer'] : []), ...(compare(received1, received0) < 0 ? ['less_received'] : [])]
  return {
    drift_bps: toDecimalNearest(moved, 2), within_tolerance: because.length === 0, because,
    sent_difference: { amount: toDecimalNearest(sub(sent1, sent0), minorDigits(before.sent.currency)), currency: before.sent.currency },
    received_difference: { amount: toDecimalNearest(sub(received1, received0), minorDigits(before.received.currency)), currency: before.received.currency },
  }
}
