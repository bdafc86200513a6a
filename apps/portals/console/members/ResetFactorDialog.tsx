import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Notice } from '../../shared/ui/index.ts'
import { membersKey } from '../queries.ts'

/** Takes a member's second factor off, with the reason that goes on record. */
export function ResetFactorDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [reason, setReason] = useState('')
  const reset = useMutation({
    mutationFn: () => {
      const body = { reason: reason.trim() }
      return answer(api.POST('/api/members/{id}/second-factor/reset', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey }),
  })
  const problem = reset.error ? problemOf(reset.error) : null
  const title = <span className="wrap-anywhere">Reset the second factor of {member.display_name}</span>
  if (reset.isSuccess) {
    return (
      <Dialog open onClose={onClose} title={title} footer={<Button kind="filled" onClick={onClose}>Close</Button>}>
        <Notice tone="success" live="polite">It is off, and they are signed out. They set up another one after their next sign-in.</Notice>
      </Dialog>
    )
  }
  return (
    <Dialog
      open onClose={onClose} title={title} description="For a lost phone. Be sure first that it is they who ask: from then on the password alone signs in."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="danger" busy={reset.isPending} disabledReason={reason.trim() === '' ? 'Write the reason first.' : null} onClick={() => reset.mutate()}>Take it off</Button></>}
    >
      <Field label="Reason" hint="Goes into the audit." error={problem?.field === '/reason' ? problem.detail : null}><Input value={reason} maxLength={300} onChange={(event) => { setReason(event.target.value); reset.reset() }} /></Field>
      {problem?.field !== '/reason' && <ErrorNotice error={reset.error} />}
    </Dialog>
  )
}
