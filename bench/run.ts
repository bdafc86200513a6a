/**
 * `npm run bench [-- --json] [--only engine|policy|http|existence] [--seconds N]`: fixed workloads against named baselines in the same run. Writes
 * bench/results/latest.json and prints it (`--only existence` writes its own file); the figures are proportions of one machine in one sitting, not promises.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchEngine } from './engine.ts'
import { benchExistence } from './existence.ts'
import { benchHttp } from './http.ts'
import type { Figure } from './measure.ts'
import { benchPolicy } from './policy.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, seconds: { type: 'string', default: '30' } } })
const say = (line: string): void => { process.stderr.write(`${line}\n`) }
const wanted = (part: string): boolean => values.only === undefined || values.only === part

function write(name: string, measured: readonly Figure[]): void {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ node: process.version, cores: cpus().length, figures: measured }, null, 2)}\n`)
}

const figures: Figure[] = []
if (wanted('engine')) figures.push(...benchEngine(say))
if (wanted('policy')) figures.push(...await benchPolicy(say))
if (wanted('http')) figures.push(...await benchHttp(Number(values.seconds), say))

if (wanted('existence')) {
  const existence = await benchExistence(say)
  figures.push(...existence)
  // On its own it has its own file, so that it can be committed without measuring everything else again.
  if (values.only === 'existence') write('existence', existence)
}

if (values.only === undefined) write('latest', figures)
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  const width = Math.max(...figures.map((f) => f.id.length))
  for (const f of figures) process.stdout.write(`${f.id.padEnd(width)}  ${String(f.value).padStart(10)} ${f.unit}${f.baseline ? `  (against ${f.baseline})` : ''}\n`)
}
