/** screenings: the desk's record of who was looked up in which list before a payment. No merchant ever reads any of it. */
import Type, { type Static } from 'typebox'
import { note, visibleText as text } from '../text.ts'
import { closed, Instant, nullable, oneOf, Uuid } from './common.ts'
import { Day } from './merchant-documents.ts'

export const SCREENING_SUBJECTS = ['payer', 'payee', 'bank', 'goods', 'wallet'] as const
export type ScreeningSubject = (typeof SCREENING_SUBJECTS)[number]
export const SCREENING_RESULTS = ['no_hit', 'possible_hit', 'hit'] as const
/** Why a possible hit is none, as the second person says it. */
export const CLEARANCES = ['other_person', 'other_company', 'entry_out_of_date', 'name_only'] as const

export const ScreeningBody = Type.Object({
  subject: oneOf(SCREENING_SUBJECTS),
  result: oneOf(SCREENING_RESULTS),
  list_name: text(120),
  /** the day of the list that was asked; not after the market clock */
  list_date: Day,
  /** a stored file of class restricted that belongs to the session */
  artifact_id: Type.Optional(Uuid),
  note: Type.Optional(note(500)),
}, closed)
export type ScreeningBody = Static<typeof ScreeningBody>
export const ClearScreeningBody = Type.Object({ because: oneOf(CLEARANCES) }, closed)

export const Screening = Type.Object({
  id: Uuid, session_id: Uuid, subject: oneOf(SCREENING_SUBJECTS), result: oneOf(SCREENING_RESULTS),
  list_name: Type.String(), list_date: Type.String(),
  /** on the market clock */
  screened_at: Instant, expires_at: Instant,
  screened_by: Type.Object({ user_id: Uuid, name: Type.String() }, closed),
  /** the version of the supplier's bank details that it speaks of */
  details_version: Type.Integer(),
  artifact_id: nullable(Uuid), note: nullable(Type.String()),
  cleared: nullable(Type.Object({ user_id: Uuid, name: Type.String(), at: Instant, because: oneOf(CLEARANCES) }, closed)),
  /** false where a later one of the same subject took its place */
  stands: Type.Boolean(),
}, closed)
export type Screening = Static<typeof Screening>

/** What stands between a session and its payment: nothing, where it is cleared. */
export const ScreeningStanding = Type.Object({
  cleared: Type.Boolean(),
  required: Type.Array(oneOf(SCREENING_SUBJECTS)),
  missing: Type.Array(oneOf(SCREENING_SUBJECTS)),
  expired: Type.Array(oneOf(SCREENING_SUBJECTS)),
  hit: Type.Array(oneOf(SCREENING_SUBJECTS)),
  /** screened with bank details that the supplier has no more */
  stale_details: Type.Array(oneOf(SCREENING_SUBJECTS)),
}, closed)
export type ScreeningStanding = Static<typeof ScreeningStanding>
/** `paused`: whether the hit that was just recorded stopped a payment that was being carried out. */
export const SessionScreenings = Type.Object({ items: Type.Array(Screening), standing: ScreeningStanding }, closed)
export const RecordedScreening = Type.Object({ screening: Screening, standing: ScreeningStanding, paused: Type.Boolean() }, closed)
