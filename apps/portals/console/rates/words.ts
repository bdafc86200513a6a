import type { QuoteSource, Rate } from '../../api/types.ts'
import type { Tone } from '../../shared/ui/index.ts'

export const SOURCE_WORDS: Readonly<Record<QuoteSource, string>> = {
  phone_call: 'Phone call', screen_capture: 'Screen capture', email: 'Email', chat: 'Chat', market_file: 'Market file', webhook: 'Provider message', rate_feed: 'Rate feed',
}
/** Where a person hears a price. */
export const SPOKEN_SOURCES = (['phone_call', 'screen_capture', 'email', 'chat'] as const).map((value) => ({ value, label: SOURCE_WORDS[value] }))

export const STATE_TAGS: Readonly<Record<Rate['state'], { readonly label: string; readonly tone: Tone }>> = {
  fresh: { label: 'Fresh', tone: 'success' }, stale: { label: 'Stale', tone: 'attention' }, refused: { label: 'Too old', tone: 'danger' },
}
