import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TAMPERINGS, tamper } from './audit-tamper.ts'

// Guarantee: whatever the owner of the tables edits, deletes, reorders, truncates or forks, at whatever place, is found at its exact number. A hundredth of `npm run audit:tamper`.
test('100 of 100 tamperings by the database owner are found', async () => {
  const { found, missed } = await tamper({ tries: 100, seed: 20_260_929 })
  assert.deepEqual(missed, [])
  for (const kind of TAMPERINGS) assert.ok(found[kind][1] >= 12 && found[kind][0] === found[kind][1], kind)
})
