import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import type { RouteSessionRow } from '../../api/types.ts'
import { dueOf, groupsOf } from './groups.ts'

const row = (state: RouteSessionRow['state'], needs_me = false): RouteSessionRow => ({
  id: `${state}-${needs_me}`, reference: 'FC-1', state, outcome: null, conditional: false, degraded: false, needs_me, action: null, due_at: null, merchant_name: 'M',
  supplier_name: 'S', supplier_name_zh: null, corridor_id: 'ng-cn', description: 'd', sends: null, receives: null, cost_bps: null,
  requested_at: '2026-09-29T09:00:00+01:00', version: 1,
})

// Guarantee: no row of the queue is lost or shown twice, whatever its state.
test('every row stands in exactly one group', () => {
  const rows = SESSION_STATES.flatMap((state) => [row(state), row(state, true)])
  const grouped = groupsOf(rows).flatMap((group) => group.rows.map((each) => each.id))
  assert.deepEqual([...grouped].sort(), rows.map((each) => each.id).sort())
  assert.equal(groupsOf(rows)[0]!.key, 'action')
})

// Guarantee: a due time is read off the market clock, and a row that waits on the merchant says that its clock is paused.
test('due times', () => {
  const now = Date.parse('2026-09-29T08:00:00Z')
  const due = (at: string) => dueOf({ ...row('accepted', true), due_at: at }, now)
  assert.deepEqual(due('2026-09-29T07:54:00Z'), { text: '−6 min', note: 'overdue', look: 'overdue' })
  assert.deepEqual(due('2026-09-29T10:05:00Z'), { text: '2 h 05', note: 'to decide', look: 'soon' })
  assert.equal(dueOf(row('recommended'), now).text, 'Paused')
  assert.equal(dueOf({ ...row('accepted', true), due_at: null }, now).text, '—')
})
