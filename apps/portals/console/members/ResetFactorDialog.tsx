import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Notice, Select } from '../../shared/ui/index.ts'
import { membersKey } from '../queries.ts'

const REASONS = [
  { value: 'device_lost', label: 'The phone is lost' }, { value: 'device_replaced', label: 'The phone was replaced' },
  { value: 'asked_by_member', label: 'They asked for it' }, { value: 'suspected_misuse', label: 'Somebody else may be using it' },
] as const
type Reason = (typeof REASONS)[number]['value']

/** Takes a member's second factor off, with the reason that goes on record. */
export function ResetFactorDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [reason, setReason] = useState<Reason | null>(null)
  const reset = useMutation({
    mutationFn: () => {
      const body = { reason: reason! }
      return answer(api.POST('/api/members/{id}/second-factor/reset', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey }),
  })
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
      open onClose={onClose} title={title} description="Be sure first that it is they who ask: from then on the password alone signs in."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="danger" busy={reset.isPending} disabledReason={reason === null ? 'Choose the reason first.' : null} onClick={() => reset.mutate()}>Take it off</Button></>}
    >
      <Field label="Reason" hint="Goes into the audit."><Select value={reason} onChange={(next) => { setReason(next); reset.reset() }} placeholder="Choose a reason" options={REASONS} /></Field>
      <ErrorNotice error={reset.error} />
    </Dialog>
  )
}
