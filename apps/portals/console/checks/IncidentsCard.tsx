import { useState } from 'react'
import type { DeskRouteSession, IncidentWithEvents } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, Money, Notice, StatusTag } from '../../shared/ui/index.ts'
import { Card } from '../ui/parts.tsx'
import { OpenIncidentDialog, ChaseDialog, ResolveDialog } from './IncidentDialogs.tsx'
import { useIncidents } from './queries.ts'
import { ACTIONS, CHASERS, KINDS, RESOLVED } from './words.ts'

const SENT: readonly DeskRouteSession['state'][] = ['executing', 'paused', 'failed', 'completed']

/** What went wrong with the payment: who chases, by when, and how it ended. */
export function IncidentsCard({ session }: { session: DeskRouteSession }) {
  const { data } = useIncidents(session.id)
  const can = useCan()
  const [open, setOpen] = useState<'new' | { readonly what: 'chase' | 'resolve'; readonly incident: IncidentWithEvents } | null>(null)
  if (data === undefined) return null
  const denied = can('payment_incident:open') ?? (SENT.includes(session.state) ? null : 'Nothing was sent yet, so nothing can go wrong with it.')
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Incidents</h2>
        <Button icon="plus" disabledReason={denied} onClick={() => setOpen('new')}>Open an incident</Button>
      </div>
      {data.stuck_since !== null && <div className="p-3"><Notice tone="attention" title="This payment is stuck">It is behind its latest expected arrival since <DateTime at={data.stuck_since} absolute />. Open an incident, so that somebody chases it.</Notice></div>}
      {data.items.length === 0 && <p className="p-3 text-muted">Nothing went wrong with this payment.</p>}
      <ul>
        {data.items.map((each) => (
          <li key={each.id} className="flex flex-col gap-2 border-b border-line p-3 last:border-b-0">
            <div className="flex flex-wrap items-center gap-2">
              <StatusTag tone={each.state === 'resolved' ? 'success' : 'danger'} size="small">{KINDS[each.kind]}{each.resolution !== null && `: ${RESOLVED[each.resolution].toLowerCase()}`}</StatusTag>
              {each.overdue && <StatusTag tone="attention" size="small">Overdue</StatusTag>}
              {each.amount_missing !== null && <span className="text-12">Missing: <Money value={each.amount_missing} /></span>}
            </div>
            {each.state !== 'resolved' && <p>{CHASERS[each.chaser]}: {ACTIONS[each.action].toLowerCase()}, by <DateTime at={each.due_at} absolute />.</p>}
            <p className="text-12 text-muted">The merchant reads: “{each.merchant_text}”{each.merchant_note !== null && ` ${each.merchant_note}`}</p>
            <ol className="text-12 text-muted">
              {each.events.map((event) => <li key={event.seq} className="wrap-anywhere"><DateTime at={event.at} absolute /> {event.who}: {event.state === 'resolved' ? 'resolved' : ACTIONS[event.action].toLowerCase()}{event.note !== null && `. ${event.note}`}</li>)}
            </ol>
            {each.state !== 'resolved' && (
              <div className="flex flex-wrap gap-2">
                <Button disabledReason={can('payment_incident:chase')} onClick={() => setOpen({ what: 'chase', incident: each })}>Say what is next</Button>
                <Button kind="filled" icon="check" disabledReason={can('payment_incident:resolve')} onClick={() => setOpen({ what: 'resolve', incident: each })}>Resolve</Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {open === 'new' && <OpenIncidentDialog session_id={session.id} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'new' && open.what === 'chase' && <ChaseDialog incident={open.incident} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'new' && open.what === 'resolve' && <ResolveDialog incident={open.incident} onClose={() => setOpen(null)} />}
    </Card>
  )
}
