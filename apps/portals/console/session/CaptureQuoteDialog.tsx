import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { DeskRouteSession, Quote, QuoteSource, SessionPrices } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Select } from '../../shared/ui/index.ts'
import { sessionsKey } from '../queries.ts'
import { plainNumber } from '../rates/draft.ts'
import { SPOKEN_SOURCES } from '../rates/words.ts'

const KINDS = [{ value: 'firm', label: 'Firm', detail: 'holds for this amount, used once' }, { value: 'indicative', label: 'Indicative', detail: 'what it would be about now' }] as const satisfies readonly { value: Quote['kind']; label: string; detail: string }[]

/** What a provider said one leg of the route costs. The total is worked out by the server, which holds the formulas. */
export function CaptureQuoteDialog({ session, prices, onClose }: { session: DeskRouteSession; prices: SessionPrices; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [kind, setKind] = useState<Quote['kind']>('firm')
  const [leg, setLeg] = useState(prices.legs[0]!.leg)
  const [price, setPrice] = useState('')
  const [amount, setAmount] = useState('')
  const [fee, setFee] = useState('')
  const [until, setUntil] = useState('')
  const [source, setSource] = useState<QuoteSource>('phone_call')
  const [artifact, setArtifact] = useState('')
  const chosen = prices.legs.find((each) => each.leg === leg)!
  const wrong = plainNumber(price) === '' ? 'Enter the price.' : kind === 'firm' && plainNumber(amount) === '' ? 'A firm quote is for an amount.' : !/^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(until) ? 'Say until when, like 11:30.' : null
  const save = useMutation({
    mutationFn: () => {
      const body = {
        session_id: session.id, kind, leg, price: plainNumber(price), quoted_as: chosen.quoted_as, ...(plainNumber(amount) === '' ? {} : { sell_amount: plainNumber(amount) }),
        ...(plainNumber(fee) === '' ? {} : { fee: { amount: plainNumber(fee), currency: chosen.from } }), expires_at: `${prices.clock.slice(0, 11)}${until}:00${prices.clock.slice(19)}`, source, ...(artifact.trim() === '' ? {} : { artifact_id: artifact.trim() }),
      }
      return answer(api.POST('/api/quotes', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: sessionsKey }) },
  })
  const problem = save.error ? problemOf(save.error) : null
  const errorOf = (field: string) => (problem?.field?.startsWith(field) ? problem.detail : null)
  return (
    <Dialog
      open onClose={onClose} title="Capture a quote" description="What the provider said, when and how. It is kept as it is and never changed."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={save.isPending} disabledReason={wrong} onClick={() => save.mutate()}>Capture</Button></>}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Kind"><Select value={kind} onChange={setKind} options={KINDS} /></Field>
        <Field label="Leg"><Select value={leg} onChange={setLeg} options={prices.legs.map((each) => ({ value: each.leg, label: `${each.from} → ${each.to}`, detail: each.provider_name }))} /></Field>
        <Field label="Price" note={`${chosen.quoted_as.unit} per ${chosen.quoted_as.per}`} hint={`Today’s rate ${chosen.price}, mid ${chosen.mid}`} error={errorOf('/price') ?? errorOf('/total_price')}><Input inputMode="decimal" value={price} onChange={(event) => setPrice(event.target.value)} className="text-right tabular-nums" /></Field>
        <Field label="For an amount of" note={chosen.from} error={errorOf('/sell_amount')}><Input inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} className="text-right tabular-nums" /></Field>
        <Field label="Fee" note={`${chosen.from}, all of it`} error={errorOf('/fee')}><Input inputMode="decimal" value={fee} onChange={(event) => setFee(event.target.value)} className="text-right tabular-nums" /></Field>
        <Field label="Holds until" note="today" hint="A quote is relied on for a day at most." error={errorOf('/expires_at')}><Input value={until} placeholder="11:30" maxLength={5} onChange={(event) => setUntil(event.target.value)} /></Field>
        <Field label="Source"><Select value={source} onChange={setSource} options={SPOKEN_SOURCES} /></Field>
        <Field label="Evidence" note="optional" hint="The id of a stored file that shows it." error={errorOf('/artifact_id')}><Input value={artifact} onChange={(event) => setArtifact(event.target.value)} className="font-mono" /></Field>
      </div>
      {problem?.field === undefined && <ErrorNotice error={save.error} />}
    </Dialog>
  )
}
