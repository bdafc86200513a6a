/** Rates pasted from a sheet: a line each of provider, pair, price and time. Checked whole: what cannot be read is said line by line, and then nothing is taken. */
import type { QuoteSource, Rate } from '../../api/types.ts'
import { filledOf, plainNumber, type Drafts } from './draft.ts'

export type PasteProblem = { readonly line: number; readonly text: string; readonly message: string }
export type Pasted = { readonly drafts: Drafts; readonly problems: readonly PasteProblem[] }

export const LINES_MAX = 100

/** Whether a text is of a sheet, and not a number for one cell. */
export const isSheet = (text: string): boolean => /[\t\n]/.test(text.trim()) || text.split(',').length >= 3

/** A line's cells: by tabs where there are any, else by commas, with quotes around a cell that holds one. */
function cellsOf(line: string): string[] {
  if (line.includes('\t')) return line.split('\t').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  return [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1]?.replaceAll('""', '"') ?? m[2] ?? '').trim())
}

const folded = (text: string): string => text.trim().toLowerCase()
const pairOf = (text: string): string => text.toUpperCase().split(/\s*(?:→|->|\/|-|>|\bTO\b)\s*|\s+/).filter(Boolean).join(' ')

export function readPaste(text: string, rates: readonly Rate[], source: QuoteSource): Pasted {
  const lines = text.replaceAll('\r', '').split('\n').map((line, at) => ({ line: at + 1, text: line })).filter((each) => each.text.trim() !== '')
  const problems: PasteProblem[] = []
  const drafts: Record<string, Drafts[string]> = {}
  for (const each of lines.slice(0, LINES_MAX)) {
    const [provider = '', pair = '', price = '', time = ''] = cellsOf(each.text)
    if (each.line === 1 && /^provider$/i.test(provider)) continue
    const say = (message: string) => { problems.push({ ...each, message }) }
    const own = rates.filter((rate) => folded(rate.provider_id) === folded(provider) || folded(rate.provider_name) === folded(provider))
    if (own.length === 0) { say(`No provider is called “${provider}”.`); continue }
    const found = own.filter((rate) => `${rate.from} ${rate.to}` === pairOf(pair))
    if (found.length === 0) { say(`This provider has no “${pair}”.`); continue }
    if (found.length > 1) { say('More than one leg is meant. Type it in the row.'); continue }
    const rate = found[0]!
    if (drafts[rate.leg] !== undefined) { say('The same leg stands on two lines.'); continue }
    const bps = /\s*bps$/i.test(price)
    const draft = { as: price === '=' ? 'unchanged' as const : bps ? 'bps' as const : 'price' as const, text: price === '=' ? '' : plainNumber(price.replace(/\s*bps$/i, '')), time: time.slice(0, 5), source }
    const { problem } = filledOf(rate, draft)
    if (problem !== null) { say(problem); continue }
    drafts[rate.leg] = draft
  }
  if (lines.length > LINES_MAX) problems.push({ line: LINES_MAX + 1, text: '', message: `More than ${LINES_MAX} lines. Paste the rest after saving these.` })
  return { drafts: problems.length > 0 ? {} : drafts, problems }
}
