/** What a file says must hold of an answer, and whether it does. An unknown kind of expectation is an error, not a pass. */
import Type, { type Static } from 'typebox'
import type { Routed } from '#orchestrator/route-intent.ts'
import type { Held, Report } from './report.ts'

const closed = { additionalProperties: false } as const
const Route = Type.Object({
  providers: Type.Array(Type.String()), cost_bps: Type.Optional(Type.String()),
  send: Type.Optional(Type.Object({ amount: Type.String(), currency: Type.String() }, closed)),
  receive: Type.Optional(Type.Object({ amount: Type.String(), currency: Type.String() }, closed)),
  score: Type.Optional(Type.String()), arrival_p50: Type.Optional(Type.String()), arrival_p90: Type.Optional(Type.String()),
}, closed)
export const Expectations = Type.Object({
  must_flag: Type.Optional(Type.Array(Type.String())), must_not_flag: Type.Optional(Type.Array(Type.String())),
  must_not_recommend: Type.Optional(Type.Array(Type.String())), outcome: Type.Optional(Type.String()),
  cheapest: Type.Optional(Route), recommended: Type.Optional(Route), recommended_any_of: Type.Optional(Type.Array(Type.Array(Type.String()))),
  basis: Type.Optional(Type.Array(Type.String())),
}, closed)
export type Expectations = Static<typeof Expectations>

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((x, i) => x === b[i])
const within = (a: string, b: string, tolerance: number): boolean => Math.abs(Number(a) - Number(b)) <= tolerance
const MINOR_UNIT: Readonly<Record<string, number>> = { USDT: 1e-6, USDC: 1e-6 }

export function checkExpectations(_routed: Routed, report: Report, expect: Expectations): Held[] {
  const held: Held[] = []
  const say = (kind: string, value: unknown, holds: boolean) => held.push({ kind, value, holds })
  if (expect.outcome !== undefined) say('outcome', expect.outcome, report.outcome === expect.outcome)
  for (const code of expect.must_flag ?? []) say('must_flag', code, report.flags.includes(code))
  for (const code of expect.must_not_flag ?? []) say('must_not_flag', code, !report.flags.includes(code))
  for (const id of expect.must_not_recommend ?? []) say('must_not_recommend', id, report.recommended?.providers.includes(id) !== true)
  if (expect.recommended_any_of) {
    say('recommended_any_of', expect.recommended_any_of, expect.recommended_any_of.some((ids) => report.recommended !== null && same(ids, report.recommended.providers)))
  }
  for (const name of ['cheapest', 'recommended'] as const) {
    const wanted = expect[name]
    if (!wanted) continue
    const got = report[name]
    say(`${name}.providers`, wanted.providers, got !== null && same(got.providers, wanted.providers))
    if (wanted.cost_bps !== undefined) say(`${name}.cost_bps`, wanted.cost_bps, got !== null && within(got.cost_bps, wanted.cost_bps, 1))
    if (wanted.score !== undefined) say(`${name}.score`, wanted.score, got !== null && within(got.score, wanted.score, 1))
    for (const side of ['send', 'receive'] as const) {
      const money = wanted[side]
      if (!money) continue
      const unit = (MINOR_UNIT[money.currency] ?? 0.01) * 1.000001
      say(`${name}.${side}`, money, got !== null && got[side].currency === money.currency && within(got[side].amount, money.amount, unit))
    }
    for (const day of ['arrival_p50', 'arrival_p90'] as const) if (wanted[day] !== undefined) say(`${name}.${day}`, wanted[day], got !== null && got[day] === wanted[day])
  }
  return held
}
