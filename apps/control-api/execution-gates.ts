/** What must stand before the first step of an execution, one line each, clear or not. */
import type { Static } from 'typebox'
import type { Execution } from '#contracts/api/execution.ts'
import type { ScreeningStanding } from '#contracts/api/screenings.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { StoredRouteSession, Tx } from '#database/index.ts'
import { readScreeningStanding } from '#execution/checks/read-standing.ts'
import { approvalsThatHold } from './approval-view.ts'
import type { Refused } from './http/signed-in.ts'

/** Papers that a route needs before its payment and that are not there. */
export const missingPapers = (candidate: Candidate): string[] => candidate.documents.filter(({ stage, status }) => stage === 'before_payment' && status === 'missing').map(({ code }) => code)

/** What stands between a session and its payment on the side of its screenings, in one sentence. */
export function screeningSentence({ cleared, missing, expired, hit, stale_details }: ScreeningStanding): string {
  if (cleared) return 'Every party is screened, with no hit.'
  const said = ([['A hit', hit], ['Not screened', missing], ['Screening expired', expired], ['Screened under other bank details', stale_details]] as const).filter(([, of]) => of.length > 0)
  return said.map(([what, of]) => `${what}: ${of.join(', ')}.`).join(' ')
}

/** Why nothing goes to the payee now, or null: its details are being changed, or are others than were agreed to. */
export const payeeRefusal = ({ payee_details }: Pick<StoredRouteSession, 'payee_details'>): Refused | null =>
  payee_details === 'confirmed' ? null : { code: payee_details === 'held' ? 'supplier_on_hold' : 'payee_details_changed' }

/** Why the screenings let nothing go out now, or null; of a simulation nothing goes out. `now`: an instant of the market clock. */
export async function screeningRefusal(tx: Tx, session: StoredRouteSession, hops: Candidate['hops'], now: string): Promise<Refused | null> {
  if (session.execution_mode === 'simulation') return null
  const screening = await readScreeningStanding(tx, { session, hops, now })
  return screening.cleared ? null : { code: 'screening_open', detail: screeningSentence(screening) }
}

/** The gates of a session, in the order in which a desk clears them. */
export function gatesOf(session: StoredRouteSession, standing: Candidate | null, screening: ScreeningStanding): Static<typeof Execution>['gates'] {
  const held = approvalsThatHold(session).length
  const missing = standing === null ? [] : missingPapers(standing)
  return [
    { code: 'agreed', clear: session.agreed_content_version === session.content_version, sentence: session.agreed_content_version === session.content_version ? 'The merchant agreed to what stands.' : 'The merchant has not agreed to what stands.' },
    { code: 'approved', clear: held >= session.required_approvals, sentence: `${held} of ${session.required_approvals} approvals.` },
    { code: 'payee_confirmed', clear: session.payee_details === 'confirmed', sentence: PAYEE[session.payee_details] },
    { code: 'screening', clear: screening.cleared, sentence: screeningSentence(screening) },
    { code: 'papers', clear: missing.length === 0, sentence: missing.length === 0 ? 'No paper is missing.' : `Before payment these are needed: ${missing.join(', ')}.` },
  ]
}

const PAYEE = {
  confirmed: 'The payee’s details are confirmed.', held: 'A change of the payee’s details waits for a second person.', changed: 'The payee’s details changed after the merchant agreed: offer it again.',
} as const
