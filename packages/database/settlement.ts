/** Outcomes of sessions and the evidence that they give: an outcome is written with the move that closes its session, evidence stops counting when it is taken back. */
import type { EstimateKind } from '#contracts/api/settlement.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { newId } from './ids.ts'
import { skipOpenSteps } from './execution-steps.ts'
import { transitionSession } from './route-sessions.ts'
import type { Tx } from './transactions.ts'
import type { EvidenceRow, EvidenceTotalRow, OutcomeEvidenceRow, OutcomeRow, SessionClose, SessionState } from './types.ts'

/** From which states a session is closed with which result: a pause leaves the money where it is, so nothing completes from it. */
const CLOSED_FROM: Readonly<Record<SessionClose['outcome']['result'], readonly SessionState[]>> = {
  completed: ['executing'], failed: ['executing', 'paused'], returned: ['executing', 'paused'],
}

type NotClosed = { readonly code: 'not_found' | 'stale_version' | 'wrong_state' | 'steps_not_done' }

/**
 * Whether the session may be closed with this result now. Holds its row until the transaction ends, so that what was found here still holds when
 * closeSession moves it. Completed is a session alone whose every step is confirmed, and none ends while nobody knows whether a step happened.
 */
export async function mayClose(tx: Tx, session: { readonly id: string; readonly version: number }, result: SessionClose['outcome']['result']): Promise<Result<{ from: SessionState }, NotClosed>> {
  const [now] = await tx.sql<{ state: SessionState; version: number; execution_mode: string | null }>('select state, version, execution_mode from route_sessions where tenant_id = $1 and id = $2 for update', [tx.actor.tenant_id, session.id])
  if (now === undefined) return err({ code: 'not_found' })
  if (now.version !== session.version) return err({ code: 'stale_version' })
  if (!CLOSED_FROM[result].includes(now.state)) return err({ code: 'wrong_state' })
  const [steps] = await tx.sql<{ open: boolean; unknown: boolean }>(`select coalesce(bool_or(state <> 'confirmed'), false) as open, coalesce(bool_or(state = 'unknown'), false) as unknown
    from execution_steps where tenant_id = $1 and session_id = $2`, [tx.actor.tenant_id, session.id])
  if (result === 'completed' ? steps!.open : steps!.unknown && now.execution_mode !== 'simulation') return err({ code: 'steps_not_done' })
  return ok({ from: now.state })
}

/** Moves the session to its end and keeps outcome and evidence, all in one. Of many at once one does it; the database refuses the others. */
export async function closeSession(tx: Tx, close: SessionClose): Promise<Result<{ version: number }, NotClosed>> {
  const { session_id, outcome } = close
  if (outcome.result !== 'completed') await skipOpenSteps(tx, session_id, close.market_clock)
  const moved = await transitionSession(tx, { session_id, from: close.from, to: outcome.result, version: close.version, market_clock: close.market_clock, reason: outcome.because })
  if (!moved.ok) return moved
  const { tenant_id } = tx.actor
  await tx.sql(
    `insert into session_outcomes (tenant_id, session_id, closed_seq, result, because, simulation, sent_amount, sent_currency, received_amount, received_currency, rate, cost_bps,
        cost_difference_bps, arrived_at, after_p50_s, after_p90_s, fell, score, hops, prediction, prediction_digest)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [tenant_id, session_id, moved.value.version, outcome.result, outcome.because, close.simulation, outcome.sent.amount, outcome.sent.currency, outcome.received?.amount ?? null,
      outcome.received?.currency ?? null, outcome.rate, outcome.cost_bps, outcome.cost_difference_bps, outcome.arrived_at, outcome.after_p50_s, outcome.after_p90_s, outcome.fell, outcome.score,
      JSON.stringify(outcome.hops), JSON.stringify(close.prediction), Buffer.from(close.prediction_digest, 'hex')])
  // A simulation gives none, whatever the caller observed: the foreign key would refuse it.
  const evidence = close.simulation ? [] : close.evidence
  await Promise.all(evidence.map((each) => tx.sql('insert into estimate_evidence (tenant_id, id, session_id, provider_id, legs, kind, observation) values ($1, $2, $3, $4, $5, $6, $7)',
    [tenant_id, newId(), session_id, each.provider_id, each.legs, each.kind, each.observation])))
  return ok({ version: moved.value.version })
}

/** The outcome of a session, or null where it has none. */
export async function readOutcome(tx: Tx, session_id: string): Promise<OutcomeRow | null> {
  const [row] = await tx.sql<OutcomeRow>(
    `select o.session_id, o.result, o.because, o.simulation, o.sent_amount, o.sent_currency, o.received_amount, o.received_currency, o.rate, o.cost_bps, o.cost_difference_bps, o.arrived_at,
        o.after_p50_s, o.after_p90_s, o.fell, o.score, o.hops, o.prediction, o.prediction_digest, t.user_id as closed_by, b.display_name as closed_by_name, t.at as closed_at
      from session_outcomes o join route_session_transitions t on t.tenant_id = o.tenant_id and t.session_id = o.session_id and t.seq = o.closed_seq
        join memberships b on b.tenant_id = t.tenant_id and b.user_id = t.user_id where o.tenant_id = $1 and o.session_id = $2`, [tx.actor.tenant_id, session_id])
  return row ?? null
}

/** What the outcome of a session taught, also what was taken back. */
export const readOutcomeEvidence = (tx: Tx, session_id: string): Promise<OutcomeEvidenceRow[]> =>
  tx.sql<OutcomeEvidenceRow>('select id, provider_id, kind, observation, undone_at is not null as undone from estimate_evidence where tenant_id = $1 and session_id = $2 order by provider_id, kind', [tx.actor.tenant_id, session_id])

/** The evidence that counts, added up by provider and kind: of all providers, or of these. */
export const readEvidenceTotals = (tx: Tx, provider_ids: readonly string[] | null = null): Promise<EvidenceTotalRow[]> =>
  tx.sql<EvidenceTotalRow>(
    `select provider_id, kind, count(*)::int as n, trim_scale(sum(observation))::text as sum, max(at) as last_at from estimate_evidence
      where tenant_id = $1 and ($2::text[] is null or provider_id = any ($2)) and undone_at is null group by provider_id, kind order by provider_id, kind`, [tx.actor.tenant_id, provider_ids])

const HISTORY_MAX = 50

/** The latest evidence about a provider, newest first, at most fifty of each kind; each with what counts up to it, itself included. */
export const readEvidenceHistory = (tx: Tx, provider_id: string): Promise<EvidenceRow[]> =>
  tx.sql<EvidenceRow>(
    `select e.id, e.session_id, s.reference as session_reference, e.legs, e.kind, trim_scale(e.observation)::text as observation, e.at, e.n_until, e.sum_until,
        e.undone_by, b.display_name as undone_by_name, e.undone_at, e.undone_because
      from (select *, (count(*) filter (where undone_at is null) over until)::int as n_until, trim_scale(coalesce(sum(observation) filter (where undone_at is null) over until, 0))::text as sum_until,
          row_number() over (partition by kind order by at desc, id desc) as place
        from estimate_evidence where tenant_id = $1 and provider_id = $2 window until as (partition by kind order by at, id rows unbounded preceding)) e
      join route_sessions s on s.tenant_id = e.tenant_id and s.id = e.session_id left join memberships b on b.tenant_id = e.tenant_id and b.user_id = e.undone_by
      where e.place <= ${HISTORY_MAX} order by e.at desc, e.id desc`, [tx.actor.tenant_id, provider_id])

/** A piece of evidence as far as taking it back asks. */
export async function readEvidence(tx: Tx, id: string): Promise<{ readonly provider_id: string; readonly kind: EstimateKind; readonly session_id: string; readonly undone: boolean } | null> {
  const [row] = await tx.sql<{ provider_id: string; kind: EstimateKind; session_id: string; undone: boolean }>(
    'select provider_id, kind, session_id, undone_at is not null as undone from estimate_evidence where tenant_id = $1 and id = $2', [tx.actor.tenant_id, id])
  return row ?? null
}

/** Takes evidence back: from now on it counts as if it never was. False where somebody was first. */
export async function undoEvidence(tx: Tx, id: string, because: string): Promise<boolean> {
  const undone = await tx.sql('update estimate_evidence set undone_by = $3, undone_at = clock_timestamp(), undone_because = $4 where tenant_id = $1 and id = $2 and undone_at is null returning id',
    [tx.actor.tenant_id, id, tx.actor.user_id, because])
  return undone.length === 1
}
