/**
 * What a dataset of the right form must not say, because no route could be computed with it or kept: asked when data comes in, and not of what is
 * stored already. Wide on purpose: several times the shipped data, and far beyond what a market has. Pure.
 */
import { closuresOf, dateOf } from './calendar.ts'
import type { Dataset, DatasetIssue } from './dataset.ts'
import { DAY_S, durationSeconds } from './durations.ts'
import { compare, fromDecimal } from './rational.ts'

/** Ids are keys of tables. */
const ID_LENGTH_MAX = 100
const NAME_LENGTH_MAX = 200
/** A part of a price: the three parts together leave something of an amount. */
const BPS = { min: -1_000, max: 3_000 } as const
const USD_MID = { min: '0.000001', max: '1000000000' } as const
/** Six legs of it stay inside the calendar. */
const DURATION_MAX_S = 200 * DAY_S
/** Of a country and a year: somewhere there is a day on which work is done. */
const CLOSED_DAYS_MAX = 120

/** Every such value, by file, record and field. */
export function senseIssues({ corridors: book, providers, estimates, rates }: Dataset): DatasetIssue[] {
  const issues: DatasetIssue[] = []
  const say = (file: string, record: string, field: string, message: string) => issues.push({ file, record, field, message })
  const text = (file: string, record: string, field: string, value: string, most: number) => {
    if (value.length > most) say(file, record, field, `longer than ${most} characters`)
  }
  const bps = (file: string, record: string, field: string, value: string, least: number = BPS.min) => {
    if (Number(value) < least || Number(value) > BPS.max) say(file, record, field, `not between ${least} and ${BPS.max}`)
  }
  const duration = (file: string, record: string, field: string, value: string) => {
    if (durationSeconds(value) > DURATION_MAX_S) say(file, record, field, 'longer than 200 days')
  }
  for (const { id, name, fee_schedule, fx_spread_bps, settlement_latency: { low, high, quantiles } } of providers) {
    text('providers.json', id, 'id', id, ID_LENGTH_MAX)
    text('providers.json', id, 'name', name, NAME_LENGTH_MAX)
    for (const [field, band] of [['fee_schedule.bps', fee_schedule.bps], ['fx_spread_bps', fx_spread_bps]] as const) {
      for (const part of ['low', 'typical', 'high'] as const) if (band) bps('providers.json', id, `${field}.${part}`, band[part])
    }
    for (const [field, value] of Object.entries({ low, high, p50: quantiles.p50, p90: quantiles.p90, p99: quantiles.p99 })) duration('providers.json', id, `settlement_latency.${field}`, value)
  }
  for (const { provider_id, slippage_curve, human_steps } of estimates.providers) {
    for (const [i, [, value]] of (slippage_curve?.share_of_daily_liquidity_to_bps ?? []).entries()) bps('estimates.json', provider_id, `slippage_curve.share_of_daily_liquidity_to_bps.${i}`, value, 0)
    for (const [i, { typical }] of human_steps.entries()) duration('estimates.json', provider_id, `human_steps.${i}.typical`, typical)
  }
  for (const { id, name, settlement_windows } of book.corridors) {
    text('corridors.json', id, 'id', id, ID_LENGTH_MAX)
    text('corridors.json', id, 'name', name, NAME_LENGTH_MAX)
    for (const window of settlement_windows) if (window.duration) duration('corridors.json', `${id} › ${window.id}`, 'duration.p90', window.duration.p90)
  }
  for (const { quote, mid } of rates.usd_mids) if (compare(fromDecimal(mid), fromDecimal(USD_MID.min)) < 0 || compare(fromDecimal(mid), fromDecimal(USD_MID.max)) > 0) say('rates.json', quote, 'mid', `not between ${USD_MID.min} and ${USD_MID.max}`)
  for (const [country, { days }] of closuresOf(book.holidays)) {
    const closed = new Map<string, number>()
    for (const day of days) closed.set(dateOf(day).slice(0, 4), (closed.get(dateOf(day).slice(0, 4)) ?? 0) + 1)
    for (const [year, count] of closed) if (count > CLOSED_DAYS_MAX) say('corridors.json', country, 'holidays', `${count} closed days in ${year}, more than ${CLOSED_DAYS_MAX}`)
  }
  return issues
}
