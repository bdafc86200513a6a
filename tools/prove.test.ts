import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUPS, killDatabaseMutants } from './prove/database-mutants.ts'
import { killFunctionMutants } from './prove/function-mutants.ts'
import { fuzz, shareWithRows } from './prove/fuzz.ts'
import { predicatesOf, without } from './prove/predicates.ts'
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

// Guarantee: six thousand are enough to find a policy that is missing, widened or switched off, on one table alone: one in some hundreds meets it, and a new table is another stream.
test('a planted leak is found', async () => {
  for (const leak of [
    'drop policy tenant_signed on merchants', 'drop policy tenant_signed on suppliers; create policy oops on suppliers using (true)',
  ]) assert.ok((await fuzz({ ...SHORT, queries: 6_000, leak })).leaks.length > 0, leak)
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

// Guarantee: a condition that is taken out of a SECURITY DEFINER function is noticed by an answer or a changed row, in one of the states in which things can stand; here every 15th, in `npm run prove` each.
test('functions that read across tenants need each of their conditions', async () => {
  const { functions, mutants, survivors, leaning } = await killFunctionMutants({ nth: 15 })
  assert.deepEqual([...survivors, ...leaning], [])
  assert.ok(functions >= 40 && mutants >= 15, `${mutants} conditions of ${functions} functions`)
})

// Guarantee: a function that lost its tenant is found by what stands in another company, and one of which nothing is known stops the run with what to add.
test('a function without its tenant is found', async () => {
  const open = (body: string, takes = '') => `create or replace function fc.open_door(${takes}) returns setof uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$ ${body} $$; alter function fc.open_door owner to fc_auth`
  const look = async (leak: string) => (await killFunctionMutants({ only: ['open_door'], leak })).leaning
  assert.match((await look(open('select user_id from memberships where ended_at is null order by 1'))).join(), /open_door looks at or changes rows of another company/)
  assert.deepEqual(await look(open('select user_id from memberships where tenant_id = fc.tid() and ended_at is null order by 1')), [])
  await assert.rejects(look(open('select user_id from memberships where user_id = p_unheard_of', 'p_unheard_of uuid')), /parameter p_unheard_of .* ARGUMENTS/)
})

// Guarantee: the conditions of a body are those of each WHERE, ON and USING and of a CASE inside of one, and nothing else is touched.
test('a condition of a function is found and taken out', () => {
  const body = `update a set x = 1 from b join c using (d) left join e on e.f = b.f and e.g is null -- and where
    where a.h = 'and where' and case when b.i then a.j = b.j else a.k = b.k end and (a.l or a.m) and a.n between 1 and 2 returning a.o = 1 and a.p;
    if a = b and c then insert into q values (1) on conflict (r) do update set s = 1 where q.t = 2; end if;`
  assert.deepEqual(predicatesOf(body).map(({ text }) => text), ['using (d)', 'e.f = b.f', 'e.g is null', "a.h = 'and where'", 'case when b.i then a.j = b.j else a.k = b.k end', 'a.j = b.j', 'a.k = b.k', '(a.l or a.m)', 'a.n between 1 and 2', 'q.t = 2'])
  assert.equal(without('select 1 from a where b = 1 and c = 2', predicatesOf('select 1 from a where b = 1 and c = 2')[0]!), 'select 1 from a where true and c = 2')
})
