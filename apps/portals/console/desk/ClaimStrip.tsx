import { useEffect, useRef, useState } from 'react'
import type { DeskRouteSession, TakeoverReason } from '../../api/types.ts'
import { wallNow } from '../../shared/clock.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, Dialog, ErrorNotice, Field, Notice, Select } from '../../shared/ui/index.ts'
import { useKeys } from '../keys.ts'
import { minutesLeft, useClaim } from './claims.ts'

const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])
const REASONS: readonly { value: TakeoverReason; label: string }[] = [{ value: 'holder_is_away', label: 'They are away' }, { value: 'urgent', label: 'It is urgent' }, { value: 'handed_over', label: 'They handed it over' }]
const TICK_MS = 20_000
/** A claim is kept alive by work, a good while before it ends. */
const RENEW_BELOW_MIN = 6

/** The wall clock, now and again: a claim does not run on a market that stands still. */
function useWallClock(): number {
  const [now, setNow] = useState(wallNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(wallNow()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** Who has the session in hand: taken, given back or taken over here. A claim that a colleague took says so until it is read. */
export function ClaimStrip({ session }: { session: DeskRouteSession }) {
  const now = useWallClock()
  const can = useCan()('claim:write')
  const { claim: take, release } = useClaim(session.id)
  const [taking, setTaking] = useState(false)
  const [lostTo, setLostTo] = useState<string | null>(null)
  const { claim } = session
  const left = claim === null ? 0 : minutesLeft(claim.expires_at, now)
  const mine = claim?.mine === true && left > 0
  const held = claim !== null && left > 0
  const wasMine = useRef(false)
  const holder = held && !mine ? claim.name : null
  useEffect(() => {
    if (wasMine.current && holder !== null) setLostTo(holder)
    if (mine) setLostTo(null)
    wasMine.current = mine
  }, [mine, holder])
  const active = useRef(false)
  useEffect(() => {
    const note = () => { active.current = true }
    window.addEventListener('pointerdown', note)
    window.addEventListener('keydown', note)
    return () => { window.removeEventListener('pointerdown', note); window.removeEventListener('keydown', note) }
  }, [])
  const { mutate, isPending } = take
  useEffect(() => {
    if (!mine || left > RENEW_BELOW_MIN || !active.current || isPending) return
    active.current = false
    mutate(undefined)
  }, [mine, left, isPending, mutate])
  const over = OVER.has(session.state)
  const change = () => { if (can !== null || over) return; if (mine) release.mutate(); else if (held) setTaking(true); else take.mutate(undefined) }
  useKeys({ c: change })
  if (over) return null
  return (
    <>
      <span className="inline-flex flex-wrap items-center gap-2 text-12 text-muted" role="status">
        {mine ? `Claimed by you, ${left} min left` : held ? `${claim.name} has it, ${left} min left` : 'Nobody has it in hand'}
        <Button kind="quiet" busy={take.isPending || release.isPending} disabledReason={can} onClick={change}>{mine ? 'Give back' : held ? 'Take over' : 'Claim'}</Button>
      </span>
      {lostTo !== null && <Notice tone="attention" live="polite" title={`${lostTo} took this session over`} className="order-last w-full">You can still read it. What you decide here is refused if it has changed since.</Notice>}
      {(take.error ?? release.error) && !taking && <ErrorNotice error={take.error ?? release.error} className="order-last w-full" />}
      {taking && holder !== null && <TakeOver name={holder} busy={take.isPending} error={take.error} onTake={(reason) => take.mutate(reason, { onSuccess: () => setTaking(false) })} onClose={() => setTaking(false)} />}
    </>
  )
}

function TakeOver({ name, busy, error, onTake, onClose }: { name: string; busy: boolean; error: unknown; onTake: (reason: TakeoverReason) => void; onClose: () => void }) {
  const [reason, setReason] = useState<TakeoverReason>('holder_is_away')
  return (
    <Dialog
      open onClose={onClose} title={`Take over from ${name}`} description="They are told at once, and the audit keeps the reason."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" busy={busy} onClick={() => onTake(reason)}>Take over</Button></>}
    >
      <Field label="Why"><Select label="Why" value={reason} options={REASONS} onChange={(next) => setReason(next as TakeoverReason)} /></Field>
      <ErrorNotice error={error} />
    </Dialog>
  )
}
