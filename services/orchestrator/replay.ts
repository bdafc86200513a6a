/** A stored decision computed again from its snapshot, intent and rulings: what a screen shows beside what is stored, and what replay compares. Pure. */
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { Decision, PaymentIntent, Verdict } from '#contracts/routing.ts'
import { recordedJudge, routeIntent, type Routed } from './route-intent.ts'
import type { Snapshot } from './snapshot.ts'

/** What the store keeps of a decision. */
export type KeptDecision = {
  readonly engine_version: string; readonly snapshot_digest: string; readonly weights_revision: string; readonly policy_revision: string; readonly market_clock: string
  readonly result_digest: string; readonly outcome: string; readonly complete: boolean; readonly degraded: readonly string[]; readonly options: unknown
  readonly recommended_id: string | null; readonly cheapest_id: string | null
  readonly rulings: readonly { readonly policy_revision: string; readonly verdicts: readonly Verdict[] }[]
  readonly candidates: readonly {
    readonly candidate_id: string; readonly rank: number | null; readonly status: string; readonly sent: unknown; readonly received: unknown
    readonly cost_bps: string; readonly score: string
  }[]
}

/** The decision again. Throws when the stored rulings do not answer what the engine asks: then they are not this intent's. */
export async function replayDecision(snapshot: Snapshot, intent: PaymentIntent, kept: Pick<KeptDecision, 'rulings' | 'options'>): Promise<Routed> {
  const { data_age, simulation } = kept.options as { data_age: 'of_the_moment' | 'market_clock'; simulation: boolean }
  const routed = await routeIntent(snapshot, intent, recordedJudge(kept.rulings), { data_age, simulation })
  if (!routed.ok) throw new Error(`replay: ${routed.error.cause}`)
  return routed.value
}

export type Difference = { readonly path: string; readonly stored: string; readonly replayed: string }
const DIFFERENCES_MAX = 20

/** Where the replayed decision is not what was stored, as JSON pointers. */
export function differencesOf(kept: KeptDecision, routed: Routed): Difference[] {
  const { decision } = routed
  const replayed: Omit<KeptDecision, 'rulings' | 'options'> = {
    engine_version: decision.engine_version, snapshot_digest: decision.snapshot_digest, weights_revision: decision.weights_revision, policy_revision: decision.policy_revision,
    market_clock: decision.market_clock, result_digest: routed.result_digest, outcome: decision.outcome, complete: decision.complete, degraded: decision.degraded,
    recommended_id: decision.recommended_id, cheapest_id: decision.cheapest_id, candidates: decision.candidates.map(summaryOf),
  }
  const { rulings: _rulings, options: _options, ...stored } = kept
  const differences: Difference[] = []
  compareAt('', Object.fromEntries(Object.keys(replayed).map((key) => [key, stored[key as keyof typeof stored]])), replayed, differences)
  return differences.slice(0, DIFFERENCES_MAX)
}

const summaryOf = (candidate: Decision['candidates'][number]): KeptDecision['candidates'][number] =>
  ({ candidate_id: candidate.id, rank: candidate.rank, status: candidate.status, sent: candidate.sent, received: candidate.received, cost_bps: candidate.cost_bps, score: candidate.score })

function compareAt(path: string, stored: unknown, replayed: unknown, found: Difference[]): void {
  if (isRecord(stored) && isRecord(replayed)) {
    for (const key of new Set([...Object.keys(stored), ...Object.keys(replayed)])) compareAt(`${path}/${key}`, stored[key], replayed[key], found)
    return
  }
  const [left, right] = [textOf(stored), textOf(replayed)]
  if (left !== right) found.push({ path, stored: left, replayed: right })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (value === undefined ? '(absent)' : canonicalJson(value))
