/** Holds an answer of the oracle against the `expect` of an intent of a file. */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { OracleAnswer, OracleCandidate } from './oracle.ts'

type Expected = {
  readonly providers: readonly string[]
  readonly cost_bps: string
  readonly send: { readonly amount: string; readonly currency: string }
  readonly arrival_p50: string
  readonly score?: string
  readonly arrival_p90?: string
}
export type Expect = {
  readonly outcome: string
  readonly must_flag: readonly string[]
  readonly must_not_flag: readonly string[]
  readonly must_not_recommend: readonly string[]
  readonly cheapest?: Expected
  readonly recommended?: Expected
  readonly recommended_any_of?: readonly (readonly string[])[]
}
export type FileIntent = PaymentIntent & { readonly expect: Expect }

const minor = (amount: string): number => Math.round(Number(amount) * 100)

function candidateFailures(name: string, expected: Expected, actual: OracleCandidate | null): string[] {
  if (!actual) return [`${name}: none, expected ${expected.providers.join(' > ')}`]
  const failures: string[] = []
  const check = (what: string, holds: boolean, got: unknown, wanted: unknown): void => {
    if (!holds) failures.push(`${name}.${what}: ${String(got)}, expected ${String(wanted)}`)
  }
  check('providers', actual.providers.join() === expected.providers.join(), actual.providers, expected.providers)
  check('cost_bps', Math.abs(actual.cost_bps - Number(expected.cost_bps)) <= 1, actual.cost_bps, expected.cost_bps)
  check('send', actual.send.currency === expected.send.currency && Math.abs(minor(actual.send.amount) - minor(expected.send.amount)) <= 1,
    `${actual.send.amount} ${actual.send.currency}`, `${expected.send.amount} ${expected.send.currency}`)
  check('arrival_p50', actual.arrival_p50 === expected.arrival_p50, actual.arrival_p50, expected.arrival_p50)
  if (expected.score !== undefined) check('score', Math.abs(actual.score - Number(expected.score)) <= 1, actual.score, expected.score)
  if (expected.arrival_p90 !== undefined) check('arrival_p90', actual.arrival_p90 === expected.arrival_p90, actual.arrival_p90, expected.arrival_p90)
  return failures
}

/** Every expectation that does not hold, in words; `complete` when must_flag is the whole list. */
export function failuresOf(intent: FileIntent, answer: OracleAnswer, complete: boolean): string[] {
  const { expect } = intent
  const failures: string[] = []
  if (answer.outcome !== expect.outcome) failures.push(`outcome: ${answer.outcome}, expected ${expect.outcome}`)
  for (const code of expect.must_flag) if (!answer.flags.includes(code)) failures.push(`not flagged: ${code}`)
  for (const code of expect.must_not_flag) if (answer.flags.includes(code)) failures.push(`flagged and must not be: ${code}`)
  if (complete) for (const code of answer.flags) if (!expect.must_flag.includes(code)) failures.push(`flagged and not expected: ${code}`)
  for (const id of expect.must_not_recommend) if (answer.recommended?.providers.includes(id)) failures.push(`recommended: ${id}`)
  if (expect.cheapest) failures.push(...candidateFailures('cheapest', expect.cheapest, answer.cheapest))
  if (expect.recommended) failures.push(...candidateFailures('recommended', expect.recommended, answer.recommended))
  if (expect.recommended_any_of && !expect.recommended_any_of.some((providers) => providers.join() === answer.recommended?.providers.join())) {
    failures.push(`recommended: ${answer.recommended?.providers.join(' > ')}, expected any of ${JSON.stringify(expect.recommended_any_of)}`)
  }
  return failures
}
