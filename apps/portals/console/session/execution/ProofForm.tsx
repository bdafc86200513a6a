import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldsOfProof, type ProofField } from '#contracts/proof-fields.ts'
import { useActionKey } from '../../../api/action-key.ts'
import { answer, api } from '../../../api/client.ts'
import { hasCode } from '../../../api/problem.ts'
import type { Artifact, DeskRouteSession, Execution, ExecutionStep } from '../../../api/types.ts'
import { ArtifactRow, UploadField } from '../../../shared/artifacts/index.ts'
import { useClock } from '../../../shared/clock.ts'
import { parseAmount } from '../../../shared/money.ts'
import { dayOf, formatHour, instantIn, zoneCity } from '../../../shared/time.ts'
import { Button, ErrorNotice, Field, Input, Select } from '../../../shared/ui/index.ts'
import { executionKey, sessionsKey } from '../../queries.ts'
import { Stale } from '../decision/Stale.tsx'
import { FIELD_WORDS, missingKinds, proofWords } from './words.ts'

type Typed = { readonly amount: string; readonly currency: string; readonly day: string; readonly time: string; readonly payee: string; readonly account_last4: string; readonly reference: string; readonly charges: string; readonly transaction_hash: string }
const CHARGES = [{ value: 'OUR', label: 'OUR', detail: 'The payer bears all' }, { value: 'SHA', label: 'SHA', detail: 'Shared: banks take theirs on the way' }, { value: 'BEN', label: 'BEN', detail: 'The payee bears all' }] as const

/** A file and what is read from it, typed beside it. Nothing is filled in beforehand: what is read is read, and not agreed with. */
export function ProofForm({ session, execution, step }: { session: DeskRouteSession; execution: Execution; step: ExecutionStep }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const clock = useClock()
  const missing = missingKinds(step)
  const [wanted, setKind] = useState<string | null>(null)
  const kind = missing.find((each) => each === wanted) ?? missing[0]!
  const [file, setFile] = useState<Artifact | null>(null)
  const now = new Date(clock.now()).toISOString()
  const [typed, setTyped] = useState<Typed>(() => ({ amount: '', currency: step.money_in.currency, day: dayOf(now, clock.time_zone), time: formatHour(now, clock.time_zone), payee: '', account_last4: '', reference: '', charges: '', transaction_hash: '' }))
  const set = (field: keyof Typed) => (value: string) => setTyped((old) => ({ ...old, [field]: value }))
  const fields = fieldsOfProof(kind)
  const amount = typed.amount.trim() === '' ? null : parseAmount(typed.amount)
  const problems = typedProblems(fields, typed, amount)

  const act = useMutation({
    mutationFn: async (): Promise<Execution> => {
      const has = (field: ProofField, value: object, given: boolean) => (fields.includes(field) && given ? value : {})
      const body = {
        version: step.version, kind, artifact_id: file!.id, ...has('amount', { money: { amount, currency: typed.currency } }, amount !== null),
        ...has('happened_at', { happened_at: new Date(instantIn(typed.day, typed.time, clock.time_zone)).toISOString().replace(/\.\d+Z$/, 'Z') }, true),
        ...has('payee', { payee: typed.payee.trim() }, typed.payee.trim() !== ''), ...has('account_last4', { account_last4: typed.account_last4.trim() }, typed.account_last4.trim() !== ''),
        ...has('reference', { reference: typed.reference.trim() }, typed.reference.trim() !== ''), ...has('charges', { charges: typed.charges }, typed.charges !== ''),
        ...has('transaction_hash', { transaction_hash: typed.transaction_hash.trim() }, typed.transaction_hash.trim() !== ''),
      }
      return (await answer(api.POST('/api/route-sessions/{id}/steps/{position}/proofs', {
        params: { path: { id: session.id, position: step.position }, header: { 'idempotency-key': keyFor(body) } }, body: body as never,
      }))) as Execution
    },
    onSuccess: (next) => {
      setFile(null)
      setTyped((old) => ({ ...old, amount: '', payee: '', account_last4: '', reference: '', charges: '', transaction_hash: '' }))
      queries.setQueryData(executionKey(session.id), next)
      void queries.invalidateQueries({ queryKey: sessionsKey })
    },
  })
  const late = hasCode(act.error, 'stale_version') || hasCode(act.error, 'wrong_step_state') || hasCode(act.error, 'wrong_state')
  const unready = late ? 'Read it again first.' : file === null ? 'Bring the file first.' : file.state === 'refused' ? 'The check refused this file. Bring another.' : file.state !== 'clean' ? 'The file is still being checked.' : (Object.values(problems)[0] ?? null)
  const input = (field: 'payee' | 'account_last4' | 'reference' | 'transaction_hash', hint: string, maxLength: number) => (
    <Field key={field} label={FIELD_WORDS[field]} hint={hint} error={problems[field]}><Input value={typed[field]} maxLength={maxLength} autoComplete="off" onChange={(event) => set(field)(event.target.value)} /></Field>
  )
  return (
    <section id="proof-form" aria-labelledby="proof-form-title" className="min-w-0 rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"><h2 id="proof-form-title" className="font-semibold">Submit a proof of step {step.position}</h2><span className="text-muted">{proofWords(kind)}</span></div>
      <div className="flex flex-col gap-3 p-3">
        {missing.length > 1 && <Field label="Kind of proof"><Select value={kind} options={missing.map((value) => ({ value, label: proofWords(value) }))} onChange={(next) => { setKind(next); setFile(null) }} /></Field>}
        <div className={file?.state === 'clean' ? 'grid gap-3 xl:grid-cols-2' : 'flex flex-col gap-3'}>
          <div className="flex min-w-0 flex-col gap-2">
            {file === null || file.state !== 'clean'
              ? <UploadField key={kind} label="The file" hint="The desk sees it, nobody else." fields={{ class: 'desk', kind, session_id: session.id }} onUploaded={setFile} />
              : <><ArtifactRow artifact={file} actions={<Button onClick={() => setFile(null)}>Replace</Button>} /><Preview artifact={file} /></>}
          </div>
          <div className="grid content-start gap-3 sm:grid-cols-2">
            {fields.includes('amount') && (
              <>
                <Field label="Currency"><Select value={typed.currency} options={[...new Set([step.money_in.currency, step.money_out.currency])].map((value) => ({ value, label: value }))} onChange={set('currency')} /></Field>
                <Field label="Amount" hint="As it stands on the proof." error={problems.amount}><Input inputMode="decimal" className="text-right tabular-nums" value={typed.amount} maxLength={30} onChange={(event) => set('amount')(event.target.value)} /></Field>
              </>
            )}
            {fields.includes('happened_at') && (
              <>
                <Field label="Day" error={problems.happened_at}><Input type="date" value={typed.day} onChange={(event) => set('day')(event.target.value)} /></Field>
                <Field label="Time" hint={`In the time of ${zoneCity(clock.time_zone)}.`}><Input type="time" value={typed.time} onChange={(event) => set('time')(event.target.value)} /></Field>
              </>
            )}
            {fields.includes('payee') && input('payee', 'The name, as the proof writes it.', 200)}
            {fields.includes('account_last4') && input('account_last4', 'The last four characters.', 4)}
            {fields.includes('reference') && input('reference', 'As the proof writes it.', 60)}
            {fields.includes('charges') && <Field label="Charges" error={problems.charges}><Select value={typed.charges === '' ? null : typed.charges} options={CHARGES} onChange={set('charges')} /></Field>}
            {fields.includes('transaction_hash') && input('transaction_hash', 'Its form is checked.', 100)}
          </div>
        </div>
        {late ? <Stale session={session} execution={execution} onRead={() => act.reset()} /> : <ErrorNotice error={act.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button icon="document" busy={act.isPending} disabledReason={unready} onClick={() => act.mutate()}>Submit the proof</Button>
          {unready !== null && <span className="text-12 text-muted">{unready}</span>}
        </div>
      </div>
    </section>
  )
}

/** The file itself, where the browser can show it, so that what is typed is read and not remembered. */
function Preview({ artifact }: { artifact: Artifact }) {
  const source = `/api/artifacts/${artifact.id}/preview`
  if (artifact.preview === 'image') return <img src={source} alt={artifact.file_name} className="max-h-80 w-full rounded border border-line object-contain" />
  if (artifact.preview === 'pdf' && navigator.pdfViewerEnabled) return <iframe src={source} title={artifact.file_name} className="h-96 w-full rounded border border-line" />
  return null
}

type Problems = Readonly<Partial<Record<ProofField, string>>>

/** What has no form. A field that is not on the proof stays empty: that it is missing is for the comparison to say. */
function typedProblems(fields: readonly ProofField[], typed: Typed, amount: string | null): Problems {
  return {
    ...(fields.includes('amount') && typed.amount.trim() !== '' && amount === null ? { amount: 'This is no amount.' } : {}),
    ...(fields.includes('happened_at') && (typed.day === '' || typed.time === '') ? { happened_at: 'Say day and time.' } : {}),
    ...(fields.includes('account_last4') && typed.account_last4.trim() !== '' && !/^[0-9A-Za-z]{4}$/.test(typed.account_last4.trim()) ? { account_last4: 'Four letters or digits.' } : {}),
    ...(fields.includes('transaction_hash') && typed.transaction_hash.trim() !== '' && !/^[0-9A-Za-z]+$/.test(typed.transaction_hash.trim()) ? { transaction_hash: 'Letters and digits alone.' } : {}),
  }
}
