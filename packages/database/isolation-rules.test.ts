import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { isolationViolations, tenantTables } from './testing/isolation-rules.ts'

let test_db: TestDatabase
let superuser: pg.PoolClient
before(async () => {
  test_db = await openTestDatabase()
  superuser = await test_db.superuser.connect()
})
after(async () => {
  superuser.release()
  await test_db.close()
})

/** What the rules say after a change that is taken back at once. */
async function saidAfter(change: string): Promise<string[]> {
  await superuser.query('begin')
  try {
    await superuser.query(change)
    return await isolationViolations(superuser)
  } finally {
    await superuser.query('rollback')
  }
}

/** A table as a migration would make it. */
const FRESH = `set local role flowclaw_owner; create table public.novelties (tenant_id uuid not null references tenants, id uuid not null, merchant_id uuid, code text, primary key (tenant_id, id));
  call fc.protect('novelties'); grant select, insert on novelties to app_rt;`
const MIGRATED = 'reset role;'

// Guarantee: every table, view, function, constraint and role of the migrated database keeps tenants apart by the rules of the catalog.
test('the migrated database breaks no rule', async () => {
  assert.ok((await tenantTables(superuser)).length >= 20)
  assert.deepEqual(await isolationViolations(superuser), [])
})

// Guarantee: a new table made as the others are needs no change of a test, and each way of making it wrong is refused by a sentence that names it.
test('a new table is judged by itself', async () => {
  assert.deepEqual(await saidAfter(FRESH + MIGRATED), [])
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    'no row-level security': ["alter table novelties disable row level security", /^table novelties holds tenants' rows and does not force/],
    'not forced on the owner': ['alter table novelties no force row level security', /^table novelties holds tenants' rows and does not force/],
    'a permissive policy alone': ['drop policy tenant_signed on novelties', /^table novelties has 0 restrictive policies/],
    'a restrictive policy that is not signed': ['drop policy tenant_signed on novelties; create policy tenant_signed on novelties as restrictive for all using (tenant_id is not null) with check (tenant_id is not null)', /^table novelties has 0 restrictive/],
    'a restrictive policy of reads alone': ['drop policy tenant_signed on novelties; create policy tenant_signed on novelties as restrictive for select using (tenant_id = (select fc.tid()))', /^table novelties has 0 restrictive/],
    'no permissive policy': ['drop policy tenant_named on novelties', /^table novelties lacks the permissive policy/],
    'a wide permissive policy': ['create policy oops on novelties using (true)', /^policy oops of table novelties lets rows pass for every tenant/],
    'a foreign key without the tenant': ['alter table merchants add unique (id); alter table novelties add constraint to_merchant foreign key (merchant_id) references merchants (id)', /^foreign key to_merchant of table novelties points at rows of merchants without/],
    'a global unique': ['alter table novelties add constraint one_code unique (code)', /^unique index one_code of table novelties does not begin with tenant_id/],
    'a unique index on an expression': ['create unique index one_lower on novelties (lower(code))', /^unique index one_lower of table novelties/],
    'an owner past row-level security': ['reset role; alter table novelties owner to postgres', /^novelties belongs to postgres, whom row-level security does not hold/],
    'truncate granted': ['grant truncate on novelties to app_rt', /^app_rt may truncate table novelties/],
    'a grant to everyone': ['grant select on novelties to public', /^everyone may select table novelties/],
    'a column for everyone': ['grant select (code) on novelties to public', /^everyone may select column code of table novelties/],
    'half a record': ["call fc.freeze('novelties'); drop trigger frozen_table on novelties", /^table novelties is a record of which only frozen_rows/],
    'a guard switched off': ["call fc.freeze('novelties'); alter table novelties disable trigger frozen_rows", /^guard frozen_rows of table novelties is switched off/],
    'a rewriting rule': ['create rule quiet as on delete to novelties do instead nothing', /^rule quiet on novelties rewrites/],
  }
  for (const [what, [change, says]] of Object.entries(wrong)) {
    const said = await saidAfter(FRESH + change + ';' + MIGRATED)
    assert.ok(said.some((sentence) => says.test(sentence)), `${what}: ${JSON.stringify(said)}`)
  }
})

// Guarantee: every other way around row-level security that was once measured to leak is refused by a sentence that names it.
test('ways around a table are named', async () => {
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a superuser as definer': ["create function fc.peek() returns bigint language sql security definer set search_path = pg_catalog, public, pg_temp as 'select count(*) from merchants'; revoke all on function fc.peek() from public", /^function fc.peek\(\) runs with the rights of postgres/],
    'a definer without a search path': ['alter function fc.find_account(text) reset all', /^function fc.find_account\(text\) runs with its owner's rights and has no fixed search_path/],
    'a definer with an open search path': ['alter function fc.find_account(text) set search_path = public, pg_catalog', /^function fc.find_account\(text\) .* no fixed search_path/],
    'a definer for everyone': ['grant execute on function fc.find_account(text) to public', /^everyone may execute function fc.find_account/],
    'a view with its owner\'s eyes': ['create view public.all_merchants as select * from merchants', /^view all_merchants does not run as its reader/],
    'a materialised view': ['create materialized view public.kept as select * from merchants', /^materialised view or foreign table kept/],
    'a table without a tenant that can be read': ['create table public.loose (id int); grant select on loose to app_rt', /^table loose has no tenant_id and app_rt may select it/],
    'a table without a tenant that is open': ['create table public.loose (id int)', /^table loose has no tenant_id, is no constant/],
    'a constant that can be written': ['grant insert on session_edges to app_rt', /^table session_edges has no tenant_id and app_rt may insert it/],
    'the key of the context': ['grant select on fc.tenant_key to app_rt', /^app_rt may read the key/],
    'a superuser that serves': ['alter role app_rt superuser', /^role app_rt is a superuser/],
    'a role that bypasses': ['alter role fc_auth bypassrls', /^role fc_auth passes row-level security/],
    'a way up': ['grant fc_definer to app_rt', /^role app_rt is a member of another role/],
    'a definer that signs in': ['alter role fc_definer login', /^role fc_definer can sign in/],
    'an owner that serves': ['alter table merchants owner to app_rt', /^merchants belongs to app_rt, which serves requests/],
    'a schema that the serving role may fill': ['grant create on schema public to app_rt', /^app_rt may create in schema public/],
  }
  for (const [what, [change, says]] of Object.entries(wrong)) {
    const said = await saidAfter(change)
    assert.ok(said.some((sentence) => says.test(sentence)), `${what}: ${JSON.stringify(said)}`)
  }
  assert.deepEqual(await isolationViolations(superuser), [], 'a change was not taken back')
})
