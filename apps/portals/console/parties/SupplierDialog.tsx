import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountProblem } from '#contracts/account-number.ts'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Merchant, Supplier, SupplierBody } from '../../api/types.ts'
import { isPersonal, isWallet, PLACES, type Method } from '../../shared/places.ts'
import { Button, Checkbox, Dialog, ErrorNotice, Field, Input, Select } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to } from '../paths.ts'
import { suppliersKey } from '../queries.ts'
import { methodWords, titled } from '../words.ts'
import { ACCOUNT_PROBLEMS } from './details-words.ts'

type Draft = {
  readonly legal_name: string; readonly legal_name_zh: string; readonly country: string; readonly city: string; readonly method: Method; readonly currency: string
  readonly payee_type: SupplierBody['payee_type']; readonly is_seller: boolean; readonly other: boolean; readonly account_number: string
  readonly network: 'TRON' | 'ETHEREUM' | 'SOLANA'; readonly bank_name: string; readonly bic: string; readonly cnaps: string
}
const EMPTY: Draft = {
  legal_name: '', legal_name_zh: '', country: 'CN', city: '', method: 'mainland_corporate_account', currency: 'CNY', payee_type: 'company', is_seller: true, other: false,
  account_number: '', network: 'TRON', bank_name: '', bic: '', cnaps: '',
}
const currenciesOf = (draft: Draft): readonly string[] => {
  const all = PLACES[draft.country]?.currencies ?? ['USD']
  return isWallet(draft.method) ? ['USDT', 'USDC'] : all.filter((each) => each !== 'USDT' && each !== 'USDC')
}
/** Only what is filled in: the API takes no empty text. */
const given = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])))

function bodyOf(draft: Draft, merchant_id: string): SupplierBody {
  const wallet = isWallet(draft.method)
  return {
    merchant_id, legal_name: draft.legal_name.trim() || draft.legal_name_zh.trim(), country: draft.country, city: draft.city.trim(), method: draft.method,
    settlement_currency: draft.currency as SupplierBody['settlement_currency'], payee_type: isPersonal(draft.method) ? 'individual' : draft.payee_type,
    payee_is_contract_seller: draft.is_seller, accepts_other_settlement: draft.other, account_number: draft.account_number.trim(),
    ...given({ legal_name_zh: draft.legal_name_zh }), ...(wallet ? { network: draft.network, prefers: draft.currency } : given({ bank_name: draft.bank_name, bic: draft.bic, cnaps: draft.cnaps })),
  } as SupplierBody
}

/** Saves who is paid, for one merchant. */
export function SupplierDialog({ merchants, merchant_id, onClose }: { merchants: readonly Merchant[]; merchant_id: string | null; onClose: () => void }) {
  const go = useGo()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [merchant, setMerchant] = useState<string | null>(merchant_id ?? (merchants.length === 1 ? merchants[0]!.id : null))
  const [draft, setDraft] = useState(EMPTY)
  const set = (change: Partial<Draft>) => setDraft((before) => {
    const next = { ...before, ...change }
    return currenciesOf(next).includes(next.currency) ? next : { ...next, currency: currenciesOf(next)[0]! }
  })
  const account = draft.account_number.trim() === '' ? null : accountProblem({ ...draft, account_number: draft.account_number.trim() })
  const wrong = merchant === null ? 'Choose the merchant first.' : !draft.legal_name.trim() && !draft.legal_name_zh.trim() ? 'Say its name first.' : !draft.city.trim() ? 'Say the city first.'
    : !draft.account_number.trim() ? 'Say the account first.' : account ? ACCOUNT_PROBLEMS[account.why]! : null
  const save = useMutation({
    mutationFn: async (): Promise<Supplier> => {
      const body = bodyOf(draft, merchant!)
      return (await answer(api.POST('/api/suppliers', { body: body as never, params: { header: { 'idempotency-key': keyFor(body) } } }))) as Supplier
    },
    onSuccess: (supplier) => { void queries.invalidateQueries({ queryKey: suppliersKey }); onClose(); go(to.supplier(supplier.id)) },
  })
  const problem = save.error ? problemOf(save.error) : null
  const said = (field: string) => (problem?.field === `/${field}` ? problem.detail : null)
  const place = PLACES[draft.country]!
  const wallet = isWallet(draft.method)
  return (
    <Dialog
      open onClose={onClose} title="Add a supplier" description="The account number is shown masked from now on, here and everywhere."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={save.isPending} disabledReason={wrong} onClick={() => save.mutate()}>Save the supplier</Button></>}
    >
      <Field label="Merchant" error={said('merchant_id')}><Select value={merchant} options={merchants.map((each) => ({ value: each.id, label: each.name, detail: `${each.city}, ${each.country}` }))} onChange={setMerchant} /></Field>
      {place.chinese_name && <Field label="Legal name in Chinese" error={said('legal_name_zh')}><Input lang="zh-Hans" maxLength={200} value={draft.legal_name_zh} onChange={(event) => set({ legal_name_zh: event.target.value })} /></Field>}
      <Field label="Legal name" {...(place.chinese_name ? { note: 'optional beside a Chinese one' } : {})} error={said('legal_name')}><Input maxLength={200} value={draft.legal_name} onChange={(event) => set({ legal_name: event.target.value })} /></Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Country" error={said('country')}><Select value={draft.country} options={Object.entries(PLACES).map(([value, { name }]) => ({ value, label: name }))} onChange={(country) => set({ country, method: PLACES[country]!.methods[0]! })} /></Field>
        <Field label="City" error={said('city')}><Input maxLength={80} value={draft.city} onChange={(event) => set({ city: event.target.value })} /></Field>
        <Field label="Paid by"><Select value={draft.method} options={place.methods.map((value) => ({ value, label: methodWords(value) }))} onChange={(method) => set({ method })} /></Field>
        <Field label="Currency" error={said('settlement_currency')}><Select value={draft.currency} options={currenciesOf(draft).map((value) => ({ value, label: value }))} onChange={(currency) => set({ currency })} /></Field>
        {!isPersonal(draft.method) && <Field label="Payee"><Select value={draft.payee_type} options={(['company', 'individual', 'mixed'] as const).map((value) => ({ value, label: titled(value) }))} onChange={(payee_type) => set({ payee_type })} /></Field>}
        {wallet && <Field label="Network"><Select value={draft.network} options={(['TRON', 'ETHEREUM', 'SOLANA'] as const).map((value) => ({ value, label: titled(value) }))} onChange={(network) => set({ network })} /></Field>}
      </div>
      <Field label={wallet ? 'Wallet address' : 'Account number or IBAN'} error={account && account.field === 'account_number' ? ACCOUNT_PROBLEMS[account.why] : said('account_number')}><Input autoComplete="off" maxLength={100} className="font-mono" value={draft.account_number} onChange={(event) => set({ account_number: event.target.value })} /></Field>
      {!wallet && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Bank" note="optional" className="sm:col-span-2" error={said('bank_name')}><Input maxLength={200} value={draft.bank_name} onChange={(event) => set({ bank_name: event.target.value })} /></Field>
          <Field label="BIC" note="optional" error={said('bic')}><Input autoComplete="off" maxLength={11} className="font-mono uppercase" value={draft.bic} onChange={(event) => set({ bic: event.target.value.toUpperCase() })} /></Field>
          {draft.country === 'CN' && <Field label="CNAPS" note="optional, 12 digits" error={said('cnaps')}><Input inputMode="numeric" autoComplete="off" maxLength={12} className="font-mono" value={draft.cnaps} onChange={(event) => set({ cnaps: event.target.value })} /></Field>}
        </div>
      )}
      <Checkbox checked={draft.is_seller} onChange={(is_seller) => set({ is_seller })} label="It sells the goods itself" detail="Its name stands on the contract and the invoice." />
      <Checkbox checked={draft.other} onChange={(other) => set({ other })} label="It can be paid another way too" detail="Another currency or account, if that is better." />
      <ErrorNotice error={save.error} />
    </Dialog>
  )
}
