/**
 * `npm run prove [-- --short] [--seed N] [--queries N]`: random SQL as the serving roles in one tenant's context, next to another tenant whose every
 * value is a canary. Prints what it sent and what came back; exits 1 when anything of the other tenant was seen or changed.
 */
import { parseArgs } from 'node:util'
import { fuzz, shareWithRows } from './prove/fuzz.ts'

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false }, seed: { type: 'string' }, queries: { type: 'string' } } })
const seed = Number(values.seed ?? 1)
const queries = Number(values.queries ?? (values.short ? 1_000 : 100_000))
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(queries) || queries < 1) throw new Error('--seed and --queries take whole numbers')

const started = performance.now()
const result = await fuzz({ seed, queries, say: (line) => process.stderr.write(`${line}\n`) })
const lines = Object.entries(result.kinds).map(([kind, c]) => `${kind.padEnd(18)} ${String(c.sent).padStart(7)} sent ${String(c.answered).padStart(7)} answered ${String(c.with_rows).padStart(7)} with rows ${String(c.refused).padStart(7)} refused ${String(c.failed).padStart(7)} failed`)
process.stdout.write(`${lines.join('\n')}\n${result.queries} random queries (seed ${result.seed}) beside ${result.rows_of_b} rows of another tenant in ${((performance.now() - started) / 1000).toFixed(0)} s: ${(shareWithRows(result) * 100).toFixed(0)} % of the reads answered rows, ${result.undecided} were refused where a database without it had no row to refuse, ${result.leaks.length} leaks\n`)
for (const leak of result.leaks) process.stdout.write(`LEAK ${leak}\n`)
process.exitCode = result.leaks.length === 0 ? 0 : 1
