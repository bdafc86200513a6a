import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { Merchant, MerchantBody } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Select, type Option } from '../../shared/ui/index.ts'
import { merchantsKey } from '../queries.ts'
import { titled } from '../words.ts'

const words = <V extends string>(values: readonly V[]): readonly Option<V>[] => values.map((value) => ({ value, label: titled(value) }))
const TYPES = words<Merchant['type']>(['limited_company', 'sole_trader', 'business_name'])
const TRADES = words<Merchant['trade_class']>(['general', 'manufacturing', 'vehicle_dealer', 'jewellery', 'machinery_dealer', 'real_estate', 'hotel', 'car_parts_dealer'])

const EMPTY: MerchantBody = { name: '', type: 'limited_company', city: '', country: 'NG', trade: '', trade_class: 'general' }
const bodyOf = ({ name, type, city, country, trade, trade_class }: MerchantBody): MerchantBody =>
  ({ name: name.trim(), type, city: city.trim(), country: country.trim().toUpperCase(), trade: trade.trim(), trade_class })

/** What is said of a merchant; null adds one. */
export function MerchantDialog({ merchant, onClose }: { merchant: Merchant | null; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [draft, setDraft] = useState<MerchantBody>(merchant ?? EMPTY)
  const set = (change: Partial<MerchantBody>) => setDraft((before) => ({ ...before, ...change }))
  const body = bodyOf(draft)
  const wrong = body.name === '' || body.city === '' || body.trade === '' ? 'Fill in every field first.' : !/^[A-Z]{2}$/.test(body.country) ? 'A country has two letters.' : null
  const save = useMutation({
    mutationFn: () => {
      const header = { 'idempotency-key': keyFor(body) }
      return merchant === null
        ? answer(api.POST('/api/merchants', { params: { header }, body: body as never }))
        : answer(api.PATCH('/api/merchants/{id}', { params: { header, path: { id: merchant.id } }, body: { ...body, version: merchant.version } as never }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: merchantsKey }) },
  })
  const problem = save.error ? problemOf(save.error) : null
  const said = (field: string) => (problem?.field === `/${field}` ? problem.detail : null)
  const stale = hasCode(save.error, 'stale_version')
  return (
    <Dialog
      open onClose={onClose} title={merchant === null ? 'Add a merchant' : 'Correct the merchant'} description="Sessions that were routed before keep what they were routed with."
      footer={(
        <>
          <Button onClick={onClose}>Leave it</Button>
          {stale
            ? <Button kind="filled" onClick={() => { onClose(); void queries.invalidateQueries({ queryKey: merchantsKey }) }}>Read it again</Button>
            : <Button kind="filled" busy={save.isPending} disabledReason={wrong} onClick={() => save.mutate()}>{merchant === null ? 'Add' : 'Save'}</Button>}
        </>
      )}
    >
      <Field label="Name" hint="As it is registered." error={said('name')}><Input maxLength={200} value={draft.name} onChange={(event) => set({ name: event.target.value })} /></Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="City" error={said('city')}><Input maxLength={80} value={draft.city} onChange={(event) => set({ city: event.target.value })} /></Field>
        <Field label="Country" note="two letters" error={said('country')}><Input maxLength={2} className="uppercase" value={draft.country} onChange={(event) => set({ country: event.target.value })} /></Field>
        <Field label="Kind of company" error={said('type')}><Select value={draft.type} options={TYPES} onChange={(type) => set({ type })} /></Field>
        <Field label="Kind of trade" error={said('trade_class')}><Select value={draft.trade_class} options={TRADES} onChange={(trade_class) => set({ trade_class })} /></Field>
      </div>
      <Field label="Trades in" error={said('trade')}><Input maxLength={120} placeholder="phone accessories" value={draft.trade} onChange={(event) => set({ trade: event.target.value })} /></Field>
      <ErrorNotice error={save.error} />
    </Dialog>
  )
}
