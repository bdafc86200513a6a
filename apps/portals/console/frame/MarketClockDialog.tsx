import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { useClock } from '../../shared/clock.ts'
import { useSession } from '../../shared/session/session.ts'
import { dayOf, formatHour, instantIn, zoneCity } from '../../shared/time.ts'
import { Button, Dialog, ErrorNotice, Field, Input } from '../../shared/ui/index.ts'

/** A Platform Admin moves the demo market's clock, with a reason that the audit keeps. */
export function MarketClockDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const clock = useClock()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [day, setDay] = useState(dayOf(session.market.clock, clock.time_zone))
  const [time, setTime] = useState(formatHour(session.market.clock, clock.time_zone))
  const [reason, setReason] = useState('')
  const move = useMutation({
    mutationFn: () => {
      const body = { clock: instantIn(day, time, clock.time_zone), reason: reason.trim() }
      return answer(api.PUT('/api/market-clock', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    // Every price, date and deadline on the page was read at the old clock.
    onSuccess: async () => { onClose(); setReason(''); await queries.invalidateQueries() },
  })
  const field = move.error ? problemOf(move.error).field : undefined
  return (
    <Dialog
      open={open} onClose={onClose} title="Move the market clock"
      description="Deadlines, calendars, cut-offs and the age of prices read this clock. Sign-in and audit keep the real one. Decisions already made keep the clock they were made at."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="filled" busy={move.isPending} disabledReason={reason.trim() === '' ? 'Say why first.' : null} onClick={() => move.mutate()}>Move the clock</Button></>}
    >
      <div className="flex flex-wrap gap-3">
        <Field label="Day" className="flex-1" error={field === '/clock' ? problemOf(move.error).detail : null}><Input type="date" value={day} onChange={(event) => setDay(event.target.value)} /></Field>
        <Field label="Time" note={zoneCity(clock.time_zone)} className="flex-1"><Input type="time" value={time} onChange={(event) => setTime(event.target.value)} /></Field>
      </div>
      <Field label="Reason" hint="Kept with the audit row."><Input value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} /></Field>
      <ErrorNotice error={move.error} />
    </Dialog>
  )
}
