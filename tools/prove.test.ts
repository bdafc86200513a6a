import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUPS, killDatabaseMutants } from './prove/database-mutants.ts'
import { fuzz, shareWithRows } from './prove/fuzz.ts'
import { KINDS } from './prove/random-queries.ts'
import { killStatementMutants, withoutPredicate } from './prove/statement-mutants.ts'

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
  const kindsOf = async () => Object.values((await fuzz({ queries: 100, seed: 4 })).kinds).map(({ sent }) => sent)
  assert.deepEqual(await kindsOf(), await kindsOf())
})

// Guarantee: two thousand are enough to find a policy that is missing, widened or switched off, on one table alone.
test('a planted leak is found', async () => {
  for (const leak of [
    'drop policy tenant_signed on merchants', 'drop policy tenant_signed on suppliers; create policy oops on suppliers using (true)',
  ]) assert.ok((await fuzz({ ...SHORT, queries: 2_000, leak })).leaks.length > 0, leak)
})

// Guarantee: a protection of the catalog that is taken away is noticed by the rules, a probe, or the committed schema; here every 60th of all, in `npm run prove` each.
test('a protection that is taken away is noticed', async () => {
  const { mutants, killed, survivors } = await killDatabaseMutants({ nth: 60 })
  assert.deepEqual(survivors, [])
  assert.ok(mutants >= 10, `${mutants} mutants`)
  assert.equal(GROUPS.reduce((sum, group) => sum + killed[group].rules + killed[group].probes + killed[group].record, 0), mutants)
})

// Guarantee: what the API sends names its tenant in every WHERE, so that it answers the same without row-level security and beside a twin with the same ids; here by every 9th operation, in `npm run prove` by all, with each predicate taken out.
test('statements hold without row-level security', async () => {
  const { leaning, statements, mutants, survivors } = await killStatementMutants({ nth: 9 })
  assert.deepEqual(leaning, [])
  assert.ok(statements >= 5, `${statements} statements`)
  assert.ok(survivors.length < mutants / 2, `${survivors.length} of ${mutants} predicates could be left out unnoticed`)
})

// Guarantee: a mutant is the statement without exactly one predicate, whoever wrote it.
test('a mutant lacks one predicate', () => {
  const text = 'select 1 from a join b on b.tenant_id = a.tenant_id where a."tenant_id" = $1 and ($2::uuid is null or a.merchant_id = $2)'
  assert.equal(withoutPredicate(text, 0), text.replace('b.tenant_id = a.tenant_id', 'true'))
  assert.equal(withoutPredicate(text, 1), text.replace('a."tenant_id" = $1', '($1::uuid is not null or $1::uuid is null)'))
  assert.equal(withoutPredicate(text, 2), text.replace('a.merchant_id = $2', '($2::uuid is not null or $2::uuid is null)'))
})
