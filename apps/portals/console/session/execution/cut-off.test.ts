import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilCutOff } from './cut-off.ts'

// Guarantee: the countdown says how long is left in the largest units that matter, warns before it is too late, and never goes below nothing.
test('the countdown to a cut-off', () => {
  const left = (now: string) => untilCutOff('2026-09-30T09:00:00+08:00', Date.parse(now))
  assert.deepEqual(left('2026-09-29T16:00:00+08:00'), { text: '17 h 00 min to cut-off', tone: 'attention' })
  assert.deepEqual(left('2026-09-30T08:55:51+08:00'), { text: '4 min 09 s to cut-off', tone: 'danger' })
  assert.deepEqual(left('2026-09-30T08:30:00+08:00'), { text: '30 min to cut-off', tone: 'danger' })
  assert.deepEqual(left('2026-09-28T05:00:00+08:00'), { text: '2 d 4 h to cut-off', tone: 'info' })
  assert.deepEqual(left('2026-09-30T09:00:00+08:00'), { text: 'Past the cut-off', tone: 'danger' })
  assert.deepEqual(left('2026-10-02T09:00:00+08:00'), { text: 'Past the cut-off', tone: 'danger' })
})
