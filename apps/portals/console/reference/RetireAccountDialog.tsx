import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { AccountRetireReason, ProviderAccount } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Select, type Option } from '../../shared/ui/index.ts'
import { providerAccountsKey } from '../queries.ts'

const REASONS: readonly Option<AccountRetireReason>[] = [
  { value: 'closed', label: 'It was closed' }, { value: 'replaced', label: 'Another one replaces it' }, { value: 'entered_wrongly', label: 'It was entered wrongly' }, { value: 'not_used', label: 'It is not used' },
]

/** Asks once more before an account leaves use for good. */
export function RetireAccountDialog({ account, onClose }: { account: ProviderAccount; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [reason, setReason] = useState<AccountRetireReason | null>(null)
  const retire = useMutation({
    mutationFn: () => answer(api.POST('/api/provider-accounts/{id}/retire', { params: { path: { id: account.id }, header: { 'idempotency-key': keyFor({ id: account.id, reason }) } }, body: { reason: reason! } })),
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: providerAccountsKey }) },
  })
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">Retire “{account.label}”?</span>} description="It leaves use for good and stays on record: what named it goes on naming it. An account cannot be changed; to correct one, retire it and add it again."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" icon="prohibited" busy={retire.isPending} disabledReason={reason === null ? 'Say why first.' : null} onClick={() => retire.mutate()}>Retire the account</Button></>}
    >
      <Field label="Why"><Select value={reason} options={REASONS} onChange={setReason} /></Field>
      <ErrorNotice error={retire.error} />
    </Dialog>
  )
}
