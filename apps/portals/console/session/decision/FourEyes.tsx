import type { DeskRouteSession } from '../../../api/types.ts'
import { Notice } from '../../../shared/ui/index.ts'

const names = (list: readonly string[]): string => (list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`)

/** Why more than one approves, who may not and why, and what the approvals hold for. Nothing where one is enough. */
export function FourEyes({ session: { approval } }: { session: DeskRouteSession }) {
  const { asked_now } = approval
  if (approval.required < 2 && asked_now === null) return null
  const asked = approval.not_by.filter(({ because }) => because === 'requested').map(({ name }) => name)
  const agreed = approval.not_by.filter(({ because }) => because === 'agreed').map(({ name }) => name)
  return (
    <Notice tone="attention" icon="people" className="gap-2! p-2.5! text-12">
      <b className="font-semibold">Four eyes.</b> {approval.why.join(' ')}{' '}
      {asked_now !== null && `The rules changed after this was agreed: ${asked_now.required} approvals are asked for before it is executed. ${asked_now.why.join(' ')} `}
      {asked.length > 0 && `${names(asked)} asked for it, so cannot decide. `}
      {agreed.length > 0 && `${names(agreed)} agreed for the merchant, so cannot decide. `}
      Approvals hold for content {approval.content_version} only.
    </Notice>
  )
}
