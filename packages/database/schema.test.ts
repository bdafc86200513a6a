import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { dumpSchema } from '#tools/testing/schema-dump.ts'
import { migrate, MIGRATIONS, readMigrationState, readMigrations } from './migrate.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

// Guarantee: the committed schema.sql is what the migrations make, on every supported PostgreSQL.
test('schema.sql matches the migrated database', async () => {
  const dumped = await dumpSchema(test_db.superuser)
  const committed = readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8')
  const at = dumped.split('\n').findIndex((line, i) => line !== committed.split('\n')[i])
  assert.equal(dumped, committed, `first difference in line ${at + 1}; run npm run codegen`)
})

// Guarantee: the row types that the code is checked against name exactly the columns of the database, with their nullability and kind.
test('tables.ts matches the catalog', async () => {
  const source = readFileSync(join(import.meta.dirname, 'tables.ts'), 'utf8')
  const types = new Map([...source.matchAll(/export type (\w+)Table = \{([^}]*)\}/g)].map((m) => [m[1]!, m[2]!]))
  const named = [...source.matchAll(/(\w+): (\w+)Table\b/g)].map((m) => [m[1]!, m[2]!] as const)
  assert.ok(named.length >= 20)
  const kinds: Readonly<Record<string, RegExp>> = {
    uuid: /^string/, text: /^(Generated<)?string|^ColumnType<string/, int4: /^(Generated<)?number|^ColumnType<number/, int2: /^number/, int8: /^(Generated<)?string/, bool: /^(Generated<)?boolean/,
    bytea: /^Buffer/, jsonb: /^Jsonb/, timestamptz: /^(Default)?Instant/, date: /^string/, numeric: /^Numeric/, _uuid: /^string\[\]/, _text: /^(Generated<)?string\[\]/,
  }
  for (const [table, type] of named) {
    const body = types.get(type)
    assert.ok(body !== undefined, table)
    const columns = new Map(body.split(/[;\n]/).map((line) => line.trim()).filter(Boolean).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
    const { rows } = await test_db.superuser.query<{ name: string; type: string; nullable: boolean }>(
      'select attname as name, t.typname as type, not attnotnull as nullable from pg_attribute a join pg_type t on t.oid = a.atttypid where attrelid = $1::regclass and attnum > 0 and not attisdropped', [table])
    assert.deepEqual([...columns.keys()].sort(), rows.map((row) => row.name).sort(), table)
    for (const row of rows) {
      const said = columns.get(row.name)!
      assert.match(said, kinds[row.type] ?? /^never$/, `${table}.${row.name} is ${row.type}`)
      assert.equal(/\| null/.test(said), row.nullable, `${table}.${row.name} ${row.nullable ? 'may be null' : 'is never null'}`)
    }
  }
  const { rows: served } = await test_db.superuser.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (has_any_column_privilege('app_rt', oid, 'select, insert')) and relname <> 'flowclaw_migrations' order by 1")
  assert.deepEqual(named.map(([table]) => table).sort(), served.map((row) => row.name))
})

async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `fc_test_migrate_${process.pid}_${Math.trunc(performance.now())}`
  await test_db.superuser.query(`create database ${name} owner flowclaw_owner`)
  const url = new URL(test_db.ownerUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: async () => { await test_db.superuser.query(`drop database ${name} with (force)`) } }
}

/** Migrations of the first version that served anyone; those before always ran together. */
const FIRST_SERVED = 9

// Guarantee: a database that was brought up to date version by version, each start lowering the owner again, ends as one made at once.
test('each version can be reached from the one before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fc-migrations-'))
  const empty = await emptyDatabase()
  try {
    const names = readMigrations().map(({ name }) => name)
    for (let next = 0, upTo = FIRST_SERVED; next < names.length; next = upTo++) {
      const fresh = names.slice(next, upTo)
      for (const name of fresh) cpSync(join(MIGRATIONS, name), join(folder, name))
      assert.deepEqual((await migrate({ url: empty.url, tenantKey: TEST_TENANT_KEY, folder })).applied, fresh)
    }
    const client = new pg.Client({ connectionString: empty.url })
    await client.connect()
    try {
      assert.equal(await dumpSchema(client), readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'))
    } finally {
      await client.end()
    }
  } finally {
    await empty.drop()
    rmSync(folder, { recursive: true })
  }
})

// Guarantee: migrations run once, in order, also when two servers start at the same time, and the second run does nothing.
test('two starts at once migrate once', async () => {
  const empty = await emptyDatabase()
  try {
    const both = await Promise.all([migrate({ url: empty.url, tenantKey: TEST_TENANT_KEY }), migrate({ url: empty.url, tenantKey: TEST_TENANT_KEY })])
    assert.deepEqual([...both[0].applied, ...both[1].applied].sort(), readMigrations().map((file) => file.name))
    const again = await migrate({ url: empty.url })
    assert.deepEqual([again.applied, again.tenantKey], [[], TEST_TENANT_KEY])
    const client = new pg.Client({ connectionString: again.appUrl.includes('app_rt:') ? test_db.url.replace(/\/fc_test_[0-9a-f]+/, new URL(empty.url).pathname) : again.appUrl })
    await client.connect()
    assert.equal(await readMigrationState((text) => client.query(text)), true)
    await client.end()
  } finally {
    await empty.drop()
  }
})

// Guarantee: a migration that was edited, or one that this version lacks, stops the start with its name; a failing one leaves nothing of itself.
test('an edited, an unknown and a failing migration are refused by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fc-migrations-'))
  const empty = await emptyDatabase()
  try {
    cpSync(MIGRATIONS, folder, { recursive: true })
    const next = `${String(readMigrations(folder).length + 1).padStart(4, '0')}_next.sql`
    writeFileSync(join(folder, next), 'create table half (id int); select 1/0;')
    await assert.rejects(migrate({ url: empty.url, folder }), new RegExp(`${next}: division by zero`))
    writeFileSync(join(folder, next), 'create table half (id int);')
    assert.deepEqual((await migrate({ url: empty.url, folder })).applied, [next])
    await assert.rejects(migrate({ url: empty.url }), new RegExp(`this version lacks: ${next}`))
    writeFileSync(join(folder, next), 'create table half (id bigint);')
    await assert.rejects(migrate({ url: empty.url, folder }), new RegExp(`${next} was edited`))
    writeFileSync(join(folder, '9999_gap.sql'), '')
    await assert.rejects(migrate({ url: empty.url, folder }), /9999_gap.sql: migrations are numbered without gaps/)
  } finally {
    await empty.drop()
    rmSync(folder, { recursive: true })
  }
})

// Guarantee: the database refuses to serve under another signing key than the one it holds.
test('a server with the wrong key sees nothing', async () => {
  const { withTenantRead } = await import('./index.ts')
  const { makeTestTenant } = await import('#tools/testing/tenant.ts')
  const tenant = await makeTestTenant(test_db)
  const wrong = test_db.open({ tenantKey: Buffer.alloc(32, 9).toString('base64url') })
  await assert.rejects(withTenantRead(wrong, tenant.desk, (tx) => tx.sql('select * from merchants')), { code: '42501' })
})
