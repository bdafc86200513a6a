/** Real candidates to play: what the engine makes of the committed corridor data and requests, with a policy that allows everything. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Candidate, PaymentIntent } from '#contracts/routing.ts'
import { compileSnapshot, parseDataset, routeIntent, type DatasetFiles, type Judge } from '#orchestrator/index.ts'

const read = (name: string): any => JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'data', `${name}.json`), 'utf8'))
const allowAll: Judge = async (facts) => ({ status: 'answered', policy_revision: 'r1', verdicts: facts.map(({ candidate_id }) => ({ candidate_id, allow: true, denials: [] })) })

/** The best lawful candidates of every request, a few each. */
export async function lawfulCandidates(): Promise<Candidate[]> {
  const snapshot = compileSnapshot(parseDataset(Object.fromEntries(['corridors', 'providers', 'estimates', 'rates'].map((name) => [name, read(name)])) as DatasetFiles))
  const found: Candidate[] = []
  for (const { expect: _e, note: _n, synthetic: _s, pain_point: _p, ...intent } of read('requests') as (PaymentIntent & Record<string, unknown>)[]) {
    const routed = await routeIntent(snapshot, intent as PaymentIntent, allowAll, { data_age: 'of_the_moment', simulation: false })
    if (!routed.ok) continue
    found.push(...routed.value.decision.candidates.filter(({ rank }) => rank !== null && rank <= 6))
  }
  return found
}
