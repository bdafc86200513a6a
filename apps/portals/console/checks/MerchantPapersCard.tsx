import { useState } from 'react'
import type { DeskRouteSession } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, Dialog, ErrorNotice, Field, Input, Money, Select, StatusTag } from '../../shared/ui/index.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { useCheck, useMerchantDocuments } from './queries.ts'
import { PAPER_STANDINGS } from './words.ts'

/** The recorded papers of the session's merchant: until when each counts and what of its value is used, and what its quarter has left. */
export function MerchantPapersCard({ session }: { session: DeskRouteSession }) {
  const { data } = useMerchantDocuments(session.merchant.id)
  const denied = useCan()('merchant_document:record')
  const [adding, setAdding] = useState(false)
  if (data === undefined) return null
  const starts = session.recommended?.starts_at.slice(0, 10) ?? null
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Recorded papers of {session.merchant.name}</h2>
        <Button icon="plus" disabledReason={denied} onClick={() => setAdding(true)}>Record a paper</Button>
      </div>
      {data.periods.map((period) => <p key={period.code} className="px-3 pt-3">{period.title}: <Money value={period.used} /> of <Money value={period.cap} /> used this quarter.</p>)}
      {data.items.length === 0 ? <p className="p-3 text-muted">None is recorded. What a merchant says that it has counts as on file, without expiry and value.</p> : (
        <DataTable
          label="Recorded papers" className="mt-2" rows={data.items} keyOf={(each) => each.id}
          columns={[
            { head: 'Paper', phone: 'text', wide: true, className: 'min-w-48', cell: (each) => <>{each.title}<span className="block font-mono text-11 text-muted">{each.number}</span></> },
            { head: 'Stands', phone: 'first', className: 'whitespace-nowrap', cell: (each) => <StatusTag tone={PAPER_STANDINGS[each.standing].tone} size="small">{PAPER_STANDINGS[each.standing].label}</StatusTag> },
            { head: 'Counts until', className: 'whitespace-nowrap', cell: (each) => (each.expires_on === null ? <span className="text-muted">—</span> : <>{each.expires_on}{starts !== null && each.expires_on < starts && each.standing !== 'withdrawn' && each.standing !== 'superseded' && <span className="block text-12 text-danger">before this payment begins</span>}</>) },
            { head: 'Used', end: true, className: 'whitespace-nowrap', cell: (each) => (each.value === null ? <span className="text-muted">no value</span> : <><Money value={each.used} /> of <Money value={each.value} /></>) },
          ]}
        />
      )}
      {adding && <RecordPaperDialog session={session} onClose={() => setAdding(false)} />}
    </Card>
  )
}

function RecordPaperDialog({ session, onClose }: { session: DeskRouteSession; onClose: () => void }) {
  const asked = (session.recommended?.documents ?? []).filter(({ stage }) => stage !== 'desk').map(({ code, title }) => ({ value: code, label: title }))
  const [code, setCode] = useState<string | null>(null)
  const [number, setNumber] = useState('')
  const [issued_on, setIssued] = useState('')
  const [amount, setAmount] = useState('')
  const [currency, setCurrency] = useState('')
  const record = useCheck('paper', session.merchant.id, onClose)
  const missing = code === null ? 'Choose the paper first.' : number.trim() === '' || issued_on === '' ? 'Type its number and its day first.' : (amount.trim() === '') !== (currency.trim() === '') ? 'A value has an amount and a currency.' : null
  return (
    <Dialog
      open onClose={onClose} title="Record a paper" description="Until when it counts follows from the corridor data."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={record.isPending} disabledReason={missing} onClick={() => record.mutate({ code, number: number.trim(), issued_on, goods_class: session.intent.goods.class, ...(amount.trim() === '' ? {} : { value: { amount: amount.trim(), currency: currency.trim().toUpperCase() } }) })}>Record</Button></>}
    >
      <Field label="Which paper"><Select value={code} options={asked} onChange={setCode} /></Field>
      <Field label="Its number"><Input autoComplete="off" maxLength={60} value={number} onChange={(event) => setNumber(event.target.value)} /></Field>
      <Field label="Issued on"><Input type="date" value={issued_on} onChange={(event) => setIssued(event.target.value)} /></Field>
      <Field label="Worth" note="optional"><Input inputMode="decimal" autoComplete="off" value={amount} onChange={(event) => setAmount(event.target.value)} /></Field>
      <Field label="In which currency" note="optional"><Input autoComplete="off" maxLength={4} value={currency} onChange={(event) => setCurrency(event.target.value)} /></Field>
      <ErrorNotice error={record.error} />
    </Dialog>
  )
}
