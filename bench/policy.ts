/** Policy evaluations a second: all candidates of one request in a batch, against one call for each. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentIntent } from '#contracts/routing.ts'
import { propose } from '#orchestrator/engine.ts'
import { compileSnapshot } from '#orchestrator/snapshot.ts'
import { openPolicy } from '#policy/index.ts'
import { DATA_FOLDER, readDataset } from '#tools/read-dataset.ts'
import { type Figure, figure, perSecond } from './measure.ts'

export async function benchPolicy(say: (line: string) => void): Promise<Figure[]> {
  const snapshot = compileSnapshot(readDataset())
  const policy = await openPolicy()
  const { expect: _e, note: _n, synthetic: _s, pain_point: _p, ...intent } = (JSON.parse(readFileSync(join(DATA_FOLDER, 'requests.json'), 'utf8')) as (PaymentIntent & Record<string, unknown>)[]).find((i) => i.id === 'req-010')!
  const { facts, limits } = propose(snapshot, intent as PaymentIntent, { data_age: 'of_the_moment' })
  const batch = await perSecond(3_000, facts.length, () => policy.judge(facts, limits, 'bench'))
  let next = 0
  const single = await perSecond(3_000, 1, () => policy.judge([facts[next++ % facts.length]!], limits, 'bench'))
  say(`policy: ${batch.toFixed(0)} evaluations/s in batches of ${facts.length}, ${single.toFixed(0)}/s one by one`)
  return [
    figure('policy.batch.per_s', batch, 'evaluations/s'), figure('policy.single.per_s', single, 'evaluations/s'),
    figure('policy.batch_vs_single', batch / single, 'times faster', 'policy.single.per_s'),
    figure('policy.request_ms', (facts.length / batch) * 1000, `ms for ${facts.length} candidates`),
  ]
}
