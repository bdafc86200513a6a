/**
 * Two databases that hold the same tenant A, and one of them tenant B beside it, whose every value is a canary. Whatever A asks must be answered
 * alike by both: then nothing of B can be in an answer, not even a count.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { insertable, plantRows } from '#database/testing/planted-rows.ts'
import { otherTables, tenantTables } from '#database/testing/isolation-rules.ts'
import { putDeskFeeRule, saveRouteSession, withTenantWrite } from '#database/index.ts'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase, type TestServer } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'

/** What an attacker may know of B; it may therefore stand in an answer, as an echo of the question. */
export const KNOWN = { tenant_id: 'cccccccc-0000-4000-8000-00000000000b', thing_id: 'cccccccc-0000-4000-8000-000000000001' } as const
/** Stands in every value of B but those two: texts, ids, bytes in hex, numbers. */
const CANARY = /canaryb|bbbbbbbb-bbbb-4bbb|63616e61727962|77700[0-9]{4}/
/** B has so many rows for each of A's, so that a count that holds them is far off. */
const COPIES = 4

export const holdsCanary = (text: string): boolean => CANARY.test(text)

export type Twin = {
  readonly a: TestTenant
  /** A and B */
  readonly crowded: TestDatabase
  /** A alone */
  readonly lonely: TestDatabase
  readonly key: Buffer
  /** rows of B, and a hash of them all */
  fingerprint(): Promise<{ readonly rows: number; readonly sum: string }>
  connect(which: 'crowded' | 'lonely', role: string): Promise<pg.Client>
  close(): Promise<void>
}

export async function openTwin(server?: TestServer): Promise<Twin> {
  const options = server === undefined ? {} : { server }
  const [crowded, lonely] = [await openTestDatabase(options), await openTestDatabase(options)]
  const a = await fillA(lonely)
  await plantRows(lonely.superuser, [a.tenant_id])
  await copyAll(lonely, crowded, a.tenant_id)
  await addB(crowded, a.tenant_id)
  const clients: pg.Client[] = []
  return {
    a, crowded, lonely, key: Buffer.from(TEST_TENANT_KEY, 'base64url'),
    async fingerprint() {
      const tables = await tenantTables(crowded.superuser)
      const { rows: [row] } = await crowded.superuser.query<{ rows: string; sum: string }>(`select sum(n)::text as rows, string_agg(h, ',' order by t) as sum from (${tables.map((table) =>
        `select '${table}' as t, count(*) as n, coalesce(sum(hashtextextended(r::text, 0)), 0)::text as h from ${table} r where tenant_id = '${KNOWN.tenant_id}'`).join(' union all ')}) each`)
      return { rows: Number(row!.rows), sum: row!.sum }
    },
    async connect(which, role) {
      const address = new URL((which === 'crowded' ? crowded : lonely).url)
      address.username = role
      // Every value as PostgreSQL writes it: nothing of an answer is lost on the way into a comparison.
      const client = new pg.Client({ connectionString: address.href, types: { getTypeParser: () => (value: unknown) => value } as never })
      await client.connect()
      clients.push(client)
      return client
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
      for (const each of [crowded, lonely]) await each.close()
    },
  }
}

/** A tenant with a few sessions in several states, as the product makes them. */
async function fillA(test_db: TestDatabase): Promise<TestTenant> {
  const a = await makeTestTenant(test_db, 'acme')
  for (let i = 0; i < 3; i++) {
    const done = await withTenantWrite(test_db.db, writeRequest(a.desk), async (tx) => {
      const session = makeTestSession(a, i === 2 ? { merchant_id: a.other_merchant.merchant_id, supplier_id: a.other_supplier_id } : {}, { candidates: 3, verdicts: 4 })
      await saveRouteSession(tx, session)
      if (i === 0) await putDeskFeeRule(tx, { merchant_id: null, corridor_id: null, fixed: { amount: '0', currency: 'NGN' }, bps: '0', minimum: { amount: '0', currency: 'NGN' }, reason: 'test' })
      return { audit: { action: 'route_session.requested', entity: 'route_session', entity_id: session.id, transition_seq: 1, facts: {} }, response: { status: 201, body: { id: session.id } }, outbox: { topic: 'test', body: { id: session.id } } }
    })
    if (!done.ok) throw new Error(done.error.code)
  }
  return a
}

/** As a superuser without triggers and foreign keys, which a copy of whole rows cannot break. */
async function raw<T>({ superuser }: TestDatabase, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await superuser.connect()
  try {
    await client.query("set session_replication_role = 'replica'")
    return await work(client)
  } finally {
    await client.query("set session_replication_role = 'origin'")
    client.release()
  }
}

type Row = Record<string, unknown>
const quote = (name: string): string => `"${name}"`

/** Columns that a copy may name, those that count by themselves included. */
async function copied(client: pg.PoolClient, table: string): Promise<string[]> {
  const counting = await client.query<{ name: string }>("select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and attidentity <> '' and not attisdropped", [table])
  return [...(await insertable(client, table)).map(({ name }) => name), ...counting.rows.map(({ name }) => name)]
}

/** `rows` as the text of a JSON array: numbers read into JavaScript would lose their scale. */
async function put(client: pg.PoolClient, table: string, rows: string): Promise<void> {
  const columns = (await copied(client, table)).map(quote).join(', ')
  await client.query(`insert into ${table} (${columns}) overriding system value select ${columns} from jsonb_populate_recordset(null::${table}, $1) on conflict do nothing`, [rows])
}

const rowsOf = async (client: pg.PoolClient, table: string, tenant?: string): Promise<string> =>
  (await client.query<{ rows: string }>(`select coalesce(jsonb_agg(to_jsonb(t) order by t.ctid), '[]')::text as rows from ${table} t ${tenant === undefined ? '' : `where tenant_id = '${tenant}'`}`)).rows[0]!.rows

/** Tables' own checks say nothing of tenants, and a canary keeps none of them. */
async function dropChecks(client: pg.PoolClient, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'", [table])
  for (const { name } of rows) await client.query(`alter table ${table} drop constraint ${quote(name)}`)
}

async function copyAll(from: TestDatabase, to: TestDatabase, tenant: string): Promise<void> {
  await raw(from, async (source) => raw(to, async (target) => {
    for (const table of await tenantTables(source)) {
      for (const client of [source, target]) await dropChecks(client, table)
      await put(target, table, await rowsOf(source, table, tenant))
    }
    for (const table of (await otherTables(source)).filter((name) => /\.(users)$/.test(name))) await put(target, table, await rowsOf(source, table))
    for (const client of [source, target]) {
      const { rows } = await client.query<{ name: string }>("select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and n.nspname = 'public'")
      for (const { name } of rows) await client.query('select setval($1, 1000)', [name])
    }
  }))
}

/** Rows of B made of A's: the same tables and shapes, every value another. */
async function addB(crowded: TestDatabase, a: string): Promise<void> {
  let n = 0
  const idOf = (id: string, copy: number): string => `bbbbbbbb-bbbb-4bbb-8bbb-${createHash('sha256').update(`${id}|${copy}`).digest('hex').slice(0, 12)}`
  const other = (value: unknown, type: string, copy: number): unknown => {
    if (value === null || type === 'boolean') return value
    if (type === 'uuid') return idOf(String(value), copy)
    if (type === 'smallint') return 7_770 + (n % 1000)
    if (/^(integer|bigint|numeric)/.test(type)) return 777_000_000 + (n % 10_000)
    if (type === 'double precision' || /^(timestamp|date|time|interval)/.test(type)) return value
    if (type === 'bytea') return `\\x${Buffer.from(`canaryb${String(n).padStart(25, '0')}`).toString('hex')}`
    if (/^jsonb?$/.test(type)) return { canaryb: n }
    if (type === 'uuid[]') return (value as readonly string[]).map((id) => idOf(id, copy))
    if (/\[\]$/.test(type)) return ['canaryb']
    return `canaryb-${n}-${String(value)}`
  }
  await raw(crowded, async (client) => {
    for (const table of await tenantTables(client)) {
      const { rows: columns } = await client.query<{ name: string; type: string }>('select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped', [table])
      const mine = JSON.parse(await rowsOf(client, table, a)) as Row[]
      const theirs = Array.from({ length: COPIES }, (_, copy) => mine.map((row) => {
        n++
        return Object.fromEntries(columns.map(({ name, type }) => [name, name === 'tenant_id' ? KNOWN.tenant_id : other(row[name] ?? null, type, copy)]))
      })).flat()
      const [first] = theirs
      if (first !== undefined && columns.some(({ name, type }) => name === 'id' && type === 'uuid')) first['id'] = KNOWN.thing_id
      await put(client, table, JSON.stringify(theirs))
    }
  })
}
