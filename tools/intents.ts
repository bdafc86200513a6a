/** `npm run intents -- FILE [--json]`: a file of intents against engine and policy without a server. Exits 1 when an expectation fails. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { PaymentIntent } from '#contracts/routing.ts'
import { compileSnapshot } from '#orchestrator/index.ts'
import { IntentError } from '#orchestrator/intent-context.ts'
import { routeIntent } from '#orchestrator/route-intent.ts'
import { openPolicy } from '#policy/index.ts'
import { checkExpectations, Expectations } from './intents/expectations.ts'
import { reportOf, table, type Report } from './intents/report.ts'
import { readDataset } from './read-dataset.ts'

/** What a file may say beside the intent itself: notes for people, and what must hold of the answer. */
const IntentInFile = Type.Object({
  ...PaymentIntent.properties,
  note: Type.Optional(Type.String()),
  synthetic: Type.Optional(Type.Boolean()),
  pain_point: Type.Optional(Type.Object({ summary: Type.String(), facts: Type.Array(Type.String()) }, { additionalProperties: false })),
  expect: Type.Optional(Expectations),
}, { additionalProperties: false })
type IntentInFile = Static<typeof IntentInFile>
const check = Compile(Type.Array(IntentInFile))

function readIntents(file: string): IntentInFile[] {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (check.Check(content)) return content
  const lines = check.Errors(content).slice(0, 20).map(({ instancePath, message, params }) => {
    const [, index, ...field] = instancePath.split('/')
    const id = Array.isArray(content) ? (content as { id?: unknown }[])[Number(index)]?.id : undefined
    return `${file}: ${id ?? `intent ${index ?? ''}`}: ${field.join('.') || '(itself)'}: ${message} ${JSON.stringify(params)}`
  })
  throw new Error(lines.join('\n'))
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
  const file = positionals[0]
  if (file === undefined || positionals.length > 1) {
    process.stderr.write('usage: npm run intents -- FILE [--json]\n')
    return 2
  }
  const snapshot = compileSnapshot(readDataset())
  const policy = await openPolicy({})
  const reports: Report[] = []
  try {
    for (const { note: _note, synthetic: _synthetic, pain_point: _pain, expect, ...intent } of readIntents(file)) {
      // The data of a file's intents is of the moment they were made; what policy says about modes has no part here.
      const routed = await routeIntent(snapshot, intent, (facts, limits) => policy.judge(facts, limits, intent.id), { data_age: 'of_the_moment', simulation: false })
      if (!routed.ok) throw new Error(`${intent.id}: policy unavailable: ${routed.error.cause}`)
      const report = reportOf(intent.id, routed.value)
      reports.push({ ...report, expectations: checkExpectations(routed.value, report, expect ?? {}) })
    }
  } catch (error) {
    if (!(error instanceof IntentError)) throw error
    throw new Error(`${file}: ${error.field}: ${error.message}`)
  }
  const failed = reports.flatMap((r) => r.expectations.filter((e) => !e.holds))
  process.stdout.write(values.json ? `${JSON.stringify(reports, null, 2)}\n` : table(reports))
  return failed.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
