import type { Candidate, Hop, Reason } from '../../api/types.ts'
import { formatDecimal, formatNumber } from '../../shared/money.ts'
import { Money } from '../../shared/ui/index.ts'
import { compareDecimals, fromUnits, roundTo, sumOf } from '../decimal.ts'
import { laneOf } from '../lane.ts'
import { hopTarget, isIllustrative, reasonTarget, type HopField } from '../provenance/target.ts'
import { Illus, Sourced } from '../provenance/Sourced.tsx'
import { INPUT_LABELS } from '../score.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { ReasonTag } from '../ui/parts.tsx'
import { clauseOf, shortDuration } from '../words.ts'
import { LaneView } from './LaneView.tsx'

/** One candidate opened in place: its lane, every leg's price and time, every reason, every input of its score. */
export function CandidateDetail({ candidate, recommended, lane = true }: { candidate: Candidate; recommended: boolean; lane?: boolean }) {
  const reasons = [...candidate.refusals, ...candidate.conditions]
  return (
    <div className="flex min-w-0 flex-col rounded-md border border-line bg-surface">
      {lane && <div className="border-b border-line p-3"><LaneView lane={laneOf(candidate, recommended)} /></div>}
      <LegTable candidate={candidate} />
      {candidate.lost && <p className="border-t border-line px-3 py-2"><b className="font-semibold">Lost on score.</b> {candidate.lost.sentence}</p>}
      {reasons.length > 0 && (
        <div className="border-t border-line">
          <h2 className="px-3 pt-2 font-semibold">Every reason, {reasons.length}</h2>
          <ul className="divide-y divide-line">{reasons.map((reason, index) => <li key={`${reason.code}-${index}`} className="px-3 py-2"><ReasonLine reason={reason} /></li>)}</ul>
        </div>
      )}
      <ScoreTable candidate={candidate} />
      <p className="flex flex-wrap gap-x-4 border-t border-line px-3 py-2 text-12 text-muted">
        <span className="font-mono">{candidate.id}</span><span>Route risk {roundTo(candidate.route_risk, 4)}</span><span>Coverage of values {candidate.coverage_pct} %{candidate.missing_values.length > 0 && `, missing: ${candidate.missing_values.join(', ')}`}</span>
        <span><Illus /> = no public source, a starting estimate</span>
      </p>
    </div>
  )
}

// Amounts follow from the marked prices beside them, so they carry no mark of their own; the drawer says what they rest on.
const Marked = ({ hop, field, children }: { hop: Hop; field: HopField; children: string }) => (
  <Sourced target={hopTarget(hop, field, children)}>{children}{field !== 'amount' && isIllustrative(hop, field) && <span className="block text-right text-11 leading-4 text-muted max-md:ml-1 max-md:inline"><span className="border-b border-dashed border-current">illus.</span></span>}</Sourced>
)

function LegTable({ candidate }: { candidate: Candidate }) {
  const status = new Map(candidate.documents.map((document) => [document.code, document]))
  const isZero = (decimal: string) => compareDecimals(decimal, '0') === 0
  const number = 'whitespace-nowrap'
  return (
    <DataTable
      label="Legs with price and time" className="[&_td]:px-2 [&_td:first-child]:pl-3 [&_th]:px-2 [&_th:first-child]:pl-3"
      rows={candidate.hops} keyOf={(_, index) => String(index)}
      columns={[
        { head: 'Leg, and its papers', phone: 'text', wide: true, className: 'min-w-44', cell: (hop) => <LegWords hop={hop} documents={hop.documents_required.map((code) => status.get(code))} /> },
        { head: 'Amount in', end: true, className: number, cell: (hop) => <Marked hop={hop} field="amount">{`${hop.from.currency} ${formatDecimal(cut(hop.amount_in))}`}</Marked> },
        { head: 'Fee', end: true, className: number, cell: (hop) => <Marked hop={hop} field="fee">{`${hop.fixed_fee.currency} ${formatDecimal(fromUnits(sumOf([hop.fixed_fee.amount, hop.variable_fee.amount]), 2))}`}</Marked> },
        { head: 'Spread', end: true, className: number, cell: (hop) => (isZero(hop.spread_bps) ? '—' : <Marked hop={hop} field="spread">{formatNumber(hop.spread_bps)}</Marked>) },
        { head: 'Slip, bps', end: true, className: number, cell: (hop) => (isZero(hop.slippage_bps) ? '—' : <Marked hop={hop} field="slippage">{roundTo(hop.slippage_bps, 2)}</Marked>) },
        { head: 'Amount out', end: true, className: number, cell: (hop) => <Marked hop={hop} field="amount">{`${hop.to.currency} ${formatDecimal(cut(hop.amount_out))}`}</Marked> },
        { head: 'p50 / p90', end: true, className: number, cell: (hop) => <Marked hop={hop} field="time">{`${shortDuration(hop.latency_p50)} / ${shortDuration(hop.latency_p90)}`}</Marked> },
      ]}
    />
  )
}

/** Who carries the leg, on which pair, and whether its papers are there. */
function LegWords({ hop, documents }: { hop: Hop; documents: readonly (Candidate['documents'][number] | undefined)[] }) {
  const needed = documents.filter((document) => document?.stage === 'before_payment')
  const lacking = needed.filter((document) => document?.status === 'missing' || document?.status === 'not_available')
  const pair = hop.from.currency === hop.to.currency ? hop.from.currency : `${hop.from.currency} → ${hop.to.currency}`
  return (
    <>
      <span title={hop.provider_name}>{clauseOf(hop.provider_name)}</span>
      <span className="block text-12 text-muted" title={hop.pair_condition ?? undefined}>{pair}, {hop.posture}{hop.pair_status && hop.pair_status !== 'allowed' && `, pair ${hop.pair_status}`}</span>
      <span className="block text-12">
        {lacking.length > 0
          ? <span className="text-danger"><span aria-hidden="true">✕ </span>{lacking.map((document) => document!.title).join('; ')} missing</span>
          : <span className="text-muted">{needed.length === 0 ? 'no papers of its own' : needed.length === 1 ? 'its paper is on file' : `all ${needed.length} papers on file`}</span>}
      </span>
    </>
  )
}

// Two decimals of what is unrounded inside: the whole value is in the drawer's replay, this is for reading across.
const cut = (decimal: string): string => { const [whole, fraction = ''] = decimal.split('.'); return `${whole}.${fraction.slice(0, 2).padEnd(2, '0')}` }

/** One reason: its family, code, number against its limit, whether it can be retried, and what would change it. */
export function ReasonLine({ reason }: { reason: Reason }) {
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <ReasonTag code={reason.code} /><span className="font-mono text-12 break-all">{reason.code}</span>
        <span className="ml-auto text-12 text-muted">{reason.source === 'policy' ? 'policy' : reason.source} · {reason.retryable ? <span className="text-success">retryable</span> : 'not retryable'}</span>
      </div>
      <p>{reason.sentence} {reason.number !== null && <Sourced target={reasonTarget(reason)} className="font-medium">{reason.number}{reason.against !== null && reason.against !== reason.sentence && ` against ${reason.against}`}</Sourced>} {reason.illustrative && <Illus target={reasonTarget(reason)} />}</p>
      <p className="flex flex-wrap gap-x-3 text-12 text-muted">
        <span>{reason.remedy === null ? 'No remedy.' : `Remedy: ${reason.remedy}`}</span>
        {reason.facts.length > 0 && <Sourced target={reasonTarget(reason)} className="text-accent">{reason.facts.length === 1 ? '1 source' : `${reason.facts.length} sources`}</Sourced>}
      </p>
    </div>
  )
}

function ScoreTable({ candidate }: { candidate: Candidate }) {
  const inputs = candidate.score_inputs.filter((each) => compareDecimals(each.bps, '0') !== 0)
  return (
    <div className="border-t border-line px-3 py-2">
      <h2 className="font-semibold">Score {roundTo(candidate.score, 1)} <span className="font-normal text-muted">bps, lower is better; cost of the route <Money value={candidate.cost} /></span></h2>
      <dl className="mt-1 grid gap-x-6 sm:grid-cols-2 xl:grid-cols-3">
        {inputs.map((each) => (
          <div key={each.input} className="flex items-baseline gap-2 border-b border-line py-1">
            <dt className="min-w-0 flex-1">{INPUT_LABELS[each.input]} <span className="text-12 text-muted">{each.value}</span></dt><dd className="font-medium tabular-nums">{roundTo(each.bps, 1)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
