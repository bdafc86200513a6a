import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { accountProblem } from '#contracts/account-number.ts'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { Supplier, SupplierBody } from '../../api/types.ts'
import { Button, Checkbox, ErrorNotice, Field, Icon, Input, RadioCard, RadioGroup, RadioSegment, Select } from '../../shared/ui/index.ts'
import { useDraft } from '../draft.ts'
import { currencyWord, isPersonal, isWallet, PLACES, type Method } from '../../shared/places.ts'
import { ActionBar } from '../parts.tsx'
import { suppliersKey, useCorridors } from '../queries.ts'
import { clearSupplierDraft, useSupplierDraft, type SupplierDraft } from './supplier-draft.ts'
import { Group, QuestionHead } from './QuestionHead.tsx'

type Errors = Readonly<Record<string, 'need_name' | 'need_city' | 'need_account' | 'bad_account' | 'bad_iban' | 'bad_address' | 'bad_bic' | 'bad_cnaps'>>

function errorsOf(draft: SupplierDraft): Errors {
  const errors: Record<string, Errors[string]> = {}
  if (!draft.legal_name.trim() && !(PLACES[draft.country]?.chinese_name && draft.legal_name_zh.trim())) errors['legal_name'] = 'need_name'
  if (!draft.city.trim()) errors['city'] = 'need_city'
  const account = accountProblem(draft)?.why
  if (!draft.account_number.trim()) errors['account_number'] = 'need_account'
  else if (account === 'bad_account' || account === 'bad_iban' || account === 'bad_address') errors['account_number'] = account
  if (draft.bic.trim() && !/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(draft.bic.trim())) errors['bic'] = 'bad_bic'
  if (draft.cnaps.trim() && !/^[0-9]{12}$/.test(draft.cnaps.trim())) errors['cnaps'] = 'bad_cnaps'
  return errors
}

function toBody(draft: SupplierDraft): SupplierBody {
  const wallet = isWallet(draft.method)
  const zh = draft.legal_name_zh.trim()
  return {
    // The bank compares the Chinese name; where there is no Latin one it stands for both.
    legal_name: draft.legal_name.trim() || zh,
    ...(zh && PLACES[draft.country]?.chinese_name ? { legal_name_zh: zh } : {}),
    country: draft.country, city: draft.city.trim(), method: draft.method, settlement_currency: draft.currency as SupplierBody['settlement_currency'],
    payee_type: isPersonal(draft.method) ? 'individual' : draft.payee_type, payee_is_contract_seller: draft.is_seller, accepts_other_settlement: draft.other,
    account_number: draft.account_number.trim(),
    ...(wallet ? { network: draft.network, prefers: draft.currency === 'USDC' ? ('USDC' as const) : ('USDT' as const) } : {}),
    ...(!wallet && draft.bank_name.trim() ? { bank_name: draft.bank_name.trim() } : {}),
    ...(!wallet && draft.bic.trim() ? { bic: draft.bic.trim() } : {}),
    ...(!wallet && draft.cnaps.trim() ? { cnaps: draft.cnaps.trim() } : {}),
  }
}

/** A supplier is entered once: what belongs to it lives on it, and no later request asks for it again. */
export function NewSupplier() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const corridors = useCorridors()
  const keyFor = useActionKey()
  const [, changeRequest] = useDraft()
  const [draft, change] = useSupplierDraft()
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)

  const reachable = new Set((corridors.data ?? []).map((corridor) => corridor.destination_country))
  const countries = Object.entries(PLACES).filter(([, place]) => reachable.has(place.corridor_country))
  const place = PLACES[draft.country] ?? PLACES['CN']!
  const wallet = isWallet(draft.method)
  const errors = tried ? errorsOf(draft) : {}
  const save = useMutation({
    mutationFn: async (): Promise<Supplier> => {
      const body = toBody(draft)
      return (await answer(api.POST('/api/suppliers', { body: body as never, params: { header: { 'idempotency-key': keyFor(body) } } }))) as Supplier
    },
    onSuccess: async (supplier) => {
      queries.setQueryData(suppliersKey, (known: Supplier[] | undefined) => [supplier, ...(known ?? []).filter((each) => each.id !== supplier.id)])
      clearSupplierDraft()
      changeRequest({ supplier_id: supplier.id, invoice_currency: '' })
      await navigate({ to: '/new', search: { step: 'amount' }, replace: true })
    },
  })
  const problem = save.error ? problemOf(save.error) : null
  const said = (field: string) => (errors[field] ? t(errors[field]) : problem?.field === `/${field}` ? problem.detail : undefined)
  const currencies = wallet ? ['USDT', 'USDC'] : place.currencies.filter((each) => each !== 'USDT' && each !== 'USDC')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(errorsOf(draft)).length > 0) { requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()); return }
    if (!save.isPending) save.mutate()
  }
  const setCountry = (country: string) => { const next = PLACES[country]!; change({ country, method: next.methods[0]!, currency: next.currencies[0]! }) }
  const setMethod = (method: Method) => change({ method, currency: isWallet(method) ? 'USDT' : isPersonal(method) ? 'CNY' : place.currencies[0]! })

  return (
    <form ref={form} noValidate onSubmit={submit} className="flex max-w-2xl flex-col gap-5">
      <button type="button" onClick={() => { void navigate({ to: '/new', search: { step: 'supplier' } }) }} className="-ml-2 inline-flex min-h-11 w-fit items-center gap-1 rounded px-2 font-semibold text-accent"><Icon name="chevron-left" />{t('back')}</button>
      <QuestionHead heading={heading} hint={t('s_hint')}>{t('s_title')}</QuestionHead>
      {countries.length > 0 && (
        <Group id="country" title={t('s_country')}>
          <RadioGroup value={draft.country} onChange={setCountry} labelledBy="country" className="grid grid-cols-2 gap-2">
            {countries.map(([code, each]) => <RadioSegment key={code} value={code}>{each.name}</RadioSegment>)}
          </RadioGroup>
        </Group>
      )}
      {place.chinese_name && <Field label={t('s_name_zh')} error={said('legal_name_zh')}><Input lang="zh-Hans" maxLength={200} value={draft.legal_name_zh} onChange={(event) => change({ legal_name_zh: event.target.value })} /></Field>}
      <Field label={t('s_name')} note={place.chinese_name ? t('optional') : undefined} error={said('legal_name')}><Input maxLength={200} value={draft.legal_name} onChange={(event) => change({ legal_name: event.target.value })} /></Field>
      <Field label={t('s_city')} error={said('city')}><Input maxLength={80} value={draft.city} onChange={(event) => change({ city: event.target.value })} /></Field>
      {place.methods.length > 1 && (
        <Group id="method" title={t('s_method')}>
          <RadioGroup value={draft.method} onChange={setMethod} labelledBy="method" className="grid gap-2">
            {place.methods.map((each) => <RadioCard key={each} value={each}><span className="font-semibold">{t(`m_${each}`)}</span></RadioCard>)}
          </RadioGroup>
        </Group>
      )}
      {currencies.length > 1 && (
        <Group id="currency" title={t('s_currency')}>
          <RadioGroup value={draft.currency} onChange={(currency) => change({ currency })} labelledBy="currency" className="grid grid-cols-2 gap-2">
            {currencies.map((each) => <RadioSegment key={each} value={each}>{each}{currencyWord(each) !== each && `, ${currencyWord(each)}`}</RadioSegment>)}
          </RadioGroup>
        </Group>
      )}
      {!isPersonal(draft.method) && (
        <Group id="payee" title={t('payee_type')}>
          <RadioGroup value={draft.payee_type} onChange={(payee_type) => change({ payee_type })} labelledBy="payee" className="grid gap-2 sm:grid-cols-3">
            {(['company', 'individual', 'mixed'] as const).map((each) => <RadioSegment key={each} value={each}>{t(`payee_${each}`)}</RadioSegment>)}
          </RadioGroup>
        </Group>
      )}
      <Field label={wallet ? t('s_wallet') : t('s_account')} error={said('account_number')}><Input autoComplete="off" maxLength={100} className="font-mono" value={draft.account_number} onChange={(event) => change({ account_number: event.target.value })} /></Field>
      {wallet
        ? <Field label={t('s_network')}><Select options={[{ value: 'TRON', label: 'TRON' }, { value: 'ETHEREUM', label: 'Ethereum' }, { value: 'SOLANA', label: 'Solana' }]} value={draft.network} onChange={(network) => change({ network })} label={t('s_network')} /></Field>
        : (
          <>
            <Field label={t('s_bank')} note={t('optional')} error={said('bank_name')}><Input maxLength={200} value={draft.bank_name} onChange={(event) => change({ bank_name: event.target.value })} /></Field>
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label={t('s_bic')} note={t('optional')} error={said('bic')}><Input autoComplete="off" maxLength={11} className="font-mono uppercase" value={draft.bic} onChange={(event) => change({ bic: event.target.value.toUpperCase() })} /></Field>
              {draft.country === 'CN' && <Field label={t('s_cnaps')} note={t('optional')} hint={t('s_cnaps_hint')} error={said('cnaps')}><Input inputMode="numeric" autoComplete="off" maxLength={12} className="font-mono" value={draft.cnaps} onChange={(event) => change({ cnaps: event.target.value })} /></Field>}
            </div>
          </>
        )}
      <Checkbox checked={draft.is_seller} onChange={(is_seller) => change({ is_seller })} label={t('s_is_seller')} detail={t('s_is_seller_hint')} />
      <Checkbox checked={draft.other} onChange={(other) => change({ other })} label={t('s_other')} detail={t('s_other_hint')} />
      <ErrorNotice error={save.error} />
      <ActionBar>
        <Button type="submit" kind="filled" wide className="lg:w-auto lg:min-w-60" busy={save.isPending}>{t('s_save')}</Button>
      </ActionBar>
    </form>
  )
}
