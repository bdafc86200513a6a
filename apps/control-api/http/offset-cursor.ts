/** Cursors of lists that never change while they are read (a decision's candidates, the providers of a snapshot): a position, checked. */
import { ProblemError } from '#api/problems.ts'

const CURSOR = /^at-([0-9]{1,6})$/

export type OffsetPage<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }

export function pageOf<T>(items: readonly T[], cursor: string | undefined, limit: number): OffsetPage<T> {
  const from = positionOf(cursor)
  if (from > items.length) throw new ProblemError('invalid_cursor', { field: '/cursor' })
  const to = from + limit
  return { items: items.slice(from, to), next_cursor: to < items.length ? Buffer.from(`at-${to}`).toString('base64url') : null }
}

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const match = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (match === null) throw new ProblemError('invalid_cursor', { field: '/cursor' })
  return Number(match[1])
}
