/**
 * Whether the screenings of a session let its payment begin. Pure: who must be screened follows from the route, what stands from the rows, and
 * whether it still counts from the market clock.
 */
import type { ScreeningStanding, ScreeningSubject } from '#contracts/api/screenings.ts'
import { isToken } from '#contracts/money.ts'
import type { Candidate, PaymentIntent } from '#contracts/routing.ts'
import type { ScreeningRow } from '#database/index.ts'

/** How long a screening counts. Lists change daily, so that of yesterday says nothing of a payment of today. */
export const SCREENING_COUNTS_FOR_H = 24
const HOUR_MS = 3_600_000

/** Goods that a licence or an end-use check may stand against. */
const SCREENED_GOODS: ReadonlySet<PaymentIntent['goods']['class']> = new Set(['plant_machinery', 'regulated'])
/** Subjects that the supplier's bank details are part of. */
const OF_DETAILS: ReadonlySet<ScreeningSubject> = new Set(['payee', 'bank', 'wallet'])

type Row = Pick<ScreeningRow, 'subject' | 'nth' | 'result' | 'screened_at' | 'expires_at' | 'details_version' | 'cleared_by'>

/** Whom the route asks to screen: payer, payee and bank always, goods of some classes, and the wallet where a hop moves a token. */
export function requiredSubjects(goods_class: PaymentIntent['goods']['class'], hops: readonly { readonly from: Pick<Candidate['hops'][number]['from'], 'currency'>; readonly to: Pick<Candidate['hops'][number]['to'], 'currency'> }[]): ScreeningSubject[] {
  const moves_token = hops.some(({ from, to }) => isToken(from.currency) || isToken(to.currency))
  return ['payer', 'payee', 'bank', ...(SCREENED_GOODS.has(goods_class) ? ['goods' as const] : []), ...(moves_token ? ['wallet' as const] : [])]
}

/** The rows that stand: the last of each subject. */
export function newestScreenings<R extends Pick<Row, 'subject' | 'nth'>>(rows: readonly R[]): R[] {
  const newest = new Map<string, R>()
  for (const row of rows) if ((newest.get(row.subject)?.nth ?? 0) < row.nth) newest.set(row.subject, row)
  return [...newest.values()]
}

/** A hit, or a possible hit that nobody cleared. */
export const isHit = ({ result, cleared_by }: Pick<Row, 'result' | 'cleared_by'>): boolean => result === 'hit' || (result === 'possible_hit' && cleared_by === null)

/** Whether somebody who found a hit would be the one to find it gone: that takes a second person. */
export const findsOwnHitGone = (rows: readonly (Row & Pick<ScreeningRow, 'screened_by'>)[], added: { readonly subject: ScreeningSubject; readonly result: ScreeningRow['result']; readonly screened_by: string }): boolean =>
  added.result === 'no_hit' && newestScreenings(rows).some((row) => row.subject === added.subject && isHit(row) && row.screened_by === added.screened_by)

/**
 * What stands between the session and its payment. A hit stops also of a subject that the route does not ask for: what was found does not
 * go away with another route. `now` is an instant of the market clock; a screening counts from when it was made until the second before its expiry.
 */
export function screeningStanding(required: readonly ScreeningSubject[], rows: readonly Row[], now: string, details_version: number): ScreeningStanding {
  const newest = newestScreenings(rows)
  const of = new Map(newest.map((row) => [row.subject, row]))
  const asked = required.flatMap((subject) => of.get(subject) ?? [])
  const missing = required.filter((subject) => !of.has(subject))
  // A clock that was set back makes nothing of what lies behind it.
  const expired = asked.filter((row) => Date.parse(row.expires_at) <= Date.parse(now) || Date.parse(row.screened_at) > Date.parse(now)).map((row) => row.subject)
  const stale_details = asked.filter((row) => OF_DETAILS.has(row.subject) && row.details_version !== details_version).map((row) => row.subject)
  const hit = newest.filter(isHit).map((row) => row.subject).sort()
  return { cleared: missing.length + expired.length + stale_details.length + hit.length === 0, required: [...required], missing, expired, hit, stale_details }
}

/** Until when a screening of now counts, as an instant in UTC. */
export const screeningExpiry = (now: string): string => new Date(Date.parse(now) + SCREENING_COUNTS_FOR_H * HOUR_MS).toISOString().replace('.000Z', 'Z')
