/** One sentence of what was found, for a list of the desk. Pure. */
import type { Candidate } from '#contracts/routing.ts'
import type { Routed } from './route-intent.ts'

/** `routed` is null where policy did not answer. */
export function whyOfDecision(routed: Pick<Routed, 'decided' | 'decision'> | null, recommended: Candidate | null): string {
  if (routed === null) return 'Policy did not answer.'
  if (recommended === null) return whyNone(routed)
  if (recommended.conditions.length === 0) return 'Ready, no paper missing.'
  const families = recommended.conditions.map(({ code }) => code.split(':', 1)[0]!)
  const count = (wanted: readonly string[]): number => families.filter((family) => wanted.includes(family)).length
  const parts = [
    counted(count(['missing']), 'paper missing', 'papers missing'), counted(count(['review', 'pair_review']), 'review needed', 'reviews needed'),
    counted(count(['stale']), 'price stale', 'prices stale'), counted(count(['above_guidance']), 'leg above guidance', 'legs above guidance'),
  ].filter((part) => part !== '')
  return `Conditional: ${parts.join(', ')}.`
}

function whyNone({ decided, decision }: Pick<Routed, 'decided' | 'decision'>): string {
  const { refused } = decision.counts
  const most = Object.entries(decision.refusals).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]
  if (most === undefined) return 'No route leads to the supplier.'
  const [code, times] = most
  const words = wordsOf(decided, code)
  if (refused === 1) return `The only route is refused: ${words}`
  return `All ${refused} routes refused${times === refused ? '' : `, most often (${times})`}: ${words}`
}

/** A reason in the words that every refused candidate of it carries, then its code. A row of a list has space for the first clause of a rule and its id; the whole stands in the session. */
function wordsOf(decided: Routed['decided'], code: string): string {
  const refused = decided.judged.find(({ refusals }) => refusals.includes(code))!
  const { sentence } = decided.describe(refused.candidate.id)!.refusals.find((reason) => reason.code === code)!
  const rule = /^(?:restricted|prohibited):(.+)$/.exec(code)?.[1]
  return `${(rule === undefined ? sentence : sentence.split(/[.:;] /, 1)[0]!).replace(/\.$/, '')} (${rule ?? code}).`
}

const counted = (n: number, one: string, many: string): string => (n === 0 ? '' : n === 1 ? `1 ${one}` : `${n} ${many}`)
