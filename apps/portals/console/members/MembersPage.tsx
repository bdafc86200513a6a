import { useState } from 'react'
import type { Member } from '../../api/types.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Menu, Skeleton, StatusTag, type IconName, type Tone } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { useMembers } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { ChangeRoleDialog } from './ChangeRoleDialog.tsx'
import { EndMembershipDialog } from './EndMembershipDialog.tsx'
import { EraseDialog } from './EraseDialog.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { OpenLinks } from './OpenLinks.tsx'
import { RecoveryDialog } from './RecoveryDialog.tsx'
import { ResetFactorDialog } from './ResetFactorDialog.tsx'

const STATES: Readonly<Record<Member['state'], { readonly tone: Tone; readonly label: string; readonly icon?: IconName }>> = {
  active: { tone: 'success', label: 'Member' }, ended: { tone: 'waiting', label: 'Ended', icon: 'stopped' }, disabled: { tone: 'danger', label: 'Switched off' },
}
const StateTag = ({ tone, label, icon }: (typeof STATES)[Member['state']]) => <StatusTag tone={tone} size="small" {...(icon ? { icon } : {})}>{label}</StatusTag>
const ACTIONS = [
  { name: 'role', label: 'Change the role', icon: 'swap', permission: 'member:write', dialog: ChangeRoleDialog },
  { name: 'recovery', label: 'Make a recovery link', icon: 'lock', permission: 'member:write', dialog: RecoveryDialog },
  { name: 'factor', label: 'Reset the second factor', icon: 'shield', permission: 'member:reset_second_factor', dialog: ResetFactorDialog },
  { name: 'end', label: 'End the membership', icon: 'prohibited', permission: 'member:write', dialog: EndMembershipDialog },
] as const
type Action = (typeof ACTIONS)[number]

/** Who works for this company and as what, the links that wait for someone, and what a Platform Admin may do about both. */
export function MembersPage() {
  const can = useCan()
  const { user } = useSession()
  const mayRead = can('member:read') === null
  const query = useMembers(mayRead)
  const mayNot = can('member:write') === null ? null : 'A Platform Admin invites members.'
  const [erasing, setErasing] = useState<Member | null>(null)
  const mayNotErase = can('member:erase') === null ? null : 'A Platform Admin erases.'
  const [inviting, setInviting] = useState(false)
  const [doing, setDoing] = useState<{ readonly action: Action; readonly member: Member } | null>(null)
  const admins = query.data?.filter((each) => each.role === 'platform_admin' && each.state === 'active').length ?? 0
  // The server refuses the same; here it is said before anybody tries.
  const refusal = (member: Member, { name, permission }: Action): string | null => {
    if (can(permission) !== null) return 'Your role may not.'
    if (member.user_id === user.id) return name === 'factor' ? 'Yours is under Account.' : admins === 1 && name !== 'recovery' ? 'The last Platform Admin.' : 'Not for yourself.'
    return null
  }
  const Doing = doing?.action.dialog
  return (
    <>
      <PageTitle title="Members" note="people of this company; a program has an API key instead" end={<Button icon="plus" disabledReason={mayNot} onClick={() => setInviting(true)}>Invite a member</Button>} />
      <Card>
        {!mayRead && <EmptyState icon="lock" title="Members are the Platform Admin’s">Ask a Platform Admin of this workspace to invite someone or to change a role.</EmptyState>}
        {mayRead && query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading members" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data && (
          <DataTable
            label="Members" rows={query.data} keyOf={(member) => member.user_id}
            columns={[
              { head: 'Name', phone: 'first', wide: true, className: 'min-w-52', cell: (member) => <><span className="block font-semibold wrap-anywhere">{member.display_name}{member.user_id === user.id && <span className="font-normal text-muted"> (you)</span>}</span><span className="font-normal wrap-anywhere text-muted">{member.email}</span></> },
              { head: 'State', phone: 'first', className: 'whitespace-nowrap', cell: (member) => <StateTag {...STATES[member.state]} /> },
              { head: 'Role', className: 'whitespace-nowrap', cell: (member) => roleWords(member.role) },
              { head: 'Merchant', className: 'min-w-32', cell: (member) => member.merchant_name ?? '–' },
              { head: 'Last seen', className: 'min-w-28', cell: (member) => (member.last_seen_at === null ? 'No session' : <DateTime at={member.last_seen_at} absolute className="whitespace-normal!" />) },
              {
                head: 'Manage', phone: 'last', cell: (member) => (member.state === 'ended' ? (
                  <Button className="max-md:min-h-11 max-md:w-full md:whitespace-nowrap" disabledReason={member.erased_at === null ? mayNotErase : 'It is erased.'} onClick={() => setErasing(member)}>Erase personal data<span className="sr-only"> of {member.display_name}</span></Button>
                ) : (
                  <Menu
                    trigger={<Button iconEnd="chevron-down" className="max-md:min-h-11 max-md:w-full">Manage<span className="sr-only"> {member.display_name}</span></Button>}
                    entries={ACTIONS.map((action) => {
                      const disabledReason = refusal(member, action)
                      return { label: action.label, icon: action.icon, onSelect: () => setDoing({ action, member }), ...(disabledReason === null ? {} : { disabledReason }) }
                    })}
                  />
                )),
              },
            ]}
          />
        )}
      </Card>
      {query.data && <OpenLinks members={query.data} mayNot={mayNot} />}
      {erasing && <EraseDialog member={erasing} onClose={() => setErasing(null)} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {doing && Doing && <Doing member={doing.member} onClose={() => setDoing(null)} />}
    </>
  )
}
