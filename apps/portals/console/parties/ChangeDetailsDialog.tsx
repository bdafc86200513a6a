import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountProblem } from '#contracts/account-number.ts'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { BankDetailChange, Supplier } from '../../api/types.ts'
import { isWallet } from '../../shared/places.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Notice, optionsOf, Select } from '../../shared/ui/index.ts'
import { sessionsKey, suppliersKey } from '../queries.ts'
import { ACCOUNT_PROBLEMS, RECEIVED } from './details-words.ts'

/** Proposes other bank details; from then on the supplier is on hold until a second person has decided. */
export function ChangeDetailsDialog({ supplier, onClose }: { supplier: Supplier; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [received_by, setReceived] = useState<BankDetailChange['received_by'] | null>(null)
  const [account_number, setNumber] = useState('')
  const [bank, setBank] = useState({ bank_name: '', bic: '', cnaps: '' })
  const wallet = isWallet(supplier.method)
  const number = account_number.trim()
  const unusable = number === '' ? null : accountProblem({ method: supplier.method, country: supplier.country, network: supplier.network as 'TRON' | null, account_number: number })
  const wrong = received_by === null ? 'Say how it came in first.' : number === '' ? 'Say the new account first.' : unusable ? ACCOUNT_PROBLEMS[unusable.why]! : null
  const propose = useMutation({
    mutationFn: async (): Promise<unknown> => {
      const given = Object.fromEntries(Object.entries(bank).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])))
      const body = { received_by: received_by!, account_number: number, ...(wallet ? {} : given) }
      return answer(api.POST('/api/suppliers/{id}/bank-detail-changes', { params: { path: { id: supplier.id }, header: { 'idempotency-key': keyFor({ id: supplier.id, ...body }) } }, body }))
    },
    onSuccess: async () => {
      onClose()
      await Promise.all([queries.invalidateQueries({ queryKey: suppliersKey }), queries.invalidateQueries({ queryKey: sessionsKey })])
    },
  })
  const problem = propose.error ? problemOf(propose.error) : null
  const said = (field: string) => (problem?.field === `/${field}` ? problem.detail : null)
  return (
    <Dialog
      open onClose={onClose} title="Change bank details" description="The new account as a whole. It does not count until somebody else of the desk has asked back and was told the same."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={propose.isPending} disabledReason={wrong} onClick={() => propose.mutate()}>Propose and hold payments</Button></>}
    >
      <Notice tone="attention" title="If you propose this">No route to this supplier can be accepted until it is decided, and sessions that were accepted are marked “Payment on hold”.</Notice>
      <Field label="How it came in" hint="It is confirmed in another way than this one."><Select value={received_by} options={optionsOf(RECEIVED)} onChange={setReceived} /></Field>
      <Field label={wallet ? 'New wallet address' : 'New account number or IBAN'} error={unusable ? ACCOUNT_PROBLEMS[unusable.why] : said('account_number')}><Input autoComplete="off" maxLength={100} className="font-mono" value={account_number} onChange={(event) => setNumber(event.target.value)} /></Field>
      {!wallet && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Bank" note="optional" className="sm:col-span-2" error={said('bank_name')}><Input maxLength={200} value={bank.bank_name} onChange={(event) => setBank({ ...bank, bank_name: event.target.value })} /></Field>
          <Field label="BIC" note="optional" error={said('bic')}><Input autoComplete="off" maxLength={11} className="font-mono uppercase" value={bank.bic} onChange={(event) => setBank({ ...bank, bic: event.target.value.toUpperCase() })} /></Field>
          {supplier.country === 'CN' && <Field label="CNAPS" note="optional, 12 digits" error={said('cnaps')}><Input inputMode="numeric" autoComplete="off" maxLength={12} className="font-mono" value={bank.cnaps} onChange={(event) => setBank({ ...bank, cnaps: event.target.value })} /></Field>}
        </div>
      )}
      <ErrorNotice error={propose.error} />
    </Dialog>
  )
}
