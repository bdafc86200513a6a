/** Whether a route request could be answered now: the database answers, it is at this version's migrations, and the policy judges. */
import { randomUUID } from 'node:crypto'
import type { Static } from 'typebox'
import type { Readiness } from '#contracts/api/portal.ts'
import type { PolicyFacts, PolicyLimits } from '#contracts/routing.ts'
import { readMigrationState, type Database } from '#database/index.ts'
import type { Policy } from '#policy/index.ts'

type Answer = Static<typeof Readiness>

const KEPT_MS = 1_000
const WAIT_MS = 2_000
/** A route that every policy of ours allows: an answer of any kind shows that the policy is there. */
const FACTS: readonly PolicyFacts[] = [{
  candidate_id: 'readiness', hop_count: 1, cost_microbps: 0, route_risk_ppb: 0, rules: [],
  hops: [{ provider_id: 'readiness', pair_status: 'allowed', posture: 'verified', age_ratio_ppm: 0, connector_id: null, connector_known: true }],
}]
const LIMITS: PolicyLimits = { max_hops: 1, max_cost_microbps: 1, max_route_risk_ppb: 1, allowed_postures: ['verified'], max_age_ratio_refused_ppm: 1 }

/** Answers are kept for a second, so that asking often costs nothing. */
export function createReadiness(db: Database, policy: Pick<Policy, 'judge'>): () => Promise<Answer> {
  let kept: { readonly at: number; readonly answer: Promise<Answer> } | null = null
  return () => {
    if (kept === null || performance.now() - kept.at > KEPT_MS) kept = { at: performance.now(), answer: look(db, policy) }
    return kept.answer
  }
}

async function look(db: Database, policy: Pick<Policy, 'judge'>): Promise<Answer> {
  const [database, migrations, judged] = await Promise.all([
    holds(async () => (await db.pool.query('select 1')).rowCount === 1),
    holds(() => readMigrationState((text) => db.pool.query(text))),
    holds(async () => (await policy.judge(FACTS, LIMITS, randomUUID())).status === 'answered'),
  ])
  return { ok: database && migrations && judged, database, migrations, policy: judged }
}

/** False where it fails or takes too long: readiness is a question, never an error. */
async function holds(question: () => Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), WAIT_MS)
  try {
    return await Promise.race([question(), late.promise])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
