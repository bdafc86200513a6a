import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Actuals, DeskRouteSession, OutcomePreview, Prediction } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { zoneCity } from '../../shared/time.ts'
import { Button, ErrorNotice, Field, Input, Notice, Select } from '../../shared/ui/index.ts'
import { BECAUSE, estimateText, FILLED, HOP_RESULTS, KIND_WORDS, RESULTS, secondsText } from '../estimate-words.ts'
import { estimatesKey, sessionsKey } from '../queries.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { nameOf } from '../words.ts'
import { destinationZone } from '../zones.ts'
import { actualsOf, emptyEntry, whatIsMissing, type Entry, type HopEntry } from './close-entry.ts'

/** Closes a session with what happened. What recording it would do is looked at first; nothing is recorded unseen. */
export function CloseForm({ session, prediction, simulation }: { session: DeskRouteSession; prediction: Prediction; simulation: boolean }) {
  const can = useCan()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const zone = destinationZone(session.corridor.id)
  const [entry, setEntry] = useState<Entry>(() => emptyEntry(prediction))
  const [seen, setSeen] = useState<string | null>(null)
  const set = (change: Partial<Entry>) => setEntry({ ...entry, ...change })
  const setHop = (index: number, change: Partial<HopEntry>) => set({ hops: entry.hops.map((hop, at) => (at === index ? { ...hop, ...change } : hop)) })
  const missing = can('route_session:close') ?? whatIsMissing(entry, session.state)
  const body = missing === null ? actualsOf(entry, prediction, zone) : null
  const text = JSON.stringify(body)
  const path = { id: session.id }
  const preview = useMutation({
    mutationFn: async (actuals: Actuals): Promise<OutcomePreview> => (await answer(api.POST('/api/route-sessions/{id}/outcome-preview', { params: { path }, body: actuals as never }))) as OutcomePreview,
    onSuccess: (_, actuals) => setSeen(JSON.stringify(actuals)),
  })
  const close = useMutation({
    mutationFn: (actuals: Actuals) => {
      const whole = { version: session.version, ...actuals }
      return answer(api.POST('/api/route-sessions/{id}/close', { params: { path, header: { 'idempotency-key': keyFor({ ...path, ...whole }) } }, body: whole as never }))
    },
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: sessionsKey }), queries.invalidateQueries({ queryKey: estimatesKey })]),
  })
  const shown = seen !== null && seen === text ? preview.data : undefined
  return (
    <form id="close-form" className="flex flex-col gap-3 border-t border-line p-3" onSubmit={(event) => event.preventDefault()}>
      <h2 className="font-semibold">Close with what happened</h2>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        <Field label="Result"><Select value={entry.result} options={RESULTS} onChange={(result) => set({ result, because: result === 'completed' ? null : entry.because })} /></Field>
        {entry.result !== null && entry.result !== 'completed' && <Field label="Because"><Select value={entry.because} options={BECAUSE} onChange={(because) => set({ because })} /></Field>}
        <Field label={`Sent, ${prediction.sent.currency}`}><Input inputMode="decimal" autoComplete="off" value={entry.sent} onChange={(event) => set({ sent: event.target.value })} /></Field>
        <Field label={`Received, ${prediction.received.currency}`}><Input inputMode="decimal" autoComplete="off" value={entry.received} onChange={(event) => set({ received: event.target.value })} /></Field>
        <When label="Arrived" zone={zone} day={entry.arrived_day} time={entry.arrived_time} onChange={(arrived_day, arrived_time) => set({ arrived_day, arrived_time })} />
      </div>
      {prediction.hops.map((hop, index) => {
        const own = entry.hops[index]!
        const started = own.result !== 'not_started'
        return (
          <fieldset key={index} className="grid min-w-0 gap-3 rounded-md border border-line p-3 sm:grid-cols-2 lg:grid-cols-3">
            <legend className="px-1 font-semibold">Step {index + 1}: {nameOf(hop.provider_name)}</legend>
            <Field label="How it went"><Select value={own.result} options={HOP_RESULTS} onChange={(result) => setHop(index, { result })} /></Field>
            {started && (
              <>
                <Field label="Filled"><Select value={own.filled} options={FILLED} onChange={(filled) => setHop(index, { filled })} /></Field>
                <When label="Started" zone={zone} day={own.started_day} time={own.started_time} onChange={(started_day, started_time) => setHop(index, { started_day, started_time })} />
                <When label="Ended" zone={zone} day={own.ended_day} time={own.ended_time} onChange={(ended_day, ended_time) => setHop(index, { ended_day, ended_time })} />
                <Field label={`Went in, ${hop.from}`} note="optional"><Input inputMode="decimal" autoComplete="off" value={own.amount_in} onChange={(event) => setHop(index, { amount_in: event.target.value })} /></Field>
                <Field label={`Came out, ${hop.to}`} note="optional"><Input inputMode="decimal" autoComplete="off" value={own.amount_out} onChange={(event) => setHop(index, { amount_out: event.target.value })} /></Field>
              </>
            )}
          </fieldset>
        )
      })}
      {simulation && <Notice tone="attention" title="A simulation">Its outcome is kept, and teaches nothing about a provider.</Notice>}
      {shown && <Consequence preview={shown} />}
      <ErrorNotice error={preview.error ?? close.error} />
      <div className="flex flex-wrap gap-3">
        <Button busy={preview.isPending} disabledReason={missing} onClick={() => preview.mutate(body!)}>See what this records</Button>
        <Button kind="filled" busy={close.isPending} disabledReason={missing ?? (shown ? null : 'See what it records first.')} onClick={() => close.mutate(body!)}>Record and close</Button>
      </div>
    </form>
  )
}

/** A day and a time of the supplier's place. */
function When({ label, zone, day, time, onChange }: { label: string; zone: string; day: string; time: string; onChange: (day: string, time: string) => void }) {
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)_7.5rem] gap-2">
      <Field label={`${label}, day`}><Input type="date" value={day} onChange={(event) => onChange(event.target.value, time)} /></Field>
      <Field label={<>Time<span className="sr-only"> it {label.toLowerCase()},</span> <span className="font-normal text-muted">{zoneCity(zone)}</span></>}><Input type="time" value={time} onChange={(event) => onChange(day, event.target.value)} /></Field>
    </div>
  )
}

function Consequence({ preview: { outcome, moves } }: { preview: OutcomePreview }) {
  return (
    <Notice tone="info" title="If you record this" live="polite">
      <p>
        The session ends as {outcome.result}, scored {outcome.score} of 100{outcome.after_p50_s === null ? '' : outcome.after_p50_s === 0 ? ', on time' : `, ${secondsText(Math.abs(outcome.after_p50_s))} ${outcome.after_p50_s > 0 ? 'after' : 'before'} the predicted p50`}. It cannot be changed afterwards.
      </p>
      {moves.length > 0 && (
        <ul className="mt-1 list-disc pl-5">
          {moves.map((move) => (
            <li key={`${move.provider_id} ${move.kind}`}>
              {nameOf(move.provider_name)}: {KIND_WORDS[move.kind].name.toLowerCase()} moves <span className="tabular-nums">{estimateText(move.kind, move.before)} → {estimateText(move.kind, move.after)} (n {move.n_before} → {move.n_after})</span> <Illus />
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
