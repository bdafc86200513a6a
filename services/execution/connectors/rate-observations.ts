/**
 * Reads a file of observed mid rates: [{"base","quote","mid","observed_at","source"}] as JSON, or the same five columns as CSV with that header line. Believed whole
 * or not at all: one line that is wrong, from the future or too old, and none of them counts.
 */
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { AMOUNT_PATTERN } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { Currency, OffsetDateTime } from '#contracts/routing.ts'
import { parseStrictJson } from '#contracts/strict-json.ts'
import { visibleText } from '#contracts/text.ts'
import type { ObservedMid, Rates } from './connector.ts'

const MOST_ROWS = 500
/** Clocks of two machines differ; more than that is a mistake or a lie. */
const AHEAD_MS = 60_000
const COLUMNS = ['base', 'quote', 'mid', 'observed_at', 'source'] as const

const Observation = Type.Object({
  base: Currency, quote: Currency, mid: Type.String({ pattern: AMOUNT_PATTERN }), observed_at: OffsetDateTime, source: visibleText(120),
}, { additionalProperties: false })
const Observations = Type.Array(Observation, { minItems: 1, maxItems: MOST_ROWS })

/** Why the file is not believed, and the row (from 0) where it shows; `row` is null where it concerns the whole. */
export type RatesFault = {
  readonly code: 'rates_refused'
  readonly cause: 'not_json' | 'not_csv' | 'wrong_shape' | 'same_currency' | 'not_positive' | 'stands_twice' | 'from_the_future' | 'stale'
  readonly row: number | null
}
export type Freshness = { readonly now_ms: number; readonly max_age_s: number }

const refused = (cause: RatesFault['cause'], row: number | null = null): Result<never, RatesFault> => err({ code: 'rates_refused', cause, row })

export function parseRates(text: string, format: 'json' | 'csv', freshness: Freshness): Result<Rates, RatesFault> {
  const rows = format === 'json' ? fromJson(text) : fromCsv(text)
  if (rows === null) return refused(format === 'json' ? 'not_json' : 'not_csv')
  if (!Value.Check(Observations, rows)) return refused('wrong_shape', firstWrong(rows))
  return judged(rows, text, freshness)
}

function judged(rows: readonly Static<typeof Observation>[], text: string, { now_ms, max_age_s }: Freshness): Result<Rates, RatesFault> {
  const pairs = new Set<string>()
  let oldest_ms = Number.POSITIVE_INFINITY
  for (const [row, { base, quote, mid, observed_at }] of rows.entries()) {
    if (base === quote) return refused('same_currency', row)
    if (/^[0.]+$/.test(mid)) return refused('not_positive', row)
    // A pair stands once, and in one direction: of two that say the same, one can be wrong.
    const pair = [base, quote].sort().join('/')
    if (pairs.has(pair)) return refused('stands_twice', row)
    pairs.add(pair)
    const at_ms = Date.parse(observed_at)
    if (at_ms > now_ms + AHEAD_MS) return refused('from_the_future', row)
    if (now_ms - at_ms > max_age_s * 1000) return refused('stale', row)
    oldest_ms = Math.min(oldest_ms, at_ms)
  }
  const mids: ObservedMid[] = rows.map(({ base, quote, mid, observed_at, source }) => ({ base, quote, mid, observed_at, source }))
  return ok({ mids, age_s: Math.max(0, Math.floor((now_ms - oldest_ms) / 1000)), digest: sha256Hex(text) })
}

function firstWrong(rows: unknown): number | null {
  if (!Array.isArray(rows)) return null
  const row = rows.findIndex((one) => !Value.Check(Observation, one))
  return row === -1 ? null : row
}

function fromJson(text: string): unknown {
  const read = parseStrictJson(text)
  return read.ok ? read.value : null
}

/** Comma between fields, a line each, no quotes: none of the five fields needs any. */
function fromCsv(text: string): unknown {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const [header, ...body] = lines
  if (header !== COLUMNS.join(',') || text.includes('"')) return null
  const rows = body.map((line) => line.split(','))
  if (rows.some((fields) => fields.length !== COLUMNS.length)) return null
  return rows.map((fields) => Object.fromEntries(COLUMNS.map((column, i) => [column, fields[i]!])))
}
