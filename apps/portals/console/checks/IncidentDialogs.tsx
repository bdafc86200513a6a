import { useState } from 'react'
import type { IncidentKind } from '#contracts/incidents.ts'
import type { IncidentWithEvents, PaymentIncident } from '../../api/types.ts'
import { useSession } from '../../shared/session/session.ts'
import { Button, Dialog, ErrorNotice, Field, Input, optionsOf, Select } from '../../shared/ui/index.ts'
import { useCheck } from './queries.ts'
import { ACTIONS, CHASERS, KINDS, resolutionsOf, sentencesOf } from './words.ts'

type Step = { readonly chaser: PaymentIncident['chaser'] | null; readonly action: PaymentIncident['action'] | null; readonly due: string; readonly text: string | null; readonly merchant_note: string; readonly note: string }
const EMPTY: Step = { chaser: null, action: null, due: '', text: null, merchant_note: '', note: '' }
const missingOf = ({ chaser, action, due }: Step): string | null => (chaser === null ? 'Say who acts first.' : action === null ? 'Say what is done next first.' : due === '' ? 'Say by when first.' : null)
/** The end of the day that was chosen, in UTC: a deadline of a desk is a day. */
const bodyOf = ({ chaser, action, due, text, merchant_note, note }: Step) => ({
  chaser, action, due_at: `${due}T16:00:00Z`, ...(text === null ? {} : { merchant_text: text }), ...(merchant_note.trim() === '' ? {} : { merchant_note: merchant_note.trim() }), ...(note.trim() === '' ? {} : { note: note.trim() }),
})

function StepFields({ kind, step, change }: { kind: IncidentKind | null; step: Step; change: (step: Step) => void }) {
  return (
    <>
      <Field label="Who acts next"><Select value={step.chaser} options={optionsOf(CHASERS)} onChange={(chaser) => change({ ...step, chaser })} /></Field>
      <Field label="What is done next"><Select value={step.action} options={optionsOf(ACTIONS)} onChange={(action) => change({ ...step, action })} /></Field>
      <Field label="By when" hint="16:00 UTC of that day"><Input type="date" value={step.due} onChange={(event) => change({ ...step, due: event.target.value })} /></Field>
      {kind !== null && <Field label="What the merchant reads"><Select value={step.text} placeholder={sentencesOf(kind)[0]!.label} options={sentencesOf(kind)} onChange={(text) => change({ ...step, text })} /></Field>}
      <Field label="A line to the merchant" note="optional"><Input autoComplete="off" maxLength={200} value={step.merchant_note} onChange={(event) => change({ ...step, merchant_note: event.target.value })} /></Field>
      <Field label="Note for the desk" note="optional"><Input autoComplete="off" maxLength={300} value={step.note} onChange={(event) => change({ ...step, note: event.target.value })} /></Field>
    </>
  )
}

export function OpenIncidentDialog({ session_id, onClose }: { session_id: string; onClose: () => void }) {
  const [kind, setKind] = useState<IncidentKind | null>(null)
  const [step, setStep] = useState(EMPTY)
  const [amount, setAmount] = useState('')
  const [currency, setCurrency] = useState('')
  const open = useCheck('incident', session_id, onClose)
  const short = kind === 'short_credited'
  const missing = kind === null ? 'Say what happened first.' : (missingOf(step) ?? (short && (amount.trim() === '' || currency.trim() === '') ? 'Say how much is missing first.' : null))
  return (
    <Dialog
      open onClose={onClose} title="Open an incident" description="The merchant is told at once: what happened, who acts and by when."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={open.isPending} disabledReason={missing} onClick={() => open.mutate({ kind, ...bodyOf(step), ...(short ? { amount_missing: { amount: amount.trim(), currency: currency.trim().toUpperCase() } } : {}) })}>Open it</Button></>}
    >
      <Field label="What happened"><Select value={kind} options={optionsOf(KINDS)} onChange={(next) => { setKind(next); setStep({ ...step, text: null }) }} /></Field>
      {short && <Field label="How much is missing"><Input inputMode="decimal" autoComplete="off" value={amount} onChange={(event) => setAmount(event.target.value)} /></Field>}
      {short && <Field label="In which currency"><Input autoComplete="off" maxLength={4} value={currency} onChange={(event) => setCurrency(event.target.value)} /></Field>}
      <StepFields kind={kind} step={step} change={setStep} />
      <ErrorNotice error={open.error} />
    </Dialog>
  )
}

export function ChaseDialog({ incident, onClose }: { incident: IncidentWithEvents; onClose: () => void }) {
  const [step, setStep] = useState(EMPTY)
  const chase = useCheck('chase', incident.id, onClose)
  return (
    <Dialog
      open onClose={onClose} title="What is done next" description="The merchant reads who acts and by when."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={chase.isPending} disabledReason={missingOf(step)} onClick={() => chase.mutate({ version: incident.version, ...bodyOf(step) })}>Save</Button></>}
    >
      <StepFields kind={incident.kind} step={step} change={setStep} />
      <ErrorNotice error={chase.error} />
    </Dialog>
  )
}

export function ResolveDialog({ incident, onClose }: { incident: IncidentWithEvents; onClose: () => void }) {
  const me = useSession().user.id
  const [resolution, setResolution] = useState<NonNullable<PaymentIncident['resolution']> | null>(null)
  const [proof, setProof] = useState('')
  const resolve = useCheck('resolve', incident.id, onClose)
  const gives_up = resolution === 'written_off' || (incident.kind === 'short_credited' && resolution === 'opened_by_mistake')
  const missing = resolution === null ? 'Say how it ended first.' : resolution === 'balance_paid' && proof.trim() === '' ? 'Name the proof of the rest first.' : gives_up && incident.opened_by.user_id === me ? 'You opened it: somebody else of the desk gives up what is missing.' : null
  return (
    <Dialog
      open onClose={onClose} title="How did it end?" description="Money that is back ends the session as returned."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="check" busy={resolve.isPending} disabledReason={missing} onClick={() => resolve.mutate({ version: incident.version, resolution, ...(proof.trim() === '' ? {} : { proof_reference: proof.trim() }) })}>Resolve</Button></>}
    >
      <Field label="How it ended"><Select value={resolution} options={resolutionsOf(incident.kind)} onChange={setResolution} /></Field>
      <Field label="Reference of the proof" note={resolution === 'balance_paid' ? undefined : 'optional'}><Input autoComplete="off" maxLength={100} value={proof} onChange={(event) => setProof(event.target.value)} /></Field>
      <ErrorNotice error={resolve.error} />
    </Dialog>
  )
}
