import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Member } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Notice, Select } from '../../shared/ui/index.ts'
import { membersKey, privacyRequestsKey } from '../queries.ts'

const REASONS = [
  { value: 'person_asked', label: 'The person asked for it' }, { value: 'retention_over', label: 'It was kept as long as it must be' }, { value: 'entered_by_mistake', label: 'It was entered by mistake' },
] as const
type Reason = (typeof REASONS)[number]['value']

/** Puts a pseudonym in place of somebody who left, and says before what goes and what stays. */
export function EraseDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [reason, setReason] = useState<Reason | null>(null)
  const erase = useMutation({
    mutationFn: () => {
      const body = { reason: reason! }
      return answer(api.POST('/api/members/{id}/erase', { params: { path: { id: member.user_id }, header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: membersKey }), queries.invalidateQueries({ queryKey: privacyRequestsKey })]),
  })
  if (erase.data) {
    return (
      <Dialog open onClose={onClose} title="It is erased" footer={<Button kind="filled" onClick={onClose}>Close</Button>}>
        <Notice tone="success" live="polite">“{erase.data.display_name}” stands for them from now on.</Notice>
        <Parts title="What stays, and why">{erase.data.kept.map(({ what, why }) => <li key={what}>{why}</li>)}</Parts>
      </Dialog>
    )
  }
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">Erase the personal data of {member.display_name}?</span>} description="It cannot be taken back."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" icon="x" busy={erase.isPending} disabledReason={reason === null ? 'Choose the reason first.' : null} onClick={() => erase.mutate()}>Erase personal data</Button></>}
    >
      <Parts title="What goes">
        <li>Name and address here, also in links that were made for them: a pseudonym stands in their place.</li>
        <li>The notes of their privacy requests. An open request for deletion is answered as done.</li>
        <li>The account that signs in, once no other company has the person.</li>
      </Parts>
      <Parts title="What stays">
        <li>The audit and its proof: it names people by an id alone.</li>
        <li>Route requests and decisions, as records of payments, and the role that they were made in.</li>
      </Parts>
      <Field label="Reason" hint="Goes into the audit."><Select value={reason} onChange={(next) => { setReason(next); erase.reset() }} placeholder="Choose a reason" options={REASONS} /></Field>
      <ErrorNotice error={erase.error} />
    </Dialog>
  )
}

const Parts = ({ title, children }: { title: string; children: ReactNode }) => (
  <div><h3 className="font-semibold">{title}</h3><ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-muted">{children}</ul></div>
)
