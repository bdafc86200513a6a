/** The rows of data/facts.md: what public sources say, and where. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FactRow } from '#database/index.ts'

/** Every fact of the folder's facts.md, in order. Throws on a table row that is not one. */
export function readFacts(folder: string): FactRow[] {
  const lines = readFileSync(join(folder, 'facts.md'), 'utf8').split('\n').filter((line) => /^\| *F[0-9]/.test(line))
  const facts = lines.map((line): FactRow => {
    const cells = line.replaceAll('\\|', '\u0000').split('|').slice(1, -1).map((cell) => cell.replaceAll('\u0000', '|').trim())
    const [id, statement, value, unit, date, source, confidence] = cells as [string, ...string[]]
    if (cells.length !== 7 || !/^F[0-9]{3}$/.test(id) || !statement || !source) throw new Error(`facts.md: not a fact: ${line.slice(0, 60)}`)
    return { id, statement, value: value || null, unit: unit || null, date: date || null, source, url: /^https?:\/\/\S+$/.exec(source)?.[0] ?? null, confidence: confidence || null }
  })
  if (new Set(facts.map((fact) => fact.id)).size !== facts.length) throw new Error('facts.md: an id is given twice')
  return facts
}
