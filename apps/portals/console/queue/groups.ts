/** The queue's groups, in the order in which a desk works. Pure; the API has sorted the rows already. */
import type { RouteSessionRow } from '../../api/types.ts'
import { WITH_MERCHANT } from '../words.ts'

export type Group = { readonly key: 'action' | 'merchant' | 'moving' | 'done'; readonly title: string; readonly note: string; readonly rows: readonly RouteSessionRow[] }

const CLOSED: ReadonlySet<RouteSessionRow['state']> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])

/** Every row in exactly one group; empty groups are left out. */
export function groupsOf(rows: readonly RouteSessionRow[]): readonly Group[] {
  const groups: Group[] = [
    { key: 'action', title: 'ACTION', note: 'need you, sorted by due time', rows: rows.filter((row) => row.needs_me) },
    { key: 'merchant', title: 'Waiting on merchant', note: 'the desk’s clock is paused', rows: rows.filter((row) => !row.needs_me && WITH_MERCHANT.has(row.state)) },
    { key: 'moving', title: 'Moving', note: 'nothing for you now', rows: rows.filter((row) => !row.needs_me && !WITH_MERCHANT.has(row.state) && !CLOSED.has(row.state)) },
    { key: 'done', title: 'Done', note: 'closed sessions', rows: rows.filter((row) => !row.needs_me && CLOSED.has(row.state)) },
  ]
  return groups.filter((group) => group.rows.length > 0)
}

export type Due = { readonly text: string; readonly note: string; readonly look: 'overdue' | 'soon' | 'paused' | 'none' }

/** When a row is due, read off the market clock: "−6 min, overdue", "24 min, to decide", "Paused". */
export function dueOf(row: Pick<RouteSessionRow, 'due_at' | 'state' | 'needs_me'>, now: number): Due {
  if (!row.needs_me && WITH_MERCHANT.has(row.state)) return { text: 'Paused', note: 'with merchant', look: 'paused' }
  if (row.due_at === null) return { text: '—', note: 'no due time', look: 'none' }
  const minutes = Math.round((Date.parse(row.due_at) - now) / 60_000)
  const size = Math.abs(minutes)
  const span = size < 60 ? `${size} min` : size < 1_440 ? `${Math.floor(size / 60)} h ${String(size % 60).padStart(2, '0')}` : `${Math.round(size / 1_440)} d`
  return minutes < 0 ? { text: `−${span}`, note: 'overdue', look: 'overdue' } : { text: span, note: 'to decide', look: 'soon' }
}
