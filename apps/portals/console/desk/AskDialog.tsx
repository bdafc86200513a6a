import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { AskAnswer, AskBody, DeskRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { messagesKey } from '../../shared/desk-work/queries.ts'
import { dayOf, instantIn, zoneCity } from '../../shared/time.ts'
import { Button, DateTime, Dialog, ErrorNotice, Field, Input, Notice, Select, Textarea } from '../../shared/ui/index.ts'
import { sessionKey, sessionsKey } from '../queries.ts'
import { askedWords } from '../session/decision/consequence.ts'
import { useNextAfterDecision } from './claims.ts'

type Kind = AskBody['kind']
const KINDS: readonly { value: Kind; label: string; detail: string }[] = [
  { value: 'document', label: 'A paper', detail: 'The merchant uploads it or says when it comes' }, { value: 'question', label: 'A question', detail: 'The merchant answers in words' },
  { value: 'new_price', label: 'A new price', detail: 'Whether another price is fine' }, { value: 'other_route', label: 'Another route', detail: 'Whether another way is fine' },
]
const DAY_MS = 86_400_000

/** Asks the merchant: what, in which words, and until when. Its last sentence says what follows. */
export function AskDialog({ session, onClose }: { session: DeskRouteSession; onClose: () => void }) {
  const queries = useQueryClient()
  const clock = useClock()
  const keyFor = useActionKey()
  const next = useNextAfterDecision()
  const papers = (session.recommended?.documents ?? []).map(({ code, title }) => ({ value: code, label: title }))
  const [kind, setKind] = useState<Kind>(papers.length > 0 ? 'document' : 'question')
  const [paper, setPaper] = useState<string | null>(session.recommended?.documents.find(({ status }) => status === 'missing')?.code ?? papers[0]?.value ?? null)
  const [text, setText] = useState('')
  const [day, setDay] = useState(dayOf(new Date(clock.now() + DAY_MS).toISOString(), clock.time_zone))
  const [time, setTime] = useState('17:00')
  const due_at = /^\d{4}-\d{2}-\d{2}$/.test(day) && /^\d{2}:\d{2}$/.test(time) ? instantIn(day, time, clock.time_zone) : null
  // What the person read when this opened: the page behind it goes on by itself, and a change of it is to be seen before it is asked over.
  const [version] = useState(session.version)
  const was = session.claim?.mine === true
  const act = useMutation({
    mutationFn: async (): Promise<AskAnswer> => {
      const body: AskBody = { version, kind, text: text.trim(), due_at: due_at!, ...(kind === 'document' ? { document_code: paper! } : {}) }
      return (await answer(api.POST('/api/route-sessions/{id}/asks', { params: { path: { id: session.id }, header: { 'idempotency-key': keyFor({ id: session.id, ...body }) } }, body }))) as AskAnswer
    },
    onSuccess: async () => {
      onClose()
      await Promise.all([queries.invalidateQueries({ queryKey: sessionsKey }), queries.invalidateQueries({ queryKey: messagesKey(session.id) })])
      // Who works down the queue goes on with the next row.
      if (was) await next().catch(() => undefined)
    },
  })
  const stale = hasCode(act.error, 'stale_version')
  const missing = text.trim() === '' ? 'Write what you need.' : kind === 'document' && paper === null ? 'Choose the paper.' : due_at === null ? 'Choose until when.' : Date.parse(due_at) <= clock.now() ? 'This time has passed.' : null
  return (
    <Dialog
      open onClose={onClose} title="Ask the merchant" description={`${session.reference}, ${session.merchant.name}, version ${version}.`}
      footer={(
        <>
          <Button onClick={onClose}>Leave it</Button>
          {stale
            ? <Button kind="filled" onClick={() => { onClose(); void queries.invalidateQueries({ queryKey: sessionKey(session.id) }) }}>Read it again</Button>
            : <Button kind="filled" busy={act.isPending} disabledReason={missing} onClick={() => act.mutate()}>Ask</Button>}
        </>
      )}
    >
      <Field label="What you need"><Select label="What you need" value={kind} options={papers.length > 0 ? KINDS : KINDS.filter(({ value }) => value !== 'document')} onChange={setKind} /></Field>
      {kind === 'document' && <Field label="Which paper"><Select label="Which paper" value={paper} options={papers} onChange={setPaper} /></Field>}
      <Field label="In your words" hint="The merchant reads it as from the desk."><Textarea value={text} maxLength={1000} onChange={(event) => setText(event.target.value.replaceAll('\n', ' '))} /></Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Until, day"><Input type="date" value={day} onChange={(event) => setDay(event.target.value)} /></Field>
        <Field label={`Time in ${zoneCity(clock.time_zone)}`}><Input type="time" value={time} onChange={(event) => setTime(event.target.value)} /></Field>
      </div>
      <Notice tone="info" title="If you ask this">
        <p>The session waits on the merchant and the desk’s clock is paused. With the answer it comes back to the queue with the time that it has left now.</p>
        <p>The merchant will see <b className="font-semibold">Your turn</b>: “{askedWords(session.asks.filter(({ state }) => state === 'open').length)}”, then your words{due_at !== null && <> and by when: <DateTime at={due_at} absolute className="whitespace-normal!" /></>}.</p>
      </Notice>
      {stale ? <Notice tone="attention" live="assertive" title="It has changed">Somebody acted on this session after you opened it. Read it again before you ask.</Notice> : <ErrorNotice error={act.error} />}
    </Dialog>
  )
}
