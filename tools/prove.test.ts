import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, shareWithRows } from './prove/fuzz.ts'
import { KINDS } from './prove/random-queries.ts'

const SHORT = { queries: 1_000, seed: 1 } as const

// Guarantee: a thousand random statements of one tenant see and change nothing of another, and are answered as if it did not exist; most of the reads among them answer rows, so that there was something to see.
test('random queries see and change nothing of another tenant', async () => {
  const result = await fuzz(SHORT)
  assert.deepEqual(result.leaks, [])
  assert.equal(result.queries, SHORT.queries)
  assert.ok(result.rows_of_b >= 150, `${result.rows_of_b} rows to see`)
  assert.ok(shareWithRows(result) > 0.4, `only ${shareWithRows(result)} of the reads answered rows`)
  for (const kind of KINDS) assert.ok(result.kinds[kind].sent >= 10, `${kind}: ${result.kinds[kind].sent}`)
  assert.ok(result.undecided < SHORT.queries / 10, `${result.undecided} undecided`)
})

// Guarantee: the same seed sends the same statements, so that a leak can be looked at again.
test('a run is replayed by its seed', async () => {
  const kindsOf = async () => Object.values((await fuzz({ queries: 200, seed: 4 })).kinds).map(({ sent }) => sent)
  assert.deepEqual(await kindsOf(), await kindsOf())
})

// Guarantee: the thousand are enough to find a policy that is missing, widened or switched off, on one table alone.
test('a planted leak is found', async () => {
  for (const leak of [
    'drop policy tenant_signed on merchants', 'alter table route_sessions disable row level security',
    'drop policy tenant_signed on suppliers; create policy oops on suppliers using (true)', 'drop policy tenant_signed on desk_fee_rules; create policy oops on desk_fee_rules for update using (true)',
  ]) assert.ok((await fuzz({ ...SHORT, leak })).leaks.length > 0, leak)
})
