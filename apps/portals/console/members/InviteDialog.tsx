import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { MadeAccountLink } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input } from '../../shared/ui/index.ts'
import { membersKey } from '../queries.ts'
import { MadeLinkDialog } from './MadeLinkDialog.tsx'
import { roleBody, RoleFields, roleLacks, type AskedRole } from './RoleFields.tsx'

/** Invites somebody: who, and as what. Then shows the link, once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [asked, setAsked] = useState<AskedRole>({ role: 'desk_operator', merchant_id: null })
  const wrong = email.trim() === '' ? 'Fill in the email first.' : name.trim() === '' ? 'Fill in the name first.' : roleLacks(asked)
  const invite = useMutation({
    mutationFn: async (): Promise<MadeAccountLink> => {
      const body = { email: email.trim(), display_name: name.trim(), ...roleBody(asked) }
      return (await answer(api.POST('/api/members/invitations', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))) as MadeAccountLink
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey }),
  })
  if (invite.data) return <MadeLinkDialog made={invite.data} who={name.trim()} lasts="three days" onClose={onClose} />
  const problem = invite.error ? problemOf(invite.error) : null
  const errorOf = (field: string) => (problem?.field === field ? problem.detail : null)
  const told = problem?.field === '/email' || problem?.field === '/display_name'
  return (
    <Dialog
      open onClose={onClose} title="Invite a member" description="You get a link to hand over. Whoever opens it chooses a password and is a member then."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={invite.isPending} disabledReason={wrong} onClick={() => invite.mutate()}>Make the link</Button></>}
    >
      <Field label="Email" error={errorOf('/email')}><Input type="email" value={email} maxLength={254} autoComplete="off" onChange={(event) => { setEmail(event.target.value); invite.reset() }} /></Field>
      <Field label="Name" hint="As it stands in the audit." error={errorOf('/display_name')}><Input value={name} maxLength={120} autoComplete="off" onChange={(event) => { setName(event.target.value); invite.reset() }} /></Field>
      <RoleFields value={asked} onChange={(next) => { setAsked(next); invite.reset() }} />
      {!told && <ErrorNotice error={invite.error} />}
    </Dialog>
  )
}
