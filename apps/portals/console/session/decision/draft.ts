/** What a person has chosen and typed in the Desk Decision but not recorded yet. It outlives a re-read of the session, so that a stale write loses nothing. */
import type { DeskRouteSession } from '../../../api/types.ts'
import type { Verb } from './choices.ts'

export type RailOwner = 'merchant' | 'operator' | 'provider'
export type Draft = {
  /** by choice: what fits one fits no other */
  readonly reasons: Readonly<Partial<Record<Verb, string>>>
  readonly note: string
  readonly mode: DeskRouteSession['mode_ceiling']
  readonly owner: RailOwner | null
  readonly account_label: string
  readonly account_id: string | null
  /** what a leg without a file is found by */
  readonly found_by: string
}
export const emptyDraft = (session: Pick<DeskRouteSession, 'mode_ceiling'>): Draft => ({ reasons: {}, note: '', mode: session.mode_ceiling, owner: null, account_label: '', account_id: null, found_by: '' })
