import { useLocation } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useClock } from '../../shared/clock.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { formatHour, zoneCity } from '../../shared/time.ts'
import { Icon } from '../../shared/ui/index.ts'
import { useSessionDetail } from '../queries.ts'
import { corridorArrow } from '../words.ts'
import { destinationZone } from '../zones.ts'
import { MarketClockDialog } from './MarketClockDialog.tsx'

const Item = ({ term, children }: { term: string; children: ReactNode }) => <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap"><span className="text-muted">{term}</span>{children}</span>

/** Where I am: company, session, corridor, the time at both ends, and which market this is. */
export function ContextBar() {
  const { pathname } = useLocation()
  const session = useSession()
  const clock = useClock()
  const may = useCan()('market_clock:write')
  const [open, setOpen] = useState(false)
  const id = /^\/sessions\/([^/]+)$/.exec(pathname)?.[1]
  const now = new Date(clock.now()).toISOString()
  const label = session.market.label
  return (
    <section aria-label="Where you are" className="flex min-h-9 flex-wrap items-center gap-x-5 gap-y-1 border-b border-line bg-surface px-3 py-1 text-12">
      <Item term="Company"><b className="font-semibold">{session.tenant.name}</b></Item>
      {id === undefined ? <NoSession /> : <OpenSession id={decodeURIComponent(id)} />}
      <span className="hidden flex-1 lg:block" />
      <TimesAtBothEnds id={id} now={now} />
      {label && (may === null
        ? <button type="button" onClick={() => setOpen(true)} className="inline-flex min-h-6 items-center gap-1.5 rounded bg-info-bg px-2 font-semibold text-info hover:underline"><Icon name="calendar" size={14} />{label}<span className="sr-only">. Move the market clock</span></button>
        : <span className="inline-flex min-h-6 items-center gap-1.5 rounded bg-info-bg px-2 font-semibold text-info"><Icon name="calendar" size={14} />{label}</span>)}
      {may === null && session.market.demo && <MarketClockDialog open={open} onClose={() => setOpen(false)} />}
    </section>
  )
}

const NoSession = () => <><Item term="Session"><span className="text-muted">none open</span></Item><Item term="Corridor"><span className="text-muted">any</span></Item></>

function OpenSession({ id }: { id: string }) {
  const session = useSessionDetail(id).data
  if (!session) return <Item term="Session"><span className="text-muted">…</span></Item>
  return (
    <>
      <Item term="Session"><span className="font-mono">{session.reference}</span></Item>
      <Item term="Corridor"><span><b className="font-semibold">{corridorArrow(session.corridor.id)}</b> <span className="text-muted">ceiling: {session.mode_ceiling.replace('_', ' ')}</span></span></Item>
    </>
  )
}

function TimesAtBothEnds({ id, now }: { id: string | undefined; now: string }) {
  const clock = useClock()
  return (
    <span className="whitespace-nowrap text-muted tabular-nums">
      {formatHour(now, clock.time_zone)} {zoneCity(clock.time_zone)} · {id === undefined ? <FarTime zone="Asia/Shanghai" now={now} /> : <SessionTime id={decodeURIComponent(id)} now={now} />}
    </span>
  )
}

const FarTime = ({ zone, now }: { zone: string; now: string }) => <>{formatHour(now, zone)} {zoneCity(zone)}</>
function SessionTime({ id, now }: { id: string; now: string }) {
  const corridor = useSessionDetail(id).data?.corridor.id
  return <FarTime zone={corridor === undefined ? 'Asia/Shanghai' : destinationZone(corridor)} now={now} />
}
