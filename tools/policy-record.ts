/**
 * Records policy inputs with the verdicts of the compiled policy in packages/policy/fixtures, for wasm and an OPA server to be held
 * against: `node tools/policy-record.ts`. Run it when the policy or its input changes, and read the diff.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { PaymentIntent } from '#contracts/routing.ts'
import { compileSnapshot, propose } from '#orchestrator/index.ts'
import { askWasm } from '#policy/ask.ts'
import { buildInput, type PolicyInput } from '#policy/build-input.ts'
import { CASE_FACTS, CLEAN, LIMITS } from './policy-cases.ts'
import { readDataset } from './read-dataset.ts'

/** One recorded question and its answer; the revision is not recorded, so that only a changed verdict changes the file. */
export type RecordedBatch = { readonly name: string; readonly input: PolicyInput; readonly verdicts: unknown }

const FIXTURES = new URL('../packages/policy/fixtures/', import.meta.url)

const clean = buildInput([CLEAN], LIMITS, 'recorded')
const row = (...values: unknown[]): object => ({ candidates: [values] })
const hop = (change: object): object => ({ hops: [{ ...clean.hops[0], ...change }] })
const without = (field: keyof PolicyInput): object => ({ [field]: undefined })

/** Inputs no builder of ours writes. Both engines must refuse them alike, or drop the candidate, which parsing refuses. */
const MALFORMED: Readonly<Record<string, object>> = {
  'row of one value': row('c'),
  'row without an id': row(),
  'row of five values': row('c', 1, 0, 0, [0]),
  'row of seven values': row('c', 1, 0, 0, [0], [], 1),
  'row that is an object': { candidates: [{ candidate_id: 'c' }] },
  'row that is null': { candidates: [null] },
  'hop index out of range': row('c', 1, 0, 0, [7], []),
  'hop index below zero': row('c', 1, 0, 0, [-1], []),
  'hop index as text': row('c', 1, 0, 0, ['0'], []),
  'hop index as fraction': row('c', 1, 0, 0, [0.5], []),
  'hops as text': row('c', 1, 0, 0, 'x', []),
  'hops as null': row('c', 1, 0, 0, null, []),
  'rules as null': row('c', 1, 0, 0, [0], null),
  'rule index out of range': row('c', 1, 0, 0, [0], [0]),
  'cost as text': row('c', 1, '0', 0, [0], []),
  'cost as null': row('c', 1, null, 0, [0], []),
  'cost beyond 2^53': row('c', 1, 9_007_199_254_740_991, 0, [0], []),
  'risk below zero': row('c', 1, 0, -1, [0], []),
  'hop count as text': row('c', '1', 0, 0, [0], []),
  'candidate id that is a number': row(7, 1, 0, 0, [0], []),
  'candidate id in Chinese': row('候选-é-😀', 1, 0, 0, [0], []),
  'pair status missing': hop({ pair_status: undefined }),
  'posture missing': hop({ posture: undefined }),
  'posture null': hop({ posture: null }),
  'age as text': hop({ age_ratio_ppm: '0' }),
  'age missing': hop({ age_ratio_ppm: undefined }),
  'connector_known as text': hop({ connector_known: 'true' }),
  'connector_known missing': hop({ connector_known: undefined }),
  'connector_id missing': hop({ connector_id: undefined }),
  'provider id empty': hop({ provider_id: '' }),
  'provider id null and no pair': hop({ provider_id: null, pair_status: null }),
  'hop null': { hops: [null] },
  'hops missing': without('hops'),
  'rules missing': without('rules'),
  'candidates missing': without('candidates'),
  'candidates as an object': { candidates: { a: ['c', 1, 0, 0, [0], []] } },
  'limits missing': without('limits'),
  'limits null': { limits: null },
  'limit as text': { limits: { ...LIMITS, max_hops: '6' } },
  'limits without postures': { limits: { ...LIMITS, allowed_postures: undefined } },
  'limits with a posture nobody knows': { limits: { ...LIMITS, allowed_postures: ['verified', 'famous'] } },
  'request id missing': without('request_id'),
}

/** Intents of data/requests.json that between them meet every code of the policy that today's data can raise. */
const INTENTS = ['req-001', 'req-002', 'req-003', 'req-006', 'req-011', 'req-013']

function fromIntents(): { readonly name: string; readonly input: PolicyInput }[] {
  const snapshot = compileSnapshot(readDataset())
  const intents = JSON.parse(readFileSync(new URL('../data/requests.json', import.meta.url), 'utf8')) as PaymentIntent[]
  return intents.filter(({ id }) => INTENTS.includes(id)).map((intent) => {
    const { facts, limits } = propose(snapshot, intent, { data_age: 'of_the_moment' })
    return { name: intent.id, input: buildInput(facts, limits, 'recorded') }
  })
}

/** All recorded questions, in the order of their files. */
function questions(): Record<string, readonly { readonly name: string; readonly input: PolicyInput }[]> {
  return {
    'cases.json': [{ name: 'every case', input: buildInput(CASE_FACTS, LIMITS, 'recorded') }],
    'intents.json': fromIntents(),
    'malformed.json': Object.entries(MALFORMED).map(([name, change]) => ({ name, input: { ...clean, ...change } as PolicyInput })),
  }
}

/** Every recorded batch of every file, with the file's name. */
export function recordedBatches(): readonly (RecordedBatch & { readonly file: string })[] {
  return readdirSync(FIXTURES).sort().flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as RecordedBatch[]).map((batch) => ({ ...batch, file })))
}

/** The verdicts in an answer, or null where the policy had none to give. */
export function verdictsOf(answer: unknown): unknown {
  const result = (answer as { result?: { verdicts?: unknown } } | null | undefined)?.result
  return result?.verdicts ?? null
}

if (import.meta.main) {
  const ask = askWasm(new Uint8Array(readFileSync(new URL('../policies/flowclaw.wasm', import.meta.url))))
  for (const [file, list] of Object.entries(questions())) {
    const recorded: RecordedBatch[] = []
    for (const { name, input } of list) {
      const answer = await ask(input).catch(() => null)
      recorded.push({ name, input, verdicts: verdictsOf(answer) })
    }
    writeFileSync(new URL(file, FIXTURES), `[\n${recorded.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`)
  }
}
