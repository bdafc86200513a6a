/** How estimates, outcomes and what becomes of them are called. */
import type { Actuals, EstimateKind, HopActual, UndoBecause } from '../api/types.ts'
import type { Option, Tone } from '../shared/ui/index.ts'
import { roundTo } from './decimal.ts'

export const KIND_WORDS: Readonly<Record<EstimateKind, { readonly name: string; readonly says: string }>> = {
  trust: { name: 'Trust', says: 'the share of its steps that go well' },
  latency: { name: 'Time', says: 'how long it takes, as a multiple of its own p50' },
  slippage: { name: 'Slippage', says: 'what it takes, as a multiple of its own curve' },
  liquidity: { name: 'Liquidity', says: 'the share of payments it fills in full at once' },
}
/** An estimate to three decimals; a factor with its sign. */
export const estimateText = (kind: EstimateKind, value: string): string => `${kind === 'latency' || kind === 'slippage' ? '× ' : ''}${roundTo(value, 3)}`

export const RESULTS: readonly Option<Actuals['result']>[] = [
  { value: 'completed', label: 'Completed', detail: 'the supplier has the money' }, { value: 'failed', label: 'Failed', detail: 'it did not get there' }, { value: 'returned', label: 'Returned', detail: 'it came back' },
]
export const resultTone: Readonly<Record<Actuals['result'], Tone>> = { completed: 'success', failed: 'danger', returned: 'danger' }
export const BECAUSE: readonly Option<NonNullable<Actuals['because']>>[] = [
  { value: 'provider_refused', label: 'A provider refused it' }, { value: 'not_enough_liquidity', label: 'Not enough liquidity' }, { value: 'bank_returned', label: 'A bank sent it back' }, { value: 'wrong_details', label: 'The details were wrong' },
  { value: 'compliance_stop', label: 'A compliance check stopped it' }, { value: 'recalled', label: 'It was recalled' }, { value: 'called_off', label: 'It was called off' },
]
export const HOP_RESULTS: readonly Option<HopActual['result']>[] = [
  { value: 'success', label: 'Went well' }, { value: 'failed', label: 'Failed' }, { value: 'returned', label: 'Came back' }, { value: 'not_started', label: 'Never started' },
]
export const FILLED: readonly Option<NonNullable<HopActual['filled']> | 'unknown'>[] = [
  { value: 'unknown', label: 'Nobody noted it' }, { value: 'at_once', label: 'In full at once' }, { value: 'in_parts', label: 'In parts' }, { value: 'not_filled', label: 'Not filled' },
]
export const UNDO_REASONS: readonly Option<UndoBecause>[] = [
  { value: 'recorded_wrongly', label: 'It was recorded wrongly' }, { value: 'not_the_providers_doing', label: 'It was not the provider’s doing' }, { value: 'market_moved', label: 'The market moved, not the provider' },
  { value: 'recorded_twice', label: 'It was recorded twice' }, { value: 'test_payment', label: 'It was a test payment' },
]
export const labelOf = <V extends string>(options: readonly Option<V>[], value: V): string => options.find((option) => option.value === value)?.label ?? value

/** "2 d 3 h", "14 min" of whole seconds, with a sign where it is asked for. */
export function secondsText(seconds: number, signed = false): string {
  const size = Math.abs(seconds)
  const [days, hours, minutes] = [Math.floor(size / 86_400), Math.floor((size % 86_400) / 3_600), Math.floor((size % 3_600) / 60)]
  const text = days > 0 ? `${days} d${hours > 0 ? ` ${hours} h` : ''}` : hours > 0 ? `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}` : minutes > 0 ? `${minutes} min` : `${size} s`
  return signed && size > 0 ? `${seconds > 0 ? '+' : '−'}${text}` : text
}
