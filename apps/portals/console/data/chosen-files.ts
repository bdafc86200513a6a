/** Files that somebody chose, as an import wants them. */
import type { MarketDataFileName } from '../../api/types.ts'

// The contract's own list would bring its schemas into the browser; the type keeps the two the same.
export const FILE_NAMES = Object.keys({ 'corridors.json': 0, 'providers.json': 0, 'estimates.json': 0, 'rates.json': 0, 'facts.md': 0 } satisfies Record<MarketDataFileName, 0>) as MarketDataFileName[]
const isName = (name: string): name is MarketDataFileName => (FILE_NAMES as readonly string[]).includes(name)

export type Texts = { readonly [name in MarketDataFileName]?: string }
type Chosen = { readonly name: string; readonly bytes: ArrayBuffer }

/** The texts of what was chosen, and a sentence for each file that cannot be taken. One file of another name may be a bundle: a JSON object of file name and text. */
export function textsOf(chosen: readonly Chosen[]): { readonly texts: Texts; readonly wrong: readonly string[] } {
  const texts: { [name in MarketDataFileName]?: string } = {}
  const wrong: string[] = []
  for (const { name, bytes } of chosen) {
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      wrong.push(`${name} is not a text in UTF-8.`)
      continue
    }
    if (isName(name)) texts[name] = text
    else {
      const bundle = chosen.length === 1 ? bundleOf(text) : null
      if (bundle === null) wrong.push(`${name} is none of the five files${chosen.length === 1 ? ' and no bundle of them' : ''}.`)
      else Object.assign(texts, bundle)
    }
  }
  return { texts, wrong }
}

function bundleOf(text: string): Texts | null {
  let value: unknown
  try { value = JSON.parse(text) } catch { return null }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([name, content]) => isName(name) && typeof content === 'string') ? (value as Texts) : null
}

/** The files still to choose. */
export const missingOf = (texts: Texts): readonly MarketDataFileName[] => FILE_NAMES.filter((name) => texts[name] === undefined)
