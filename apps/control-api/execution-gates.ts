/** What must stand before the first step of an execution, one line each, clear or not. */
import type { Static } from 'typebox'
import type { Execution } from '#contracts/api/execution.ts'
import type { ScreeningStanding } from '#contracts/api/screenings.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { StoredRouteSession } from '#database/index.ts'
import type { Asked } from './approval-view.ts'

/** Papers that a route needs before its payment and that are not there. */
export const missingPapers = (candidate: Candidate): string[] => candidate.documents.filter(({ stage, status }) => stage === 'before_payment' && status === 'missing').map(({ code }) => code)

/** What stands between a session and its payment on the side of its screenings, in one sentence. */
export function screeningSentence({ cleared, missing, expired, hit, stale_details }: ScreeningStanding): string {
  if (cleared) return 'Every party is screened, with no hit.'
  const said = ([['A hit', hit], ['Not screened', missing], ['Screening expired', expired], ['Screened under other bank details', stale_details]] as const).filter(([, of]) => of.length > 0)
  return said.map(([what, of]) => `${what}: ${of.join(', ')}.`).join(' ')
}

/** The gates of a session, in the order in which a desk clears them. */
export function gatesOf(session: StoredRouteSession, { held, required }: Pick<Asked, 'held' | 'required'>, standing: Candidate | null, screening: ScreeningStanding): Static<typeof Execution>['gates'] {
  const missing = standing === null ? [] : missingPapers(standing)
  return [
    { code: 'agreed', clear: session.agreed_content_version === session.content_version, sentence: session.agreed_content_version === session.content_version ? 'The merchant agreed to what stands.' : 'The merchant has not agreed to what stands.' },
    { code: 'approved', clear: held >= required, sentence: `${held} of ${required} approvals.` },
    { code: 'payee_confirmed', clear: session.payee_details === 'confirmed', sentence: PAYEE[session.payee_details] },
    { code: 'screening', clear: screening.cleared, sentence: screeningSentence(screening) },
    { code: 'papers', clear: missing.length === 0, sentence: missing.length === 0 ? 'No paper is missing.' : `Before payment these are needed: ${missing.join(', ')}.` },
  ]
}

const PAYEE = {
  confirmed: 'The payee’s details are confirmed.', held: 'A change of the payee’s details waits for a second person.', changed: 'The payee’s details changed after the merchant agreed: offer it again.',
} as const
