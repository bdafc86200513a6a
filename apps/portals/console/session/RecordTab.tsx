import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../api/client.ts'
import type { DeskRouteSession, ReplayResult } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Notice } from '../../shared/ui/index.ts'
import { roundTo } from '../decimal.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { plain } from '../words.ts'

/** What a decision rests on, so that anyone can compute it again; and the button that does. */
export function RecordTab({ session }: { session: DeskRouteSession }) {
  const denied = useCan()('route_session:replay')
  const decision = session.decision
  const replay = useMutation({
    mutationFn: async (): Promise<ReplayResult> => (await answer(api.POST('/api/route-sessions/{id}/replay', { params: { path: { id: session.id } }, body: {} }))) as ReplayResult,
  })
  if (!decision) return <EmptyState icon="lock" title="No decision is recorded">Policy did not answer, so there is nothing to compute again.</EmptyState>
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Engine version', decision.engine_version], ['Snapshot digest', decision.snapshot_digest], ['Weights revision', decision.weights_revision], ['Policy revision', decision.policy_revision],
    ['Market clock', decision.market_clock], ['Result digest', decision.result_digest], ['Decision', decision.id],
  ]
  return (
    <div className="flex flex-col">
      <div className="flex flex-wrap items-center gap-3 border-b border-line p-3">
        <p className="min-w-0 flex-1 basis-64">A replay computes this decision again from the stored snapshot, intent and verdicts, and compares every byte.</p>
        <Button icon="refresh" busy={replay.isPending} disabledReason={denied} onClick={() => replay.mutate()}>Replay</Button>
      </div>
      <div aria-live="polite">
        {replay.error && <div className="p-3"><ErrorNotice error={replay.error} /></div>}
        {replay.data && <div className="p-3"><ReplayAnswer result={replay.data} /></div>}
      </div>
      <dl className="divide-y divide-line">
        {rows.map(([term, value]) => <div key={term} className="flex flex-wrap gap-x-4 px-3 py-1.5"><dt className="w-40 text-muted">{term}</dt><dd className="min-w-0 flex-1 basis-56 font-mono text-12 leading-5 break-all">{value}</dd></div>)}
        <div className="flex flex-wrap gap-x-4 px-3 py-1.5"><dt className="w-40 text-muted">Decided</dt><dd><DateTime at={decision.decided_at} absolute /></dd></div>
        <div className="flex flex-wrap gap-x-4 px-3 py-1.5"><dt className="w-40 text-muted">Judged</dt><dd>{decision.counts.candidates} candidates, {decision.counts.lawful} lawful, {decision.counts.refused} refused{decision.complete ? '; every candidate of the graph' : '; the graph was too large to judge every candidate'}</dd></div>
        <div className="flex flex-wrap gap-x-4 px-3 py-1.5"><dt className="w-40 text-muted">Gap to the second</dt><dd className="tabular-nums">{decision.gap_to_second_bps === null ? 'no second' : `${roundTo(decision.gap_to_second_bps, 1)} bps`}</dd></div>
        <div className="flex flex-wrap gap-x-4 px-3 py-1.5"><dt className="w-40 text-muted">Not beaten at once on cost, time and risk</dt><dd className="min-w-0 flex-1 basis-56 font-mono text-12 leading-5 break-all">{decision.pareto_ids.length === 0 ? 'none' : decision.pareto_ids.join(', ')}</dd></div>
      </dl>
      {decision.sensitivity.length > 0 && (
        <div className="border-t border-line">
          <h2 className="px-3 pt-2 pb-1 font-semibold">What would change the order <span className="font-normal text-muted">the smallest change of one weight that puts another first</span></h2>
          <DataTable
            label="Sensitivity" rows={decision.sensitivity} keyOf={(each) => `${each.weight}-${each.candidate_id}`}
            columns={[
              { head: 'Weight', phone: 'first', cell: (each) => plain(each.weight) }, { head: 'Now', end: true, cell: (each) => each.from }, { head: 'Would have to be', end: true, cell: (each) => each.to },
              { head: 'Then first', cell: (each) => <span className="font-mono text-12">{each.candidate_id}</span> },
            ]}
          />
        </div>
      )}
    </div>
  )
}

function ReplayAnswer({ result }: { result: ReplayResult }) {
  if (result.identical) return <Notice tone="success" title="Identical"><p>The replay gave the same result, digest <span className="font-mono text-12 break-all">{result.replayed_digest}</span>, with engine version {result.engine_version}.</p></Notice>
  return (
    <Notice tone="danger" title="Different">
      <p>Stored <span className="font-mono text-12 break-all">{result.stored_digest}</span>, replayed <span className="font-mono text-12 break-all">{result.replayed_digest}</span> (engine version {result.engine_version}).</p>
      <ul className="mt-1">{result.differences.map((each) => <li key={each.path}><span className="font-mono text-12">{each.path}</span>: {each.stored} became {each.replayed}</li>)}</ul>
    </Notice>
  )
}
