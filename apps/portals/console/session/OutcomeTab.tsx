import type { ReactNode } from 'react'
import type { DeskRouteSession, MeasuredOutcome, Prediction, SessionOutcome } from '../../api/types.ts'
import { formatDecimal, formatNumber } from '../../shared/money.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Money, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { compareDecimals, fromUnits, roundTo, toUnits } from '../decimal.ts'
import { BECAUSE, HOP_RESULTS, labelOf, RESULTS, resultTone, secondsText } from '../estimate-words.ts'
import { to } from '../paths.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { useSessionOutcome } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { linkLook } from '../ui/parts.tsx'
import { nameOf, shortDuration, titled } from '../words.ts'
import { destinationZone } from '../zones.ts'
import { CloseForm } from './CloseForm.tsx'

/** What was predicted of the route beside what it came to; while it is carried out, the form that closes it. */
export function OutcomeTab({ session }: { session: DeskRouteSession }) {
  const query = useSessionOutcome(session.id, session.version, session.recommended !== null)
  if (session.recommended === null) return <EmptyState icon="route" title="There is no route to have an outcome">Nothing was recommended, so nothing is carried out.</EmptyState>
  if (query.isPending) return <div className="p-4"><Skeleton lines={8} label="Loading the outcome" /></div>
  if (query.error) return <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>
  const { prediction, outcome } = query.data
  const open = session.state === 'executing' || session.state === 'paused'
  return (
    <div className="flex flex-col">
      {outcome ? <Closed shown={query.data} outcome={outcome} /> : !open && <p className="border-b border-line px-3 py-2 text-muted">{PREDICTED_ONLY}</p>}
      <Compared prediction={prediction} outcome={outcome} zone={destinationZone(session.corridor.id)} />
      <div className="border-t border-line"><Hops prediction={prediction} outcome={outcome} /></div>
      {!outcome && open && <CloseForm session={session} prediction={prediction} simulation={query.data.simulation} />}
    </div>
  )
}

const PREDICTED_ONLY = 'What the decision predicts. Once the route is carried out, what it came to stands beside it.'

function Closed({ shown, outcome }: { shown: SessionOutcome; outcome: MeasuredOutcome }) {
  const counted = shown.evidence.filter(({ undone }) => !undone)
  const providers = [...new Set(shown.evidence.map(({ provider_id }) => provider_id))]
  return (
    <div className="flex flex-col gap-2 border-b border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusTag tone={resultTone[outcome.result]} size="small">{labelOf(RESULTS, outcome.result)}</StatusTag>
        {shown.simulation && <StatusTag tone="attention" size="small">Simulation</StatusTag>}
        <span className="font-semibold tabular-nums">{outcome.score} of 100</span>
        {outcome.because !== null && <span>{labelOf(BECAUSE, outcome.because)}.</span>}
        {shown.closed_by && shown.closed_at && <span className="text-muted">{shown.closed_by.name}, <DateTime at={shown.closed_at} absolute className="whitespace-normal!" /></span>}
      </div>
      <p className="text-muted">
        {shown.simulation ? 'A simulation teaches nothing about a provider.' : (
          <>{counted.length} of {shown.evidence.length} observations count for the estimates of {providers.map((id, index) => <span key={id}>{index > 0 && ', '}<a className={linkLook} href={to.provider(id)}>{id}</a></span>)}.</>
        )}
      </p>
    </div>
  )
}

type Line = { readonly what: string; readonly predicted: ReactNode; readonly actual: ReactNode; readonly difference: ReactNode }
const NONE = <span className="text-muted">—</span>

function Compared({ prediction, outcome, zone }: { prediction: Prediction; outcome: MeasuredOutcome | null; zone: string }) {
  const lines: readonly Line[] = [
    { what: 'Sent', predicted: <Money value={prediction.sent} />, actual: <Money value={outcome?.sent} />, difference: outcome ? <Difference of={outcome.sent.amount} from={prediction.sent.amount} digits={2} worseUp /> : NONE },
    { what: 'Received', predicted: <Money value={prediction.received} />, actual: <Money value={outcome?.received} />, difference: outcome?.received ? <Difference of={outcome.received.amount} from={prediction.received.amount} digits={2} /> : NONE },
    { what: `Rate, ${prediction.sent.currency} for one ${prediction.received.currency}`, predicted: prediction.rate, actual: outcome?.rate ?? NONE, difference: outcome?.rate ? <Difference of={outcome.rate} from={prediction.rate} digits={6} worseUp /> : NONE },
    { what: 'Cost against mid', predicted: `${roundTo(prediction.cost_bps, 1)} bps`, actual: outcome?.cost_bps ? `${roundTo(outcome.cost_bps, 1)} bps` : NONE, difference: outcome?.cost_bps ? <Difference of={outcome.cost_bps} from={prediction.cost_bps} digits={1} unit=" bps" worseUp /> : NONE },
    { what: 'Arrival, p50', predicted: <DateTime at={prediction.arrival_p50} absolute zone={zone} className="whitespace-normal!" />, actual: outcome?.arrived_at ? <DateTime at={outcome.arrived_at} absolute zone={zone} className="whitespace-normal!" /> : NONE, difference: <Late seconds={outcome?.after_p50_s} /> },
    { what: 'Arrival, p90', predicted: <DateTime at={prediction.arrival_p90} absolute zone={zone} className="whitespace-normal!" />, actual: outcome?.fell ? FELL_WORDS[outcome.fell] : NONE, difference: <Late seconds={outcome?.after_p90_s} /> },
  ]
  return (
    <DataTable
      label="Predicted and actual" rows={lines} keyOf={({ what }) => what}
      columns={[
        { head: 'Whole route', phone: 'first', wide: true, className: 'min-w-36', cell: ({ what }) => what },
        { head: <>Predicted <Illus /></>, end: true, className: 'min-w-32', cell: ({ predicted }) => predicted },
        { head: 'Actual', end: true, className: 'min-w-32', cell: ({ actual }) => actual },
        { head: 'Difference', end: true, className: 'whitespace-nowrap', cell: ({ difference }) => difference },
      ]}
    />
  )
}

const FELL_WORDS = { by_p50: 'in the earlier half', by_p90: 'between p50 and p90', after_p90: 'past p90' } as const

/** Actual minus predicted, with its sign; red where it is for the worse. */
function Difference({ of, from, digits, unit = '', worseUp = false }: { of: string; from: string; digits: number; unit?: string; worseUp?: boolean }) {
  const difference = fromUnits(toUnits(of) - toUnits(from), digits)
  const way = compareDecimals(difference, '0')
  if (way === 0) return <span className="text-muted">0{unit}</span>
  return <span className={way > 0 === worseUp ? 'text-danger' : 'text-success'}>{way > 0 ? '+' : '−'}{(unit === '' && digits === 2 ? formatDecimal : formatNumber)(difference.replace('-', ''))}{unit}</span>
}

function Late({ seconds }: { seconds: number | null | undefined }) {
  if (seconds === null || seconds === undefined) return NONE
  return <span className={seconds > 0 ? 'text-danger' : 'text-success'}>{seconds === 0 ? 'on time' : secondsText(seconds, true)}</span>
}

function Hops({ prediction, outcome }: { prediction: Prediction; outcome: MeasuredOutcome | null }) {
  const rows = prediction.hops.map((hop, index) => ({ hop, index, actual: outcome?.hops[index] ?? null }))
  return (
    <DataTable
      label="Each step" rows={rows} keyOf={({ index }) => String(index)}
      columns={[
        { head: 'Step', phone: 'first', wide: true, className: 'min-w-52', cell: ({ hop, index }) => <>{index + 1}. <a className={linkLook} href={to.provider(hop.provider_id)}>{nameOf(hop.provider_name)}</a> <span className="block text-12 text-muted">{hop.from} → {hop.to}</span></> },
        { head: 'Went', className: 'whitespace-nowrap', cell: ({ actual }) => (actual ? <span className={actual.result === 'success' ? '' : 'text-danger'}>{labelOf(HOP_RESULTS, actual.result)}</span> : NONE) },
        { head: <>p50 / p90 <Illus /></>, end: true, className: 'whitespace-nowrap', cell: ({ hop }) => `${shortDuration(hop.latency_p50)} / ${shortDuration(hop.latency_p90)}` },
        { head: 'Took', end: true, className: 'whitespace-nowrap', cell: ({ actual }) => (actual?.took_s == null ? NONE : <>{secondsText(actual.took_s)}{actual.expected_s !== null && <span className="block text-12 text-muted">p50 from its start {secondsText(actual.expected_s)}</span>}</>) },
        { head: <>Slippage <Illus /></>, end: true, className: 'whitespace-nowrap', cell: ({ hop, actual }) => `${roundTo(actual?.expected_slippage_bps ?? hop.slippage_bps, 1)} bps` },
        { head: 'Slipped', end: true, className: 'whitespace-nowrap', cell: ({ actual }) => (actual?.slippage_bps == null ? NONE : `${roundTo(actual.slippage_bps, 1)} bps`) },
        { head: 'Filled', className: 'whitespace-nowrap', cell: ({ actual }) => (actual?.filled == null ? NONE : titled(actual.filled)) },
      ]}
    />
  )
}
