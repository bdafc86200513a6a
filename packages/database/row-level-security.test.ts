import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import { openDatabase, putDeskFeeRule, refuseMightyRole, saveRouteSession, withTenantRead, withTenantWrite } from './index.ts'
import { signedContext } from './transactions.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
let tables: string[]

const signer = { tenantKey: Buffer.from(TEST_TENANT_KEY, 'base64url'), now: Date.now }

/** Every tenant-held table of the catalog: what carries a tenant_id. */
async function tenantTables(): Promise<string[]> {
  const { rows } = await test_db.superuser.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`)
  return rows.map((row) => row.name)
}

before(async () => {
  test_db = await openTestDatabase()
  here = await makeTestTenant(test_db)
  there = await makeTestTenant(test_db)
  tables = await tenantTables()
  for (const tenant of [here, there]) {
    const done = await withTenantWrite(test_db.db, writeRequest(tenant.desk), async (tx) => {
      const session = makeTestSession(tenant)
      await saveRouteSession(tx, session)
      await putDeskFeeRule(tx, { merchant_id: null, corridor_id: null, fixed: { amount: '0', currency: 'NGN' }, bps: '0', minimum: { amount: '0', currency: 'NGN' }, reason: 'test' })
      return { audit: { action: 'test', entity: 'route_session', entity_id: session.id, transition_seq: 1, facts: {} }, response: { status: 201, body: { id: session.id } }, outbox: { topic: 'test', body: {} } }
    })
    assert.equal(done.ok, true)
    await test_db.superuser.query('insert into market_data (tenant_id, kind, body) values ($1, $2, $3) on conflict do nothing', [tenant.tenant_id, 'rates', '{}'])
    await test_db.superuser.query("insert into providers (tenant_id, id, position, name, category, body, estimates) values ($1, 'p', 0, 'P', 'otc', '{}', '{}')", [tenant.tenant_id])
    await test_db.superuser.query("insert into facts (tenant_id, id, statement, source) values ($1, 'F001', 's', 's')", [tenant.tenant_id])
  }
})
after(async () => test_db.close())

/** Counts rows of both tenants as one connection sees them, in a transaction with this context. */
async function countAs(client: pg.Client | pg.PoolClient, table: string, context: string | null): Promise<{ mine: number; theirs: number } | string> {
  await client.query('begin')
  try {
    if (context !== null) await client.query("select set_config('fc.tenant', $1, true)", [context])
    const { rows: [row] } = await client.query(`select count(*) filter (where tenant_id = $1)::int as mine, count(*) filter (where tenant_id = $2)::int as theirs from ${table}`, [here.tenant_id, there.tenant_id])
    return row
  } catch (cause) {
    return (cause as { code: string }).code
  } finally {
    await client.query('rollback')
  }
}

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

// Guarantee: no table with tenants' rows can be added without forced row-level security, a permissive and a restrictive policy for all commands.
test('every tenant table forces row-level security with permissive and restrictive policies', async () => {
  assert.ok(tables.length >= 20, `only ${tables.length} tables`)
  const { rows } = await test_db.superuser.query(`select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*') as permissive,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}') as restrictive
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname = any ($1)`, [tables])
  for (const row of rows) assert.deepEqual({ forced: row.forced, permissive: row.permissive, restrictive: row.restrictive }, { forced: true, permissive: 1, restrictive: 1 }, row.name)
})

// Guarantee: a table without a tenant column is on this list, or closed to the serving role altogether.
test('tables without a tenant are known by name', async () => {
  const { rows } = await test_db.superuser.query<{ name: string; open: boolean }>(`select c.relname as name, has_any_column_privilege('app_rt', c.oid, 'select, insert, update') or has_table_privilege('app_rt', c.oid, 'delete') as open
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> all ($1) order by 1`, [tables])
  assert.deepEqual(rows, [
    { name: 'auth_sessions', open: false }, { name: 'flowclaw_migrations', open: true }, { name: 'login_throttle', open: false },
    { name: 'session_edges', open: true }, { name: 'users', open: false },
  ])
})

// Guarantee: as owner, as tenant, as another tenant and as nobody, a select shows exactly the rows of the signed tenant.
test('reads show the signed tenant alone, for the serving role and for the owner', async () => {
  const context = signedContext(signer, here.tenant_id)
  for (const [role, url] of [['app_rt', test_db.url], ['owner', test_db.ownerUrl]] as const) {
    const client = await connect(url)
    for (const table of tables) {
      const readable = role === 'owner' || (await client.query("select has_any_column_privilege($1, 'select') as yes", [table])).rows[0].yes
      const expectSome = readable && table !== 'outbox'
      const mine = await countAs(client, table, context)
      if (!readable || (table === 'outbox' && role === 'app_rt')) { assert.equal(mine, '42501', `${role} ${table}`); continue }
      assert.equal(typeof mine === 'object' && mine.theirs === 0, true, `${role} ${table} shows another tenant`)
      if (expectSome) assert.ok(typeof mine === 'object' && mine.mine > 0, `${role} ${table} shows nothing of its own: the probe proves nothing`)
      assert.deepEqual(await countAs(client, table, null), { mine: 0, theirs: 0 }, `${role} ${table} without context`)
      assert.deepEqual(await countAs(client, table, ''), { mine: 0, theirs: 0 }, `${role} ${table} with the emptied setting of a reused connection`)
    }
    await client.end()
  }
})

// Guarantee: writing into another tenant is refused, or touches no row, for every table and command.
test('insert, update and delete reach no row of another tenant', async () => {
  const context = signedContext(signer, here.tenant_id)
  const fingerprintOf = async () => JSON.stringify(await Promise.all(tables.map(async (table) => (await test_db.superuser.query(`select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${table} t where tenant_id = $1`, [there.tenant_id])).rows[0].sum)))
  const beforehand = await fingerprintOf()
  for (const url of [test_db.url, test_db.ownerUrl]) {
    const client = await connect(url)
    for (const table of tables) {
      const { rows: columns } = await test_db.superuser.query<{ name: string }>("select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''", [table])
      const names = columns.map((c) => c.name)
      const copies = names.map((name) => (name === 'tenant_id' ? `'${there.tenant_id}'::uuid` : name)).join(', ')
      for (const command of [
        `insert into ${table} (${names.join(', ')}) select ${copies} from ${table} limit 1`,
        `update ${table} set tenant_id = '${there.tenant_id}'`,
        `update ${table} set tenant_id = tenant_id where tenant_id = '${there.tenant_id}'`,
        `delete from ${table} where tenant_id = '${there.tenant_id}'`,
      ]) {
        await client.query('begin')
        await client.query("select set_config('fc.tenant', $1, true)", [context])
        try {
          const { rowCount } = await client.query(command)
          assert.equal(rowCount, 0, command)
        } catch (cause) {
          if (cause instanceof assert.AssertionError) throw cause
          assert.match((cause as { code: string }).code, /^(42501|428C9)$/, `${command}: ${(cause as Error).message}`)
        } finally {
          await client.query('rollback')
        }
      }
    }
    await client.end()
  }
  assert.equal(await fingerprintOf(), beforehand)
})

// Guarantee: taking away the restrictive policy, or adding a wide permissive one, is noticed by these probes; the restrictive one alone still holds against the second.
test('a permissive policy added by mistake opens nothing', async () => {
  await test_db.superuser.query('create policy oops on merchants for all to public using (true) with check (true)')
  try {
    const client = await connect(test_db.url)
    const seen = await countAs(client, 'merchants', signedContext(signer, here.tenant_id))
    assert.ok(typeof seen === 'object' && seen.mine > 0 && seen.theirs === 0)
    assert.deepEqual(await countAs(client, 'merchants', null), { mine: 0, theirs: 0 })
    await client.end()
  } finally {
    await test_db.superuser.query('drop policy oops on merchants')
  }
})

// Guarantee: the restrictive policy is what these probes rest on: without it and with a wide permissive one, they see the leak.
test('without the restrictive policy the probe sees the leak', async () => {
  await test_db.superuser.query('create policy oops on merchants for all to public using (true)')
  await test_db.superuser.query('drop policy tenant_signed on merchants')
  try {
    const client = await connect(test_db.url)
    const seen = await countAs(client, 'merchants', signedContext(signer, here.tenant_id))
    await client.end()
    assert.ok(typeof seen === 'object' && seen.theirs > 0)
  } finally {
    await test_db.superuser.query('drop policy oops on merchants')
    await test_db.superuser.query("create policy tenant_signed on merchants as restrictive for all to public using (tenant_id = (select fc.tid()) or (select current_user) = 'fc_auth') with check (tenant_id = (select fc.tid()))")
  }
})

// Guarantee: a connection that served one tenant carries nothing of it into its next transaction.
test('a reused connection starts without a tenant', async () => {
  const one = test_db.open({ max: 1 })
  for (const tenant of [here, there, here]) {
    const names = await withTenantRead(one, tenant.desk, async (tx) => tx.sql<{ tenant_id: string }>('select tenant_id from merchants'))
    assert.deepEqual([...new Set(names.map((row) => row.tenant_id))], [tenant.tenant_id])
    const { rows } = await one.pool.query("select current_setting('fc.tenant', true) as left_over, (select count(*)::int from merchants) as seen")
    assert.deepEqual(rows[0], { left_over: '', seen: 0 })
  }
})

// Guarantee: only a context signed with the key, of the right shape and in time, is a tenant; any other is refused, not merely empty.
test('a forged, altered or expired tenant context is refused', async () => {
  const good = signedContext(signer, here.tenant_id)
  const [, expiry, signature] = good.split('|') as [string, string, string]
  const sign = (claim: string, key = signer.tenantKey) => `${claim}|${createHmac('sha256', key).update(claim).digest('hex')}`
  const client = await connect(test_db.url)
  for (const [what, context] of Object.entries({
    'the other tenant with this signature': `${there.tenant_id}|${expiry}|${signature}`,
    'no signature': there.tenant_id,
    'an empty signature': `${there.tenant_id}|${expiry}|`,
    'another key': sign(`${there.tenant_id}|${expiry}`, Buffer.alloc(32, 8)),
    'expired a second ago': sign(`${here.tenant_id}|${Math.floor(Date.now() / 1000) - 1}`),
    'a longer life than was signed': `${here.tenant_id}|${Number(expiry) + 1000}|${signature}`,
    'four parts': `${good}|x`,
  })) assert.equal(await countAs(client, 'merchants', context), '42501', what)
  assert.ok(typeof (await countAs(client, 'merchants', good)) === 'object')
  await client.end()
})

// Guarantee: injected SQL that names another tenant gets an error and nothing else.
test('overwriting the context inside a transaction gains nothing', async () => {
  await assert.rejects(withTenantRead(test_db.db, here.desk, async (tx) => {
    await tx.sql("select set_config('fc.tenant', $1, true)", [`${there.tenant_id}|9999999999|${'0'.repeat(64)}`])
    return tx.sql('select * from merchants')
  }), { code: '42501' })
})

// Guarantee: the serving role cannot become anyone else, own anything, read the signing key, or see an account or session row.
test('the serving role has no way up', async () => {
  const client = await connect(test_db.url)
  await client.query('reset role')
  assert.equal((await client.query('select current_user')).rows[0].current_user, 'app_rt')
  for (const forbidden of [
    'set role flowclaw_owner', 'set role fc_definer', 'set role fc_auth', 'set role postgres', 'set session authorization postgres', 'select * from fc.tenant_key',
    'select * from users', 'select * from auth_sessions', 'select * from login_throttle', 'select account_number from suppliers', 'select cnaps from suppliers',
    'alter table merchants disable row level security', 'drop policy tenant_signed on merchants', 'create table mine (id int)', 'create function fc.tid2() returns int language sql return 1',
    'truncate merchants', 'insert into audit_events default values', 'update audit_heads set seq = 0', 'delete from audit_events', 'insert into session_edges values (\'draft\', \'completed\')',
    "select fc.create_account('00000000-0000-0000-0000-000000000000', 'a@b.example', 'x')", 'copy merchants to program \'true\'', "select pg_read_file('/etc/passwd')",
  ]) await assert.rejects(client.query(forbidden), { code: '42501' }, forbidden)
  const { rows } = await client.query(`select r.rolsuper or r.rolbypassrls or r.rolinherit or r.rolcreaterole or r.rolcreatedb as mighty,
    (select count(*)::int from pg_class where relowner = r.oid) + (select count(*)::int from pg_proc where proowner = r.oid) as owns,
    (select count(*)::int from pg_auth_members where member = r.oid) as member_of from pg_roles r where rolname = 'app_rt'`)
  assert.deepEqual(rows[0], { mighty: false, owns: 0, member_of: 0 })
  await client.end()
})

// Guarantee: functions that run with their owner's rights belong to roles that are no superuser, cannot log in and obey row-level security.
test('no definer function belongs to someone mighty, none has an open search path, and none is open to everyone', async () => {
  const { rows } = await test_db.superuser.query(`select p.proname, r.rolname, r.rolsuper or r.rolbypassrls or r.rolcanlogin as mighty,
      coalesce(p.proconfig::text like '%search_path=pg_catalog%pg_temp%', false) as fixed_path, has_function_privilege('public', p.oid, 'execute') as open
    from pg_proc p join pg_roles r on r.oid = p.proowner where p.pronamespace = 'fc'::regnamespace and p.prosecdef`)
  assert.ok(rows.length >= 12)
  for (const row of rows) assert.deepEqual({ mighty: row.mighty, fixed_path: row.fixed_path, open: row.open }, { mighty: false, fixed_path: true, open: false }, row.proname)
  const { rows: [owner] } = await test_db.superuser.query("select count(*)::int as n from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = 'flowclaw_owner' and m.roleid::regrole::text in ('fc_definer', 'fc_auth') and coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)")
  assert.equal(owner.n, 0, 'the owner kept the rights of the definers')
})

// Guarantee: ids of another tenant cannot be pointed at, and a taken key of another tenant is no news to this one.
test('foreign keys and uniques stay inside the tenant', async () => {
  const { rows: constraints } = await test_db.superuser.query(`select conrelid::regclass::text as tbl, conname, contype,
      (select array_agg(a.attname::text order by k.ord) from unnest(conkey) with ordinality k(n, ord) join pg_attribute a on a.attrelid = conrelid and a.attnum = k.n) as columns,
      confrelid::regclass::text as target
    from pg_constraint where contype in ('f', 'u', 'p') and conrelid = any ($1::regclass[])`, [tables])
  const globalTargets = new Set(['users', 'session_edges'])
  for (const c of constraints) {
    if (c.contype === 'f' && globalTargets.has(c.target)) continue
    assert.equal(c.columns[0], 'tenant_id', `${c.tbl} ${c.conname} does not begin with tenant_id`)
  }
  const reaching = await withTenantWrite(test_db.db, writeRequest(here.desk), async (tx) => {
    await saveRouteSession(tx, makeTestSession(here, { supplier_id: there.supplier_id, merchant_id: there.merchant.merchant_id }))
    throw new Error('unreachable')
  }).catch((cause: unknown) => (cause as { code: string }).code)
  assert.equal(reaching, '23503')
})

// Guarantee: a read transaction writes nothing, whatever is sent in it.
test('a tenant read cannot write', async () => {
  await assert.rejects(withTenantRead(test_db.db, here.desk, (tx) => tx.sql('update route_sessions set version = version')), { code: '25006' })
  await assert.rejects(withTenantRead(test_db.db, here.desk, (tx) => tx.sql('select fc.append_audit($1)', [Buffer.from('{}')])), { code: '25006' })
})

// Guarantee: a server that was given the owner's or a superuser's URL by mistake does not start.
test('only the serving role serves', async () => {
  await refuseMightyRole(test_db.db)
  const superuser = new URL(test_db.ownerUrl)
  superuser.username = 'postgres'
  for (const url of [test_db.ownerUrl, superuser.href]) {
    const wrong = openDatabase({ url, tenantKey: TEST_TENANT_KEY, max: 1 })
    await assert.rejects(refuseMightyRole(wrong), /serve as app_rt/)
    await wrong.close()
  }
})
