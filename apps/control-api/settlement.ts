/** What closing a session rests on, read for whoever may see it: its prediction, the data its evidence is measured against, and its outcome once it has one. */
import type { Static } from 'typebox'
import type { Actor } from '#contracts/roles.ts'
import type { Actuals, EstimateMove, MeasuredOutcome, OutcomePreview, Prediction, SessionOutcome } from '#contracts/api/settlement.ts'
import { moneyOrNull } from '#contracts/money.ts'
import {
  readEvidenceTotals, readOutcome, readOutcomeEvidence, readRouteSession, withTenantRead, type EvidenceTotalRow, type OutcomeEvidenceRow, type OutcomeRow, type StoredRouteSession, type TenantSettings,
} from '#database/index.ts'
import { midBetween } from '#orchestrator/leg.ts'
import { fromDecimal, toDecimalNearest } from '#orchestrator/rational.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { actualsIssue, moveOf, NO_EVIDENCE, observationsOf, outcomeOf, predictionOf, priorOf, valueText, type Observation } from '#route-cases/index.ts'
import type { Decided } from './decisions.ts'
import { importedData, readMarket } from './market.ts'
import { ProblemError } from './problems.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

export type Settlement = {
  readonly session: StoredRouteSession
  readonly settings: TenantSettings
  /** the imported data in force: what factors multiply, and where priors come from */
  readonly base: Snapshot
  readonly decided: Decided
  readonly prediction: Prediction
}

/** What a session is closed against; null where there is no such session, `no_prediction` where it has no route to have carried out. */
export async function readSettlement(deps: AppDeps, actor: Actor, id: string): Promise<Settlement | 'no_prediction' | null> {
  const { session, market } = await withTenantRead(deps.db, actor, async (tx) => {
    const [session, market] = await Promise.all([readRouteSession(tx, id, { merchant_id: visibleMerchantId(actor) }), readMarket(deps, tx)])
    return { session, market }
  })
  if (session === null) return null
  const decided = await deps.decisions.of(actor, mustSee(actor, session))
  const candidate = standingCandidate(session, decided)
  if (decided === null || candidate === null || market.snapshot === null) return 'no_prediction'
  return { session, settings: market.settings, base: importedData(market.snapshot), decided, prediction: predictionOf(candidate) }
}

/** Whether nothing real happened. A session that is not executed in a mode of its own has that of its ceiling. */
export const isSimulation = ({ mode_ceiling, execution_mode }: Pick<StoredRouteSession, 'mode_ceiling' | 'execution_mode'>): boolean => (execution_mode ?? mode_ceiling) === 'simulation'

export type Measured = { readonly outcome: MeasuredOutcome; readonly observations: readonly Observation[] }

/** Actuals held against the prediction, and what they observe of the providers; or what is wrong with them. */
export function measure({ session, settings, base, decided, prediction }: Settlement, actuals: Actuals, now: Date): Measured | { readonly issue: NonNullable<ReturnType<typeof actualsIssue>> } {
  // A clock that stands still says nothing about what can be known; a running one does, but of a simulation, which has a clock of its own.
  const issue = actualsIssue(prediction, actuals, settings.market_clock === null && !isSimulation(session) ? Math.floor(now.getTime() / 1000) : null)
  if (issue !== null) return { issue }
  const mid = midBetween(decided.snapshot.usd_mids, prediction.received.currency, prediction.sent.currency)
  return { outcome: outcomeOf(prediction, actuals, decided.snapshot.legs, mid), observations: observationsOf(prediction, actuals, base.legs) }
}

/** What closing with these actuals would record and teach. */
export async function previewOf(deps: AppDeps, actor: Actor, settlement: Settlement, { outcome, observations }: Measured): Promise<Static<typeof OutcomePreview>> {
  const simulation = isSimulation(settlement.session)
  if (simulation) return { outcome, simulation, moves: [] }
  const totals = await withTenantRead(deps.db, actor, (tx) => readEvidenceTotals(tx, [...new Set(observations.map(({ provider_id }) => provider_id))]))
  return { outcome, simulation, moves: observations.flatMap((observation) => moveBy(settlement, totals, observation)) }
}

function moveBy({ base, prediction }: Settlement, totals: readonly EvidenceTotalRow[], { provider_id, kind, observation }: Observation): EstimateMove[] {
  const record = base.dataset.estimates.providers.find((each) => each.provider_id === provider_id)
  const prior = record === undefined ? null : priorOf(kind, record)
  if (prior === null) return []
  const total = totals.find((each) => each.provider_id === provider_id && each.kind === kind)
  const { before, after, most } = moveOf(prior, total === undefined ? NO_EVIDENCE : { n: total.n, sum: fromDecimal(total.sum) }, observation)
  const provider_name = prediction.hops.find((hop) => hop.provider_id === provider_id)!.provider_name
  return [{ provider_id, provider_name, kind, observation, before: valueText(before.value), after: valueText(after.value), n_before: before.n, n_after: after.n, most: toDecimalNearest(most, 6) }]
}

/** The outcome page of a session: what was predicted, and what it came to once it is closed. Throws not_found where there is neither. */
export async function readOutcomeToShow(deps: AppDeps, actor: Actor, id: string): Promise<Static<typeof SessionOutcome>> {
  const [row, evidence] = await withTenantRead(deps.db, actor, (tx) => Promise.all([readOutcome(tx, id), readOutcomeEvidence(tx, id)]))
  // What was predicted is kept with the outcome, so that it stays readable whatever engine runs by then.
  if (row !== null) return closedView(row, evidence)
  const settlement = await readSettlement(deps, actor, id)
  if (settlement === null || settlement === 'no_prediction') throw new ProblemError('not_found')
  return { session_id: id, prediction: settlement.prediction, outcome: null, simulation: isSimulation(settlement.session), closed_by: null, closed_at: null, evidence: [] }
}

const closedView = (row: OutcomeRow, evidence: readonly OutcomeEvidenceRow[]): Static<typeof SessionOutcome> => ({
  session_id: row.session_id, prediction: row.prediction, outcome: measuredOf(row), simulation: row.simulation,
  closed_by: { user_id: row.closed_by, name: row.closed_by_name }, closed_at: row.closed_at,
  evidence: evidence.map(({ id, provider_id, kind, observation, undone }) => ({ id, provider_id, kind, observation, undone })),
})

const measuredOf = (row: OutcomeRow): MeasuredOutcome => ({
  result: row.result, because: row.because, sent: { amount: row.sent_amount, currency: row.sent_currency },
  received: moneyOrNull(row.received_amount, row.received_currency),
  rate: row.rate, cost_bps: row.cost_bps, cost_difference_bps: row.cost_difference_bps, arrived_at: row.arrived_at, after_p50_s: row.after_p50_s, after_p90_s: row.after_p90_s,
  fell: row.fell, hops: row.hops, score: row.score,
})
