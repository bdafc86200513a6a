import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { BankDetailChange } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Notice, optionsOf, Select } from '../../shared/ui/index.ts'
import { sessionsKey, suppliersKey } from '../queries.ts'
import { BECAUSE, CONFIRMED, RECEIVED } from './details-words.ts'

type Props = { readonly change: BankDetailChange; readonly onClose: () => void }

/** A code of a bank as it is kept, however it was typed. */
const codeOf = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toUpperCase()

/** Forgets what a decision touches: the supplier, its changes, and every session that is marked with it. */
function useForget(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => Promise.all([queries.invalidateQueries({ queryKey: suppliersKey }), queries.invalidateQueries({ queryKey: sessionsKey })])
}

/** The second person: asked back in another way, and typed what was said. */
export function ConfirmDetailsDialog({ change, onClose }: Props) {
  const forget = useForget()
  const keyFor = useActionKey()
  const [confirmed_over, setOver] = useState<keyof typeof CONFIRMED | null>(null)
  const [account_number, setNumber] = useState('')
  const [bic, setBic] = useState('')
  const [cnaps, setCnaps] = useState('')
  const [confirmed_with, setWith] = useState('')
  // The same number at another bank is another account: what of its bank is proposed is told too.
  const [asksBic, asksCnaps] = [change.proposed.bic !== null, change.proposed.cnaps_masked !== null]
  const confirm = useMutation({
    mutationFn: async (): Promise<unknown> => {
      const body = {
        confirmed_over: confirmed_over!, account_number: account_number.trim(), confirmed_with: confirmed_with.trim(),
        ...(asksBic ? { bic: codeOf(bic) } : {}), ...(asksCnaps ? { cnaps: codeOf(cnaps) } : {}),
      }
      return answer(api.POST('/api/bank-detail-changes/{id}/confirm', { params: { path: { id: change.id }, header: { 'idempotency-key': keyFor({ id: change.id, ...body }) } }, body }))
    },
    onSuccess: async () => { onClose(); await forget() },
  })
  const wrong = confirmed_over === null ? 'Say how you asked first.' : account_number.trim() === '' ? 'Type the account that you were told first.' : asksBic && codeOf(bic) === '' ? 'Type the BIC that you were told first.' : asksCnaps && codeOf(cnaps) === '' ? 'Type the CNAPS that you were told first.' : confirmed_with.trim() === '' ? 'Say whom you spoke to first.' : null
  const problem = confirm.error ? problemOf(confirm.error) : null
  const differs = hasCode(confirm.error, 'number_differs')
  const wrongAt = (field: string): string | null => (problem?.field !== field ? null : differs ? 'It is not what was proposed.' : problem.detail)
  return (
    <Dialog
      open onClose={onClose} title="Confirm the new bank details" description="Reach the supplier by yourself, on a number or in a place that was known before. Never on one from the message that brought the change."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={confirm.isPending} disabledReason={wrong} onClick={() => confirm.mutate()}>Confirm</Button></>}
    >
      <Field label="How you asked" hint={`The change came in by: ${RECEIVED[change.received_by].toLowerCase()}. It takes another way.`}>
        <Select value={confirmed_over} options={optionsOf(CONFIRMED).filter(({ value }) => value !== change.received_by)} onChange={setOver} />
      </Field>
      <Field label="The account that you were told" hint="Type it as it was said. It is compared with what was proposed." error={wrongAt('/account_number')}>
        <Input autoComplete="off" maxLength={100} className="font-mono" value={account_number} onChange={(event) => setNumber(event.target.value)} />
      </Field>
      {asksBic && <Field label="The BIC that you were told" error={wrongAt('/bic')}><Input autoComplete="off" maxLength={14} className="font-mono" value={bic} onChange={(event) => setBic(event.target.value)} /></Field>}
      {asksCnaps && <Field label="The CNAPS that you were told" error={wrongAt('/cnaps')}><Input autoComplete="off" maxLength={16} inputMode="numeric" className="font-mono" value={cnaps} onChange={(event) => setCnaps(event.target.value)} /></Field>}
      <Field label="Whom you spoke to" hint="A name and how the desk knows them. Only the desk reads it."><Input autoComplete="off" maxLength={200} value={confirmed_with} onChange={(event) => setWith(event.target.value)} /></Field>
      {differs ? <Notice tone="danger" live="assertive" title="The accounts differ">Ask the supplier to say it once more. If it stays so, reject the change: it may be a fraud.</Notice> : <ErrorNotice error={confirm.error} />}
    </Dialog>
  )
}

/** Rejects a change, or withdraws one's own. */
export function RejectDetailsDialog({ change, own, onClose }: Props & { readonly own: boolean }) {
  const forget = useForget()
  const keyFor = useActionKey()
  const [because, setBecause] = useState<keyof typeof BECAUSE | null>(null)
  const reject = useMutation({
    mutationFn: (): Promise<unknown> => answer(api.POST('/api/bank-detail-changes/{id}/reject', { params: { path: { id: change.id }, header: { 'idempotency-key': keyFor({ id: change.id, because }) } }, body: { because: because! } })),
    onSuccess: async () => { onClose(); await forget() },
  })
  const verb = own ? 'Withdraw' : 'Reject'
  return (
    <Dialog
      open onClose={onClose} title={`${verb} the new bank details?`} description="The supplier keeps the details it had, and its payments are free again."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="danger" icon="prohibited" busy={reject.isPending} disabledReason={because === null ? 'Say why first.' : null} onClick={() => reject.mutate()}>{verb}</Button></>}
    >
      <Field label="Why"><Select value={because} options={optionsOf(BECAUSE)} onChange={setBecause} /></Field>
      <ErrorNotice error={reject.error} />
    </Dialog>
  )
}
