import { useState } from 'react'
import type { Screening } from '../../api/types.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { Button, DateTime, Dialog, ErrorNotice, Field, Input, Notice, optionsOf, Select, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { useCheck, useScreenings } from './queries.ts'
import { CLEARANCES, RESULTS, standingOf, SUBJECTS } from './words.ts'

/** Who was looked up before this payment, with what result, and what still stands in its way. */
export function ScreeningsCard({ session_id }: { session_id: string }) {
  const query = useScreenings(session_id)
  const me = useSession().user.id
  const can = useCan()
  const [open, setOpen] = useState<'record' | Screening | null>(null)
  if (query.isPending) return <Card className="p-3"><Skeleton lines={4} label="Loading screenings" /></Card>
  if (query.error) return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />
  const { items, standing } = query.data
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Screening</h2>
        <Button icon="plus" disabledReason={can('screening:record')} onClick={() => setOpen('record')}>Record a screening</Button>
      </div>
      <div className="flex flex-wrap gap-2 p-3">
        {standing.required.map((subject) => { const { tone, label } = standingOf(standing, subject); return <StatusTag key={subject} tone={tone} size="small">{SUBJECTS[subject]}: {label}</StatusTag> })}
      </div>
      {standing.hit.length > 0 && <div className="px-3 pb-3"><Notice tone="danger" title="A hit stops this payment">Nothing is carried out until somebody else of the desk has looked again.</Notice></div>}
      {items.length > 0 && (
        <DataTable
          label="Screenings" rows={items} keyOf={(each) => each.id}
          columns={[
            { head: 'Subject', phone: 'first', className: 'whitespace-nowrap', cell: (each) => SUBJECTS[each.subject] },
            { head: 'Result', className: 'whitespace-nowrap', cell: (each) => <StatusTag tone={each.result === 'no_hit' || each.cleared ? 'success' : 'danger'} size="small">{each.cleared ? `Cleared: ${CLEARANCES[each.cleared.because].toLowerCase()}` : RESULTS[each.result]}</StatusTag> },
            { head: 'List', phone: 'text', wide: true, className: 'min-w-40', cell: (each) => <>{each.list_name} of {each.list_date}{each.note !== null && <span className="block text-12 text-muted wrap-anywhere">{each.note}</span>}</> },
            { head: 'By', className: 'whitespace-nowrap', cell: (each) => (each.cleared ? `${each.screened_by.name}, ${each.cleared.name}` : each.screened_by.name) },
            { head: 'Counts until', className: 'whitespace-nowrap', cell: (each) => (each.stands ? <DateTime at={each.expires_at} absolute /> : <span className="text-muted">replaced</span>) },
            { head: 'Clear', phone: 'last', cell: (each) => (each.stands && each.result === 'possible_hit' && each.cleared === null
              ? <Button className="max-md:min-h-11" disabledReason={can('screening:clear') ?? (each.screened_by.user_id === me ? 'You recorded it: somebody else of the desk clears it.' : null)} onClick={() => setOpen(each)}>Clear<span className="sr-only"> {SUBJECTS[each.subject]}</span></Button> : null) },
          ]}
        />
      )}
      {open === 'record' && <RecordDialog session_id={session_id} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'record' && <ClearDialog screening={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

function RecordDialog({ session_id, onClose }: { session_id: string; onClose: () => void }) {
  const [subject, setSubject] = useState<Screening['subject'] | null>(null)
  const [result, setResult] = useState<Screening['result'] | null>(null)
  const [list_name, setList] = useState('')
  const [list_date, setDate] = useState('')
  const [note, setNote] = useState('')
  const record = useCheck('screening', session_id, onClose)
  const missing = subject === null ? 'Say who was looked up first.' : result === null ? 'Say what was found first.' : list_name.trim() === '' || list_date === '' ? 'Say which list, and of which day, first.' : null
  return (
    <Dialog
      open onClose={onClose} title="Record a screening" description="It counts for 24 hours. A hit stops the payment, also one that is being carried out. No merchant reads any of it."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={record.isPending} disabledReason={missing} onClick={() => record.mutate({ subject, result, list_name: list_name.trim(), list_date, ...(note.trim() === '' ? {} : { note: note.trim() }) })}>Record</Button></>}
    >
      <Field label="Who was looked up"><Select value={subject} options={optionsOf(SUBJECTS)} onChange={setSubject} /></Field>
      <Field label="What was found"><Select value={result} options={optionsOf(RESULTS)} onChange={setResult} /></Field>
      <Field label="Which list"><Input autoComplete="off" maxLength={120} value={list_name} onChange={(event) => setList(event.target.value)} /></Field>
      <Field label="Of which day"><Input type="date" value={list_date} onChange={(event) => setDate(event.target.value)} /></Field>
      <Field label="Note" note="optional"><Input autoComplete="off" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} /></Field>
      <ErrorNotice error={record.error} />
    </Dialog>
  )
}

function ClearDialog({ screening, onClose }: { screening: Screening; onClose: () => void }) {
  const [because, setBecause] = useState<keyof typeof CLEARANCES | null>(null)
  const clear = useCheck('clear', screening.id, onClose)
  return (
    <Dialog
      open onClose={onClose} title={`Clear the possible hit: ${SUBJECTS[screening.subject].toLowerCase()}?`} description="You say that it is none, and your name stays beside it."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={clear.isPending} disabledReason={because === null ? 'Say why first.' : null} onClick={() => clear.mutate({ because })}>Clear</Button></>}
    >
      <Field label="Why it is none"><Select value={because} options={optionsOf(CLEARANCES)} onChange={setBecause} /></Field>
      <ErrorNotice error={clear.error} />
    </Dialog>
  )
}
