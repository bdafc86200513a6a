/** A list made of several, one after the other (what needs me, then what waits, then what is done), behind one opaque cursor. */
import { ProblemError } from '#api/problems.ts'

type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }

/** Fills one page from phase 0 on; the cursor remembers the phase and its own cursor. */
export async function inPhases<T>(
  count: number, cursor: string | undefined, limit: number, read: (phase: number, room: number, cursor: string | null) => Promise<Page<T>>,
): Promise<{ items: T[]; next_cursor: string | null }> {
  let { phase, at } = startOf(cursor, count)
  const items: T[] = []
  while (phase < count && items.length < limit) {
    const page = await read(phase, limit - items.length, at)
    items.push(...page.items)
    at = page.next_cursor
    if (at === null) phase++
  }
  return { items, next_cursor: phase < count ? `${phase}.${at ?? ''}` : null }
}

function startOf(cursor: string | undefined, count: number): { phase: number; at: string | null } {
  if (cursor === undefined) return { phase: 0, at: null }
  const match = /^([0-9])\.(.*)$/.exec(cursor)
  if (match === null || Number(match[1]) >= count) throw new ProblemError('invalid_cursor', { field: '/cursor' })
  return { phase: Number(match[1]), at: match[2] === '' ? null : match[2]! }
}
