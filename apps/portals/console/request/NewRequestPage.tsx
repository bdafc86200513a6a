import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { DeskRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { useCan } from '../../shared/session/session.ts'
import { dayOf, zoneCity } from '../../shared/time.ts'
import { Button, Checkbox, Combobox, DateTime, ErrorNotice, Field, Input, Notice, RadioGroup, RadioSegment, Select, Textarea, type Option } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to } from '../paths.ts'
import { sessionsKey, useCorridor, useCorridors, useMerchants, useSuppliersOf } from '../queries.ts'
import { Card, linkLook, PageTitle } from '../ui/parts.tsx'
import { corridorArrow, methodWords, titled } from '../words.ts'
import { destinationZone } from '../zones.ts'
import { HeldFundsFields } from './HeldFundsFields.tsx'
import { bodyOf, emptyDraft, errorsOf, fieldOf, type RequestDraft } from './request-draft.ts'

const words = <V extends string>(values: readonly V[]): readonly Option<V>[] => values.map((value) => ({ value, label: titled(value) }))
const GOODS = words(['consumer', 'electrical', 'regulated', 'food_or_drug', 'industrial_parts', 'vehicle_parts', 'plant_machinery'] as const)
const PAID = words(['deposit', 'full_advance', 'balance_before_shipment', 'balance_after_shipment'] as const)
const PREFERENCES = ['balanced', 'cheapest', 'fastest', 'safest'] as const
const INVOICE_CURRENCIES = ['CNY', 'USD', 'CNH', 'HKD', 'AED', 'EUR', 'GBP'].map((value) => ({ value, label: value }))

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card><h2 className="border-b border-line px-3 py-1.5 font-semibold">{title}</h2><div className="grid gap-3 p-3 sm:grid-cols-2 xl:grid-cols-3">{children}</div></Card>
)

/** The desk asks for a route in a merchant's name, and says why the merchant does not ask itself. */
export function NewRequestPage() {
  const go = useGo()
  const clock = useClock()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const denied = useCan()('route_session:create')
  // Two weeks are what papers usually take; the day is the desk's to change.
  const [draft, setDraft] = useState<RequestDraft>(() => emptyDraft(dayOf(new Date(clock.now() + 14 * 86_400_000).toISOString(), clock.time_zone)))
  const [tried, setTried] = useState(false)
  const [seen, setSeen] = useState(false)
  const set = (change: Partial<RequestDraft>) => setDraft((before) => ({ ...before, ...change }))

  const merchants = useMerchants().data ?? []
  const suppliers = useSuppliersOf(draft.merchant_id).data ?? []
  const merchant = merchants.find((each) => each.id === draft.merchant_id)
  const corridors = (useCorridors().data ?? []).filter((each) => merchant === undefined || each.source_country === merchant.country)
  const corridor = corridors.find((each) => each.id === draft.corridor_id)
  const papers = useCorridor(draft.corridor_id).data?.documents ?? []
  const zone = draft.corridor_id === null ? 'Asia/Shanghai' : destinationZone(draft.corridor_id)

  const ask = useMutation({
    mutationFn: async (): Promise<DeskRouteSession> => {
      const body = bodyOf(draft, zone, seen)!
      return (await answer(api.POST('/api/route-sessions', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))) as DeskRouteSession
    },
    onSuccess: (session) => { void queries.invalidateQueries({ queryKey: sessionsKey }); go(to.session(session.id)) },
  })
  const duplicate = hasCode(ask.error, 'duplicate_invoice') ? ask.error.problem.duplicate_of : undefined
  const problem = ask.error ? problemOf(ask.error) : null
  const pointed = fieldOf(problem?.field)
  const errors = tried ? errorsOf(draft) : {}
  const errorOf = (field: keyof RequestDraft) => errors[field] ?? (pointed === field ? problem?.detail : null) ?? null
  const send = () => { setTried(true); if (Object.keys(errorsOf(draft)).length === 0) ask.mutate() }

  const amountCurrencies = [...new Set(draft.side === 'merchant_sends' ? [corridor?.source_currency ?? 'NGN', 'USD'] : [...(corridor?.destination_currencies ?? ['CNY', 'USD']), 'CNY', 'USD', 'USDT', 'USDC'])]
  const chooseMerchant = (id: string | null) => {
    const chosen = merchants.find((each) => each.id === id)
    set({ merchant_id: id, supplier_id: null, corridor_id: null, documents: [...(chosen?.documents_on_file ?? [])] })
  }
  const chooseSupplier = (id: string | null) => {
    const chosen = suppliers.find((each) => each.id === id)
    const fit = corridors.find((each) => each.destination_country === chosen?.country) ?? (corridors.length === 1 ? corridors[0] : undefined)
    set({ supplier_id: id, ...(chosen ? { currency: chosen.settlement_currency, invoice_currency: chosen.settlement_currency } : {}), ...(fit ? { corridor_id: fit.id } : {}) })
  }
  return (
    <form noValidate className="flex flex-col gap-2" onSubmit={(event) => { event.preventDefault(); if (denied === null && !ask.isPending) send() }}>
      <PageTitle title="New route request" note="for a merchant, in its name" />
      <Section title="Who">
        <Field label="Merchant" error={errorOf('merchant_id')}><Combobox value={draft.merchant_id} onChange={chooseMerchant} placeholder="Type a name" options={merchants.map((each) => ({ value: each.id, label: each.name, detail: `${each.city}, ${each.country} · ${each.trade}` }))} /></Field>
        <Field label="Supplier" error={errorOf('supplier_id')} hint={draft.merchant_id === null ? 'Choose the merchant first.' : undefined}>
          <Combobox value={draft.supplier_id} onChange={chooseSupplier} placeholder="Type a name" empty={draft.merchant_id === null ? 'Choose the merchant first' : 'Nothing found'} options={suppliers.map((each) => ({ value: each.id, label: each.legal_name_zh ? `${each.legal_name_zh} ${each.legal_name}` : each.legal_name, detail: `${each.city}, ${each.country} · ${methodWords(each.method)} · ${each.account_masked}` }))} />
        </Field>
        <Field label="Why the desk asks" error={errorOf('reason')} hint="Kept with the session and the audit row."><Input value={draft.reason} maxLength={300} onChange={(event) => set({ reason: event.target.value })} /></Field>
      </Section>
      <Section title="How much, and by when">
        <Field label="Corridor" error={errorOf('corridor_id')}><Select value={draft.corridor_id} onChange={(corridor_id) => set({ corridor_id })} options={corridors.map((each) => ({ value: each.id, label: corridorArrow(each.id), detail: each.name }))} /></Field>
        <div className="flex flex-col gap-1.5">
          <span id="side" className="font-semibold">The amount is what</span>
          <RadioGroup value={draft.side} onChange={(side) => set({ side, currency: side === 'merchant_sends' ? (corridor?.source_currency ?? 'NGN') : 'CNY' })} labelledBy="side" className="flex gap-1"><RadioSegment value="supplier_receives">the supplier gets</RadioSegment><RadioSegment value="merchant_sends">the merchant sends</RadioSegment></RadioGroup>
        </div>
        <div className="flex gap-2">
          <Field label="Amount" className="flex-1" error={errorOf('amount')}><Input inputMode="decimal" value={draft.amount} onChange={(event) => set({ amount: event.target.value })} className="text-right tabular-nums" placeholder="1,450,000.00" /></Field>
          <Field label="Currency" className="w-28" error={errorOf('currency')}><Select value={draft.currency} onChange={(currency) => set({ currency })} options={amountCurrencies.map((value) => ({ value, label: value }))} /></Field>
        </div>
        <div className="flex gap-2">
          <Field label="Needed by" note={zoneCity(zone)} className="flex-1" error={errorOf('day')}><Input type="date" value={draft.day} onChange={(event) => set({ day: event.target.value })} /></Field>
          <Field label="At" className="w-34"><Input type="time" value={draft.time} onChange={(event) => set({ time: event.target.value })} /></Field>
        </div>
        <Checkbox checked={draft.hard_deadline} onChange={(hard_deadline) => set({ hard_deadline })} label="The deadline is hard" detail="A route that arrives later at p90 is refused." />
        <Field label="Most it may cost" note="percent, optional" error={errorOf('max_cost_pct')} hint="A dearer route is flagged, not refused."><Input inputMode="decimal" value={draft.max_cost_pct} onChange={(event) => set({ max_cost_pct: event.target.value })} className="text-right tabular-nums" /></Field>
        <div className="flex flex-col gap-1.5 sm:col-span-2"><span id="preference" className="font-semibold">Preference</span><RadioGroup value={draft.preference} onChange={(preference) => set({ preference })} labelledBy="preference" className="flex flex-wrap gap-1">{PREFERENCES.map((each) => <RadioSegment key={each} value={each}>{titled(each)}</RadioSegment>)}</RadioGroup></div>
      </Section>
      <Section title="What for">
        <div className="flex flex-col gap-1.5"><span id="purpose" className="font-semibold">Purpose</span><RadioGroup value={draft.purpose} onChange={(purpose) => set({ purpose })} labelledBy="purpose" className="flex gap-1"><RadioSegment value="goods">Goods</RadioSegment><RadioSegment value="services">Services</RadioSegment></RadioGroup></div>
        <Field label="Description" className="sm:col-span-2" error={errorOf('description')}><Textarea rows={2} value={draft.description} maxLength={300} onChange={(event) => set({ description: event.target.value.replaceAll('\n', ' ') })} /></Field>
        <Field label="Kind of goods"><Select value={draft.goods_class} onChange={(goods_class) => set({ goods_class })} options={GOODS} /></Field>
        <Field label="Paid when"><Select value={draft.paid} onChange={(paid) => set({ paid })} options={PAID} /></Field>
        <Field label="Funding"><Select value={draft.funding} onChange={(funding) => set({ funding })} options={words(['bank_transfer', 'mobile_money'] as const)} /></Field>
        <Field label="Invoice number" error={errorOf('invoice_number')}><Input value={draft.invoice_number} maxLength={60} onChange={(event) => set({ invoice_number: event.target.value })} /></Field>
        <Field label="Invoice currency" error={errorOf('invoice_currency')}><Select value={draft.invoice_currency} onChange={(invoice_currency) => set({ invoice_currency })} options={INVOICE_CURRENCIES} /></Field>
        <Field label="Accounts on the invoice" error={errorOf('account_count')} hint="More than one is a warning sign."><Input inputMode="numeric" value={draft.account_count} onChange={(event) => set({ account_count: event.target.value })} className="text-right tabular-nums" /></Field>
      </Section>
      <Card>
        <h2 className="border-b border-line px-3 py-1.5 font-semibold">Papers at hand <span className="font-normal text-muted">{draft.documents.length} ticked; what is not ticked is never an error, the answer says what is missing</span></h2>
        {papers.length === 0
          ? <p className="px-3 py-2 text-muted">Choose the corridor to see its papers.</p>
          : (
            <div className="grid gap-x-4 p-3 sm:grid-cols-2 xl:grid-cols-3">
              {papers.map((paper) => <Checkbox key={paper.code} checked={draft.documents.includes(paper.code)} onChange={(on) => set({ documents: on ? [...draft.documents, paper.code] : draft.documents.filter((code) => code !== paper.code) })} label={<span className="font-normal">{paper.title}</span>} />)}
            </div>
          )}
      </Card>
      <HeldFundsFields held={draft.held} onChange={(held) => set({ held })} country={merchant?.country ?? 'NG'} error={errorOf('held')} />
      {duplicate && (
        <Notice tone="attention" live="assertive" title="This invoice was asked for before">
          <p>Session <a className={linkLook} href={to.session(duplicate.id)}>{duplicate.reference}</a>, <DateTime at={duplicate.requested_at} absolute />, has the same supplier, invoice number and amount.</p>
          <Checkbox checked={seen} onChange={setSeen} label="I have seen it, and this is another payment" />
        </Notice>
      )}
      {problem && !duplicate && <ErrorNotice error={ask.error} />}
      {tried && Object.keys(errors).length > 0 && <Notice tone="danger" live="polite" title="Something is missing">{Object.values(errors).join(' ')}</Notice>}
      <div className="flex flex-wrap justify-end gap-2 pb-4">
        <Button onClick={() => go(to.queue())}>Leave</Button>
        <Button type="submit" kind="filled" busy={ask.isPending} disabledReason={denied ?? (duplicate && !seen ? 'Say first that you have seen the earlier session.' : null)}>Find a route</Button>
      </div>
    </form>
  )
}
