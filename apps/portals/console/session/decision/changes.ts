/** What has changed in a session between the reading that a person decides on and now, one sentence each. Pure. */
import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { stepState } from '../execution/words.ts'
import { stateWords } from '../../words.ts'

type Seen = { readonly session: DeskRouteSession; readonly execution: Execution | null }

/** Newest last; one plain sentence where nothing that is shown here explains it. */
export function changesBetween(before: Seen, after: Seen): readonly string[] {
  const found: string[] = []
  const [was, is] = [before.session, after.session]
  for (const row of is.timeline.slice(was.timeline.length)) found.push(`${row.what} By ${row.who}.`)
  if (found.length === 0 && was.state !== is.state) found.push(`It was ${stateWords(was.state).label.toLowerCase()} and is ${stateWords(is.state).label.toLowerCase()}.`)
  if (was.offer.content_version !== is.offer.content_version) found.push('Another offer stands. Approvals of the one before have no force.')
  for (const { name, content_version } of is.approval.given.filter(({ user_id, content_version }) => !was.approval.given.some((one) => one.user_id === user_id && one.content_version === content_version))) {
    found.push(`${name} approved${content_version === is.approval.content_version ? '' : ' what stood before'}.`)
  }
  if (was.payee_details !== is.payee_details) found.push(is.payee_details === 'confirmed' ? 'The supplier’s bank details are confirmed again.' : 'The supplier’s bank details changed.')
  for (const step of after.execution?.steps ?? []) {
    const old = before.execution?.steps.find(({ id }) => id === step.id)
    const move = step.moves.at(-1)
    if (old !== undefined && old.version !== step.version) found.push(`Step ${step.position} is ${stepState(step.state).label.toLowerCase()} now${move === undefined ? '' : `, by ${move.who}`}.`)
  }
  return found.length > 0 ? found : ['Somebody acted on it meanwhile.']
}
