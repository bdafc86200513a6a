import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Provider, ProviderAccountBody } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Select, type Option } from '../../shared/ui/index.ts'
import { providerAccountsKey, useMerchants } from '../queries.ts'

const OWNERS: readonly Option<ProviderAccountBody['rail_owner']>[] = [
  { value: 'operator', label: 'Ours', detail: 'the Operator Company’s own account' }, { value: 'merchant', label: 'A merchant’s', detail: 'the importer holds it and orders over it' },
  { value: 'provider', label: 'The provider’s', detail: 'it collects or pays out over its own' },
]

/** Names an account that legs over this provider run on. What the provider knows it by is sealed at once. */
export function AddAccountDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const merchants = useMerchants().data ?? []
  const currencies = [...new Set(provider.legs.flatMap(({ from, to }) => [from, to]))].sort()
  const [draft, setDraft] = useState({ label: '', owner: 'operator' as ProviderAccountBody['rail_owner'], merchant: null as string | null, currency: currencies[0] ?? null, country: provider.countries[0] ?? null, reference: '', holder: '', instructions: '' })
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const reference = draft.reference.trim()
  const usable = /^[!-~](?:[ -~]{2,98}[!-~])$/.test(reference)
  const wrong = draft.label.trim() === '' ? 'Name the account first.' : draft.owner === 'merchant' && draft.merchant === null ? 'Choose whose it is.' : draft.currency === null ? 'This provider has no leg yet.'
    : reference === '' ? 'Say what the provider knows it by.' : !usable ? 'A reference has 4 to 100 plain letters, digits and signs.' : null
  const add = useMutation({
    mutationFn: async () => {
      const body = {
        provider_id: provider.id, label: draft.label.trim(), currency: draft.currency!, rail_owner: draft.owner, account_reference: reference,
        ...(draft.country === null ? {} : { country: draft.country }), ...(draft.owner === 'merchant' ? { merchant_id: draft.merchant! } : {}),
        ...(draft.holder.trim() === '' ? {} : { account_holder: draft.holder.trim() }), ...(draft.instructions.trim() === '' ? {} : { instructions: draft.instructions.trim() }),
      }
      await answer(api.POST('/api/provider-accounts', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: providerAccountsKey }) },
  })
  const problem = add.error ? problemOf(add.error) : null
  const said = (field: string) => (problem?.field === `/${field}` ? problem.detail : null)
  return (
    <Dialog
      open onClose={onClose} title="Add an account" description="An account cannot be changed afterwards: to correct it, retire it and add it again."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={add.isPending} disabledReason={wrong} onClick={() => add.mutate()}>Add the account</Button></>}
    >
      <Field label="Label" hint="By what people and steps name it. Everybody at the desk sees it, so put no number in it." error={problem?.code === 'name_taken' ? 'A live account of this provider has this label.' : said('label')}><Input value={draft.label} maxLength={80} onChange={(event) => set({ label: event.target.value })} /></Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Whose it is" {...(draft.owner === 'merchant' ? {} : { className: 'sm:col-span-2' })}><Select value={draft.owner} options={OWNERS} onChange={(owner) => set({ owner })} /></Field>
        {draft.owner === 'merchant' && <Field label="Merchant" error={said('merchant_id')}><Select value={draft.merchant} options={merchants.map(({ id, name }) => ({ value: id, label: name }))} onChange={(merchant) => set({ merchant })} /></Field>}
        <Field label="Currency" error={said('currency')}><Select value={draft.currency} options={currencies.map((value) => ({ value, label: value }))} onChange={(currency) => set({ currency })} /></Field>
        {provider.countries.length > 0 && <Field label="Kept in" error={said('country')}><Select value={draft.country} options={provider.countries.map((value) => ({ value, label: value }))} onChange={(country) => set({ country })} /></Field>}
      </div>
      <Field label="Account reference" hint="What the provider knows it by: a number, an IBAN, a wallet address, a user name. Never a password or a key." error={reference !== '' && !usable && reference.length > 3 ? 'Plain letters, digits and signs alone.' : said('account_reference')}><Input autoComplete="off" maxLength={100} className="font-mono" value={draft.reference} onChange={(event) => set({ reference: event.target.value })} /></Field>
      <Field label="Holder" note="optional" error={said('account_holder')}><Input autoComplete="off" maxLength={200} value={draft.holder} onChange={(event) => set({ holder: event.target.value })} /></Field>
      <Field label="How it is used" note="optional" hint="Reference, holder and this are sealed: a reveal shows them, and the audit says who asked." error={said('instructions')}><Input autoComplete="off" maxLength={500} value={draft.instructions} onChange={(event) => set({ instructions: event.target.value })} /></Field>
      <ErrorNotice error={add.error} />
    </Dialog>
  )
}
