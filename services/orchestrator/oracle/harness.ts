/** What the tests of this folder share: the real data, the intents of its files, the real policy, and the engine behind one call. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentIntent } from '#contracts/routing.ts'
import { openPolicy } from '#policy/index.ts'
import { DATA_FOLDER, readDataset } from '#tools/read-dataset.ts'
import { parseDataset, type Dataset } from '../dataset.ts'
import { routeIntent, type Judge, type Routed } from '../route-intent.ts'
import { compileSnapshot, type Snapshot } from '../snapshot.ts'
import type { FileIntent } from './expectations.ts'

export type DataAge = 'of_the_moment' | 'market_clock'
export const dataset: Dataset = readDataset()
export const snapshot: Snapshot = compileSnapshot(dataset)
const policy = await openPolicy({})
export const judge: Judge = (facts, limits) => policy.judge(facts, limits, 'test')

function intentsOf(file: string): FileIntent[] {
  return JSON.parse(readFileSync(join(DATA_FOLDER, file), 'utf8')) as FileIntent[]
}
export const handwritten = intentsOf('requests.json')
export const generated = intentsOf('requests-generated.json')

/** The intent without what a file says about it. */
export function bare(intent: FileIntent): PaymentIntent {
  const { expect: _expect, note: _note, synthetic: _synthetic, pain_point: _pain, ...rest } = intent as FileIntent & Record<string, unknown>
  return rest as unknown as PaymentIntent
}
export const intents: readonly PaymentIntent[] = [...handwritten, ...generated].map(bare)
export const intentOf = (id: string): PaymentIntent => intents.find((one) => one.id === id)!

/** The engine's answer with the real policy. Throws where policy does not answer, which no test expects. */
export async function route(on: Snapshot, intent: PaymentIntent, data_age: DataAge = 'of_the_moment'): Promise<Routed> {
  const routed = await routeIntent(on, intent, judge, { data_age, simulation: false })
  if (!routed.ok) throw new Error(`${intent.id}: ${routed.error.cause}`)
  return routed.value
}

export type Judged = Routed['decided']['judged'][number]
/** A candidate's legs in words, the same whatever order the legs were imported in. */
export const hopsOf = ({ candidate }: Judged): string =>
  candidate.legs.map(({ provider, record }) =>
    [provider.id, record.from, record.from_country, record.to, record.to_country, ...(record.network ? [record.network] : [])].map((part) => part ?? '').join('|')).join(' > ')
export const ranking = (routed: Routed): string[] => routed.decided.ranked.map(hopsOf)
export const flagCodes = (routed: Routed): string[] => [...new Set(routed.decision.flags.map((flag) => flag.code))].sort()

/** A snapshot of the data with one change. The change works on a copy, which is validated as an import would be. */
export function changed(change: (copy: Dataset) => void, from: Dataset = dataset): Snapshot {
  const copy = structuredClone(from)
  change(copy)
  return compileSnapshot(parseDataset(copy))
}
