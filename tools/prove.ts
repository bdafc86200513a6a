/**
 * `npm run prove [-- --short] [--seed N] [--queries N] [--only fuzz|database|statements|functions]`. Four proofs that tenants stay apart:
 * random SQL as the serving roles in one tenant's context, next to another tenant whose every value is a canary; each protection of the catalog taken
 * away; each predicate on a tenant or a merchant taken out of what the API sends; each condition taken
 * out of a SECURITY DEFINER function. Prints what it did; exits 1 at a leak or a mutant that nobody noticed.
 */
import { parseArgs } from 'node:util'
import { killDatabaseMutants } from './prove/database-mutants.ts'
import { fuzz, shareWithRows } from './prove/fuzz.ts'
import { killFunctionMutants } from './prove/function-mutants.ts'
import { killStatementMutants } from './prove/statement-mutants.ts'

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false }, seed: { type: 'string' }, queries: { type: 'string' }, only: { type: 'string' } } })
const seed = Number(values.seed ?? 1)
const queries = Number(values.queries ?? (values.short ? 1_000 : 100_000))
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(queries) || queries < 1) throw new Error('--seed and --queries take whole numbers')
if (values.only !== undefined && !['fuzz', 'database', 'statements', 'functions'].includes(values.only)) throw new Error('--only takes fuzz, database, statements or functions')
const wanted = (part: string): boolean => values.only === undefined || values.only === part
const nth = values.short ? 25 : 1
const say = (line: string): void => { process.stderr.write(`${line}\n`) }
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const started = performance.now()
let broken = 0

if (wanted('fuzz')) {
  const result = await fuzz({ seed, queries, say })
  for (const [kind, c] of Object.entries(result.kinds)) print(`${kind.padEnd(18)} ${String(c.sent).padStart(7)} sent ${String(c.answered).padStart(7)} answered ${String(c.with_rows).padStart(7)} with rows ${String(c.refused).padStart(7)} refused ${String(c.failed).padStart(7)} failed`)
  print(`fuzz: ${result.queries} random queries (seed ${result.seed}) beside ${result.rows_of_b} rows of another tenant: ${(shareWithRows(result) * 100).toFixed(0)} % of the reads answered rows, ${result.undecided} were refused where a database without it had no row to refuse, ${result.leaks.length} leaks`)
  for (const leak of result.leaks) print(`LEAK ${leak}`)
  broken += result.leaks.length
}
if (wanted('database')) {
  const result = await killDatabaseMutants({ nth, say })
  for (const [group, by] of Object.entries(result.killed)) print(`${group.padEnd(18)} noticed by probes ${String(by.probes).padStart(4)}, rules ${String(by.rules).padStart(4)}, schema.sql ${String(by.record).padStart(4)}`)
  print(`database: ${result.mutants} protections taken away, ${result.survivors.length} unnoticed`)
  for (const survivor of result.survivors) print(`SURVIVOR ${survivor}`)
  broken += result.survivors.length
}
// A part of the operations proves nothing of their predicates, so the short form leaves this out.
if (wanted('statements') && !values.short) {
  const result = await killStatementMutants({ say })
  print(`statements: ${result.statements} different ones tried ${result.tries} times without row-level security: ${result.leaning.length} lean on it; ${result.mutants} predicates taken out, ${result.survivors.length} unnoticed`)
  for (const survivor of [...result.leaning.map((text) => `leans on row-level security: ${text}`), ...result.survivors]) print(`SURVIVOR ${survivor}`)
  broken += result.leaning.length + result.survivors.length
}
if (wanted('functions')) {
  const result = await killFunctionMutants({ nth: values.short ? 6 : 1, say })
  print(`functions: ${result.mutants} conditions taken out of ${result.functions} SECURITY DEFINER functions, noticed by the answer ${result.noticed.answer}, by own rows ${result.noticed['own rows']}, by rows of others ${result.noticed['rows of others']}; ${result.excused} without effect, each named with its reason; ${result.survivors.length} unnoticed`)
  for (const survivor of [...result.survivors, ...result.leaning]) print(`SURVIVOR ${survivor}`)
  broken += result.survivors.length + result.leaning.length
}
print(`${((performance.now() - started) / 1000).toFixed(0)} s`)
process.exitCode = broken === 0 ? 0 : 1
