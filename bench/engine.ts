/** Engine time per decision on synthetic markets, against judging every path, and what a snapshot costs to build and to change. */
import { decide, propose, type Proposal, type ProposeOptions } from '#orchestrator/engine.ts'
import { compileSnapshot, type Snapshot, withProvider } from '#orchestrator/snapshot.ts'
import type { PaymentIntent } from '#contracts/routing.ts'
import { readDataset } from '#tools/read-dataset.ts'
import { judgeEveryPath } from './baselines/judge-every-path.ts'
import { SIZES, syntheticDataset, syntheticIntents } from './graph.ts'
import { type Figure, figure, quantile, timed } from './measure.ts'

const INTENTS = 400
/** Every path of a large market is more than anyone waits for: the baseline is measured where a decision ends within this. */
const BASELINE_PATHS_MAX = 60_000
const SEED = 7

const allowAll = (proposal: Proposal) => ({
  policy_revision: 'bench', verdicts: proposal.facts.map((f) => ({ candidate_id: f.candidate_id, allow: true, denials: [] })),
})
const decideOn = (snapshot: Snapshot, options: ProposeOptions) => (intent: PaymentIntent): number => {
  const proposal = propose(snapshot, intent, options)
  return decide(proposal, allowAll(proposal)).ranked.length
}

export function benchEngine(say: (line: string) => void): Figure[] {
  const figures: Figure[] = []
  const real = readDataset()
  for (const legs of [40, 300, 3_000]) {
    const dataset = syntheticDataset(real, SIZES[legs]!, SEED)
    const snapshot = compileSnapshot(dataset)
    const intents = syntheticIntents(INTENTS, SEED + 4)
    for (const max_hops of [4, 6]) {
      const name = `engine.legs${legs}${max_hops === 4 ? '' : '.hops6'}`
      const ours = timed(intents, INTENTS, decideOn(snapshot, { data_age: 'of_the_moment', max_hops }))
      figures.push(figure(`${name}.p50_ms`, quantile(ours, 0.5), 'ms'), figure(`${name}.p99_ms`, quantile(ours, 0.99), 'ms'))
      // The search with its exact assessments, without flags, wording and the stored record that make a decision of it.
      const searched = timed(intents, INTENTS, (intent) => propose(snapshot, intent, { data_age: 'of_the_moment', max_hops }).candidates.length)
      figures.push(figure(`${name}.search_p50_ms`, quantile(searched, 0.5), 'ms'), figure(`${name}.search_p99_ms`, quantile(searched, 0.99), 'ms'))
      for (const side of ['merchant_sends', 'supplier_receives'] as const) {
        const of = ours.filter((_, i) => intents[i]!.amount.side === side)
        figures.push(figure(`${name}.${side}.p50_ms`, quantile(of, 0.5), 'ms'), figure(`${name}.${side}.p99_ms`, quantile(of, 0.99), 'ms'))
      }
      const judged = intents.slice(0, 50).reduce((sum, intent) => sum + propose(snapshot, intent, { data_age: 'of_the_moment', max_hops }).candidates.length, 0) / 50
      figures.push(figure(`${name}.judged_per_decision`, judged, 'candidates'))
      const paths = judgeEveryPath(snapshot, intents[0]!, max_hops, BASELINE_PATHS_MAX)
      if (paths === null) say(`${name}: more than ${BASELINE_PATHS_MAX} paths, judging every one is not measured`)
      else {
        const sample = intents.slice(0, paths > 5_000 ? 20 : 100)
        const naive = timed(sample, 5, (intent) => judgeEveryPath(snapshot, intent, max_hops, Number.POSITIVE_INFINITY))
        figures.push(figure(`${name}.naive_p50_ms`, quantile(naive, 0.5), 'ms'), figure(`${name}.vs_naive`, quantile(naive, 0.5) / quantile(ours, 0.5), 'times faster', 'bench/baselines/judge-every-path.ts'))
      }
      say(`${name}: p50 ${quantile(ours, 0.5).toFixed(2)} ms, p99 ${quantile(ours, 0.99).toFixed(2)} ms, ${judged.toFixed(0)} judged`)
    }
    if (legs === 3_000) {
      const build = timed([1, 2, 3, 4, 5], 2, () => compileSnapshot(dataset, snapshot.digest))
      const changed = dataset.providers.slice(0, 200).map((p) => ({ ...p, fx_spread_bps: { low: '0', typical: '77', high: '200', facts: [] } }))
      const update = timed(changed, 20, (provider) => withProvider(snapshot, provider, snapshot.digest))
      figures.push(figure('snapshot.legs3000.build_ms', quantile(build, 0.5), 'ms'), figure('snapshot.legs3000.one_leg_ms', quantile(update, 0.5), 'ms'),
        figure('snapshot.legs3000.one_leg_vs_build', quantile(build, 0.5) / quantile(update, 0.5), 'times faster', 'snapshot.legs3000.build_ms'))
    }
  }
  return figures
}
