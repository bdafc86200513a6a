import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { changesBetween } from './changes.ts'

const session = (change: object): DeskRouteSession => ({ state: 'accepted', timeline: [], offer: { content_version: 1 }, approval: { content_version: 1, given: [] }, payee_details: 'confirmed', ...change } as unknown as DeskRouteSession)
const execution = (version: number, state: string, moves: readonly object[] = []): Execution => ({ steps: [{ id: 's', position: 1, version, state, moves }] } as unknown as Execution)

// Guarantee: whoever was too late reads who did what, and never an empty notice.
test('what changed since it was read', () => {
  const before = { session: session({}), execution: execution(1, 'ready') }
  const given = [{ user_id: 'u', name: 'J. Lind', content_version: 1 }]
  assert.deepEqual(changesBetween(before, { session: session({ state: 'approved', timeline: [{ what: 'The desk approved.', who: 'J. Lind' }], approval: { content_version: 1, given } }), execution: before.execution }), ['The desk approved. By J. Lind.', 'J. Lind approved.'])
  assert.deepEqual(changesBetween(before, { session: session({ payee_details: 'held', offer: { content_version: 2 } }), execution: null }), ['Another offer stands. Approvals of the one before have no force.', 'The supplier’s bank details changed.'])
  assert.deepEqual(changesBetween(before, { session: session({}), execution: execution(2, 'in_progress', [{ who: 'M. Ortiz' }]) }), ['Step 1 is in progress now, by M. Ortiz.'])
  assert.deepEqual(changesBetween(before, before), ['Somebody acted on it meanwhile.'])
})
