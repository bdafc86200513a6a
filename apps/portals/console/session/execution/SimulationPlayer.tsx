import type { DeskRouteSession, SimulationRun } from '../../../api/types.ts'
import { useCan } from '../../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, Money, Notice, Skeleton, StatusTag } from '../../../shared/ui/index.ts'
import { RESULTS, labelOf } from '../../estimate-words.ts'
import { useGo } from '../../go.ts'
import { to } from '../../paths.ts'
import { Card } from '../../ui/parts.tsx'
import { nameOf } from '../../words.ts'
import { destinationZone } from '../../zones.ts'
import { eventWords, isTrouble, type SimulationEvent } from './simulation-words.ts'
import { useSimulation } from './use-simulation.ts'

/** Plays a simulated session from its start to its outcome, and closes it with that. Nothing for a session of another mode. */
export const SimulationPlayer = ({ session }: { session: DeskRouteSession }) => (session.execution_mode === 'simulation' ? <Player session={session} /> : null)

function Player({ session }: { session: DeskRouteSession }) {
  const can = useCan()
  const go = useGo()
  const { query, run, advance, close, playing, setPlaying } = useSimulation(session)
  const still = session.state === 'executing' ? null : session.state === 'paused' ? 'Resume the session first.' : 'The session is closed.'
  const mayPlay = can('route_session:execute') ?? still ?? (run?.finished ? 'It has been played to its end.' : null)
  const mayClose = can('route_session:close') ?? still ?? (run?.finished ? null : 'Play it to its end first.')
  return (
    <Card className="overflow-clip">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <h2 className="font-semibold">Simulation</h2>
        <StatusTag tone="waiting" size="small" icon="circle-dashed">Simulation — nothing real happens</StatusTag>
        <span className="ml-auto flex flex-wrap gap-2">
          {playing
            ? <Button onClick={() => setPlaying(false)}>Stop</Button>
            : <Button kind="filled" disabledReason={mayPlay} onClick={() => setPlaying(true)}>Play</Button>}
          <Button disabledReason={playing ? 'Stop it first.' : mayPlay} onClick={() => advance.mutate('next')}>Step</Button>
          <Button disabledReason={playing ? 'Stop it first.' : mayPlay} onClick={() => advance.mutate('end')}>To the end</Button>
        </span>
      </div>
      {query.isPending && <div className="p-3"><Skeleton lines={3} label="Loading the simulation" /></div>}
      {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
      {run && <Events run={run} session={session} />}
      {advance.error && <div className="p-3"><ErrorNotice error={advance.error} /></div>}
      {run?.outcome && (
        <div className="flex flex-col gap-2 border-t border-line p-3">
          {still === null && (
            <Notice tone="info" title="If you record this">
              The session ends as {labelOf(RESULTS, run.outcome.result).toLowerCase()}, sent <Money value={run.outcome.sent} />{run.outcome.received && <>, received <Money value={run.outcome.received} /></>}. It stays marked as a simulation and teaches nothing about a provider.
            </Notice>
          )}
          <div className="flex flex-wrap gap-2">
            <Button kind="filled" busy={close.isPending} disabledReason={mayClose} onClick={() => close.mutate(undefined, { onSuccess: () => go(to.session(session.id, { tab: 'outcome' })) })}>Close with the simulated outcome</Button>
          </div>
          <ErrorNotice error={close.error} />
        </div>
      )}
    </Card>
  )
}

/** What has happened, newest first, on the simulated clock. */
function Events({ run, session }: { run: SimulationRun; session: DeskRouteSession }) {
  const zone = destinationZone(session.corridor.id)
  const providerOf = ({ hop }: SimulationEvent): string => (hop === null ? '' : nameOf(session.recommended?.hops[hop]?.provider_name ?? ''))
  return (
    <>
      <p role="status" className="border-t border-line px-3 py-1.5 text-12 text-muted">{run.events.length === 0 ? 'Nothing has happened yet.' : `${run.played_to} ${run.played_to === 1 ? 'event' : 'events'}${run.finished ? ', played to the end' : ''}.`} Seed <span className="font-mono wrap-anywhere">{run.seed}</span></p>
      {run.events.length > 0 && (
        <ol tabIndex={0} aria-label="Simulated events" className="max-h-64 divide-y divide-line overflow-y-auto border-t border-line">
          {[...run.events].reverse().map((event) => (
            <li key={event.seq} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
              <DateTime at={event.at} absolute zone={zone} className="text-12 text-muted" />
              <span className={`min-w-0 flex-1 basis-52 ${isTrouble(event) ? 'text-danger' : ''}`}>{eventWords(event, providerOf(event))}</span>
              <span className="flex flex-wrap gap-x-3 text-12">{Object.entries(event.amounts).map(([what, money]) => <span key={what}><span className="text-muted">{what}</span> <Money value={money} /></span>)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
