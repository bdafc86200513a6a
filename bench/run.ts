/**
 * `npm run bench [-- --json] [--only engine|policy|http] [--seconds N]`: fixed workloads against named baselines in the same run. Writes
 * bench/results/latest.json and prints it; the figures are proportions of one machine in one sitting, not promises.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchEngine } from './engine.ts'
import { benchHttp } from './http.ts'
import type { Figure } from './measure.ts'
import { benchPolicy } from './policy.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, seconds: { type: 'string', default: '30' } } })
const say = (line: string): void => { process.stderr.write(`${line}\n`) }
const wanted = (part: string): boolean => values.only === undefined || values.only === part

const figures: Figure[] = []
if (wanted('engine')) figures.push(...benchEngine(say))
if (wanted('policy')) figures.push(...await benchPolicy(say))
if (wanted('http')) figures.push(...await benchHttp(Number(values.seconds), say))

if (values.only === undefined) {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify({ node: process.version, cores: cpus().length, figures }, null, 2)}\n`)
}
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  const width = Math.max(...figures.map((f) => f.id.length))
  for (const f of figures) process.stdout.write(`${f.id.padEnd(width)}  ${String(f.value).padStart(10)} ${f.unit}${f.baseline ? `  (against ${f.baseline})` : ''}\n`)
}
