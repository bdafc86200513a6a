/**
 * `npm run soak -- --sessions 200 --seed N`: sessions driven at once from their request to their end, while servers and the database are killed, the policy falls
 * silent and providers drop out. Prints what was lost, doubled and stuck, and exits 1 unless nothing is. The seed repeats scripts and faults; which of them
 * meet is up to the machine.
 */
import { parseArgs } from 'node:util'
import { soak, type Soaked } from './soak/run.ts'

const { values } = parseArgs({ options: { sessions: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } } })
const [sessions, seed] = [Number(values.sessions), Number(values.seed)]
if (!Number.isInteger(sessions) || sessions < 1 || sessions > 10_000 || !Number.isInteger(seed) || seed < 0) {
  process.stderr.write('usage: npm run soak -- [--sessions 1..10000] [--seed N]\n')
  process.exit(2)
}

const say = (line: string): void => { process.stdout.write(`${line}\n`) }
const percentile = (sorted: readonly number[], pct: number): string => (sorted.length === 0 ? '–' : `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * pct) / 100))]!)} ms`)
const counted = (words: Iterable<readonly [string, number]>): string => [...words].sort(([, a], [, b]) => b - a).map(([word, n]) => `${word} ${n}`).join(' · ') || 'none'

function report({ journeys, ledger, faults, elapsed_ms, found, stand }: Soaked): boolean {
  const ends = new Map<string, number>()
  for (const { ended } of journeys) ends.set(ended, (ends.get(ended) ?? 0) + 1)
  const took = [...ledger.took_ms].sort((a, b) => a - b)
  const rows = [
    ['sessions', `${journeys.length}, seed ${seed}`], ['ended', counted(ends)], ['changes', `${took.length} asked for · ${ledger.acknowledged.length} acknowledged · ${ledger.repeated} times sent again`],
    ['refusals', counted(ledger.refused)], ['faults', counted(Object.entries(faults))], ['servers', `${stand.urls.length}, ended by themselves ${stand.crashes} times`],
    ['a change took', `p50 ${percentile(took, 50)} · p95 ${percentile(took, 95)}, faults and waiting included`], ['elapsed', `${Math.round(elapsed_ms / 1000)} s`],
  ] as const
  for (const [name, text] of rows) say(`${name.padEnd(14)}${text}`)
  for (const [kind, sentences] of Object.entries(found)) for (const sentence of sentences) say(`${kind}: ${sentence}`)
  say(Object.entries(found).map(([kind, sentences]) => `${kind} ${sentences.length}`).join(' · '))
  return Object.values(found).every((sentences) => sentences.length === 0)
}

const well = await soak({ sessions, seed, say }, async (soaked) => report(soaked))
process.exit(well ? 0 : 1)
