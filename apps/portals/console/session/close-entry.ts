/** What somebody types to close a session, and the actuals that it makes. */
import type { Actuals, HopActual, Prediction } from '../../api/types.ts'
import { parseAmount } from '../../shared/money.ts'
import { instantIn } from '../../shared/time.ts'

export type HopEntry = {
  readonly result: HopActual['result']; readonly filled: NonNullable<HopActual['filled']> | 'unknown'
  readonly started_day: string; readonly started_time: string; readonly ended_day: string; readonly ended_time: string
  readonly amount_in: string; readonly amount_out: string
}
export type Entry = {
  readonly result: Actuals['result'] | null; readonly because: NonNullable<Actuals['because']> | null
  readonly sent: string; readonly received: string; readonly arrived_day: string; readonly arrived_time: string
  readonly hops: readonly HopEntry[]
}

/** Nothing is filled in but what was to be sent: what arrived and when is for a person to say. */
export const emptyEntry = ({ sent, hops }: Prediction): Entry => ({
  result: null, because: null, sent: sent.amount, received: '', arrived_day: '', arrived_time: '',
  hops: hops.map(() => ({ result: 'success', filled: 'unknown', started_day: '', started_time: '', ended_day: '', ended_time: '', amount_in: '', amount_out: '' })),
})

const isAmount = (text: string): boolean => parseAmount(text) !== null
const isHalf = (day: string, time: string): boolean => (day === '') !== (time === '')

/** Why it cannot be recorded yet, in one sentence; null where it can. */
export function whatIsMissing(entry: Entry, state: string): string | null {
  if (entry.result === null) return 'Say how it ended first.'
  if (entry.result === 'completed' && state === 'paused') return 'Resume the session first: nothing completes out of a pause.'
  if (entry.result !== 'completed' && entry.because === null) return 'Say why first.'
  if (!isAmount(entry.sent)) return 'Say what was sent first.'
  if (entry.received !== '' ? !isAmount(entry.received) : entry.result === 'completed') return 'Say what was received first.'
  if (isHalf(entry.arrived_day, entry.arrived_time)) return 'An arrival has a day and a time.'
  if (entry.result === 'completed' && entry.arrived_day === '') return 'Say when it arrived first.'
  for (const [index, hop] of entry.hops.entries()) {
    if (hop.result === 'not_started') continue
    if (isHalf(hop.started_day, hop.started_time) || isHalf(hop.ended_day, hop.ended_time)) return `Step ${index + 1}: a time has a day and an hour.`
    if ([hop.amount_in, hop.amount_out].some((amount) => amount !== '' && !isAmount(amount))) return `Step ${index + 1}: an amount has digits and a point.`
  }
  if (entry.result !== 'completed' && entry.hops.every(({ result }) => result === 'success')) return 'Say at which step it went wrong first.'
  return null
}

const entered = (text: string): string => {
  const amount = parseAmount(text)
  if (amount === null) throw new Error('an entry without an amount')
  return amount
}

/** Throws where something is missing: ask first. */
export function actualsOf(entry: Entry, { sent, received }: Prediction, zone: string): Actuals {
  if (entry.result === null) throw new Error('an entry without a result')
  const at = (day: string, time: string): string | null => (day === '' ? null : instantIn(day, time, zone))
  const amount = (text: string): string | null => (text === '' ? null : parseAmount(text))
  const arrived_at = at(entry.arrived_day, entry.arrived_time)
  return {
    result: entry.result, ...(entry.because === null ? {} : { because: entry.because }), sent: { amount: entered(entry.sent), currency: sent.currency },
    ...(entry.received === '' ? {} : { received: { amount: entered(entry.received), currency: received.currency } }), ...(arrived_at === null ? {} : { arrived_at }),
    hops: entry.hops.map((hop) => (hop.result === 'not_started'
      ? { result: hop.result, started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null }
      : { result: hop.result, started_at: at(hop.started_day, hop.started_time), ended_at: at(hop.ended_day, hop.ended_time), amount_in: amount(hop.amount_in), amount_out: amount(hop.amount_out), filled: hop.filled === 'unknown' ? null : hop.filled })),
  }
}
