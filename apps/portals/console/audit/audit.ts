/** What the audit page asks for, and its words. */
import type { AuditVerification } from '../../api/types.ts'
import { formatExact, instantIn } from '../../shared/time.ts'
import type { AuditView } from '#contracts/audit-views.ts'
import { auditViewOf, type AuditSearch } from '../paths.ts'
import { plain } from '../words.ts'

export type AuditFilter = {
  readonly user_id?: string | undefined; readonly action?: string | undefined; readonly entity?: string | undefined; readonly entity_id?: string | undefined
  readonly from?: string | undefined; readonly to?: string | undefined; readonly view?: AuditView | undefined
}

/** The saved views as tabs, after all events. */
export const VIEW_TABS: readonly { readonly value: AuditView | 'all'; readonly label: string; readonly holds: string }[] = [
  { value: 'all', label: 'All events', holds: 'Everything.' },
  { value: 'approval', label: 'Approval', holds: 'Who let something go ahead, or stopped it.' },
  { value: 'resume', label: 'Resume', holds: 'What was held, and what went on again.' },
  { value: 'proof', label: 'Proof', holds: 'What shows that something happened as it was decided.' },
  { value: 'readiness', label: 'Readiness', holds: 'Who and what may be used, and within which limits.' },
]

const DAY_MS = 86_400_000
/** Midnight at the start of a day, or of the day after it; what is no day asks for nothing. */
function midnight(day: string | undefined, timeZone: string, after = 0): string | undefined {
  if (day === undefined || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) return undefined
  const at_ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at_ms) ? undefined : instantIn(new Date(at_ms + after * DAY_MS).toISOString().slice(0, 10), '00:00', timeZone)
}

/** An address as the API's filter: days are the tenant's, and the last one is within. */
export const filterOf = (search: AuditSearch, timeZone: string): AuditFilter => ({
  user_id: search.person, action: search.action, entity: search.entity, entity_id: search.id, from: midnight(search.from, timeZone), to: midnight(search.to, timeZone, 1),
  ...(auditViewOf(search) === 'all' ? {} : { view: auditViewOf(search) as AuditView }),
})

const BREAKS: Readonly<Record<NonNullable<AuditVerification['how']>, string>> = {
  edited: 'This event was changed after it was recorded.', missing: 'This event was removed.', reordered: 'Another event stands in its place.',
  forked: 'An event stands here that the chain does not know.', truncated: 'The chain was cut off here.',
}
/** In which way a chain breaks, as a sentence. */
export const breakWords = (how: NonNullable<AuditVerification['how']>): string => BREAKS[how]

const valueWords = (value: unknown): string => {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueWords).join(', ')
  return typeof value === 'object' ? pairs(value).map(([term, inner]) => `${term} ${inner}`).join(', ') : String(value) || 'none'
}
type Pair = readonly [term: string, value: string]
const pairs = (facts: object): readonly Pair[] => Object.entries(facts).map(([key, value]) => [plain(key), valueWords(asObject(value))] as const)

/** An object that is kept as text, such as an amount, is read as what it is. */
function asObject(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value
  try { return JSON.parse(value) as unknown } catch { return value }
}

/** What the chain was held against beside itself. */
export function signedWords({ signed_up_to, signed_at, kept_outside, refused, by_other_keys }: AuditVerification['checkpoints'], timeZone: string): string {
  const strange = [[refused, 'with a wrong signature'], [by_other_keys, 'by keys this server does not know']].filter(([count]) => count !== 0).map(([count, what]) => ` ${count} checkpoints ${what} were not counted.`).join('')
  if (signed_up_to === null || signed_at === null) return `Nothing is signed yet: keep an export elsewhere.${strange}`
  return `Signed up to number ${signed_up_to}, ${formatExact(signed_at, timeZone)}${kept_outside ? ', and kept outside the database too' : ''}.${strange}`
}

const ID_OR_DIGEST = /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{64})$/
/** An event's facts as terms and values, in the order in which they are stored; what only a machine reads apart. */
export function factWords(facts: unknown): { readonly words: readonly Pair[]; readonly ids: readonly Pair[] } {
  const all = typeof facts === 'object' && facts !== null ? pairs(facts) : []
  return { words: all.filter(([, value]) => !ID_OR_DIGEST.test(value)), ids: all.filter(([, value]) => ID_OR_DIGEST.test(value)) }
}
