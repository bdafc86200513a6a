/**
 * Each statement that the API really sends, sent again without row-level security and beside a twin tenant whose rows carry the very same ids: its
 * own WHERE must then hold alone. And each predicate on a tenant or a merchant taken out of it, one at a time: the answer must change, or nothing
 * would notice that it is gone. The workload is one call of every operation by every role that may, on own, foreign and missing things.
 */
import type pg from 'pg'
import { ROLES } from '#contracts/roles.ts'
import { countRouteSessions, withTenantRead } from '#database/index.ts'
import { CALLS, makeCall, NOTHING, PASSWORD } from '#api/testing/calls.ts'
import { openWorld, type World } from '#api/testing/world.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { may } from '#platform/roles/index.ts'
import { insertable } from '#database/testing/planted-rows.ts'
import { tenantTables } from '#database/testing/isolation-rules.ts'

export type StatementResult = {
  /** different texts that name a tenant, and how often one was tried */
  readonly statements: number
  readonly tries: number
  readonly mutants: number
  readonly survivors: readonly string[]
  /** statements that without row-level security answer otherwise beside the twin */
  readonly leaning: readonly string[]
}

export const TWIN = 'dddddddd-0000-4000-8000-00000000000d'
/** A statement is looked at again under other parameters, because one call alone may not need each predicate. */
const TRIES_PER_TEXT = 12

/** `x.tenant_id = $1`, `"merchant_id" = $3`, `a.tenant_id = b.tenant_id`: whatever compares a tenant or a merchant. */
const PREDICATE = /(?:\w+\.|"\w+"\.)?"?(?:tenant_id|merchant_id)"? (?:=|is not distinct from) (?:\$\d+(?:::uuid)?|(?:\w+\.|"\w+"\.)"?(?:tenant_id|merchant_id)"?)/g

/** The text without its n-th predicate. A parameter that only stood there keeps its type. */
export function withoutPredicate(text: string, n: number): string {
  let i = 0
  return text.replace(PREDICATE, (predicate) => {
    if (i++ !== n) return predicate
    const parameter = /\$\d+/.exec(predicate)?.[0]
    return parameter === undefined ? 'true' : `(${parameter}::uuid is not null or ${parameter}::uuid is null)`
  })
}
const predicatesOf = (text: string): string[] => [...text.matchAll(PREDICATE)].map(([predicate]) => predicate)

type Seen = { tries: number; leaning: boolean; readonly killed: Set<number> }

/** Runs the workload and looks at every statement of it. */
export async function killStatementMutants({ nth = 1, say = () => undefined }: { /** only every n-th operation: then most mutants survive */ readonly nth?: number; readonly say?: (line: string) => void } = {}): Promise<StatementResult> {
  const world = await openWorld()
  const seen = new Map<string, Seen>()
  const looker = await world.database.superuser.connect()
  try {
    await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
    const sent = listen(world)
    await looker.query("set session_replication_role = 'replica'")
    await dropChecks(looker)
    const clone = await cloner(looker, world.a.id)
    // Twice: in the second round the rows of the first are there to be found.
    const asked = world.app.operations.filter((_, i) => i % nth === 0)
    for (const operation of [...asked, ...asked]) {
      const row = CALLS[operation.operationId]!
      for (const role of ROLES.filter((each) => operation.permission !== 'public' && may(each, operation.permission as never))) {
        for (const thing of [row.thing ? await row.thing(world, world.a, 'own') : NOTHING, ...(row.thing ? [await row.thing(world, world.a, 'other'), await row.thing(world, world.b, 'own')] : [])]) {
          const client = await world.as(world.a, role)
          sent.length = 0
          await makeCall(client, operation, row, world.a, thing, role)
          await look(looker, clone, sent, seen, world.a.id)
        }
      }
      say(`statements: ${operation.operationId}, ${seen.size} texts`)
    }
    // A filter of the store that no route uses today, and any may tomorrow.
    const { merchant_client: user_id } = world.a.users
    sent.length = 0
    await withTenantRead(world.deps.db, { tenant_id: world.a.id, user_id, role: 'merchant_client', merchant_id: world.a.merchants.own }, (tx) => countRouteSessions(tx, { open: ['recommended'] }, world.a.merchants.own))
    await look(looker, clone, sent, seen, world.a.id)
  } finally {
    looker.release()
    await world.close()
  }
  const entries = [...seen]
  return {
    statements: entries.length, tries: entries.reduce((sum, [, { tries }]) => sum + tries, 0), mutants: entries.reduce((sum, [text]) => sum + predicatesOf(text).length, 0),
    survivors: entries.flatMap(([text, { killed }]) => predicatesOf(text).flatMap((predicate, i) => (killed.has(i) ? [] : [`${predicate} (number ${i + 1}) of: ${text.replace(/\s+/g, ' ')}`]))),
    leaning: entries.filter(([, { leaning }]) => leaning).map(([text]) => text.replace(/\s+/g, ' ')),
  }
}

/** Tables' own checks would refuse a marked text; they say nothing of tenants. */
async function dropChecks(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ sql: string }>("select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0")
  for (const { sql } of rows) await client.query(sql)
}

type Sent = { readonly text: string; readonly values: readonly unknown[] }

/** Writes down what the app's connections send. */
function listen(world: World): Sent[] {
  const sent: Sent[] = []
  const watch = (client: pg.PoolClient): void => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const asked = args[0] as string | { text: string; values?: unknown[] }
        const { text, values } = typeof asked === 'string' ? { text: asked, values: args[1] as unknown[] | undefined } : asked
        if (text !== undefined && predicatesOf(text).length > 0) sent.push({ text, values: Array.isArray(values) ? values : [] })
        return query(...args)
      },
    })
  }
  world.deps.db.pool.on('connect', watch as never)
  return sent
}

/** Texts that are shown and that nothing is found by. */
const NAMES = /name|reason|statement|note|city|description/

/** Puts the twin's rows where they are missing: A's own, with the same ids, under another tenant, and every text marked. */
export async function cloner(client: pg.PoolClient, a: string): Promise<() => Promise<void>> {
  const statements: string[] = []
  for (const table of await tenantTables(client)) {
    const { rows } = await client.query<{ name: string; type: string; identity: boolean; held: boolean }>(
      `select attname as name, format_type(atttypid, atttypmod) as type, attidentity <> '' as identity,
        exists (select from pg_index i where i.indrelid = attrelid and attnum = any (i.indkey)) or exists (select from pg_constraint c where c.conrelid = attrelid and c.contype = 'f' and attnum = any (c.conkey)) as held
        from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, [table])
    const able = new Set((await insertable(client, table)).map(({ name }) => name))
    const columns = rows.filter(({ name, identity }) => identity || able.has(name))
    const values = columns.map(({ name, type, held }) => (name === 'tenant_id' ? `'${TWIN}'::uuid` : type === 'text' && !held && NAMES.test(name) ? `"${name}" || ' of the twin'` : `"${name}"`))
    statements.push(`insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) overriding system value select ${values.join(', ')} from ${table} where tenant_id = '${a}' on conflict do nothing`)
  }
  const all = statements.join(';\n')
  return async () => { await client.query(all) }
}

/** What a statement answers, rows in their order where it says one; null where it cannot be sent. */
async function answerOf(client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<string> {
  await client.query('savepoint one')
  try {
    const { rows, rowCount } = await client.query(text, values as unknown[])
    return JSON.stringify([rowCount, rows.map((row) => JSON.stringify(row)).sort()])
  } catch (cause) {
    return `error ${(cause as { code: string }).code}`
  } finally {
    await client.query('rollback to savepoint one')
  }
}

/** States of the workspace in which a predicate is what decides. Each leaves the twin as it was, but for what both must have. */
function scenarios({ text, values }: Sent, tables: readonly string[], a: string): string[] {
  const named = tables.filter((table) => new RegExp(`\\b${table.split('.')[1]}\\b`).test(text))
  return [
    '',
    // The row is the twin's alone.
    ...named.map((table) => `delete from ${table} where tenant_id = '${a}'`),
    // The row is another merchant's.
    ...named.map((table) => `do $$ begin if exists (select from pg_attribute where attrelid = '${table}'::regclass and attname = 'merchant_id') then update ${table} set merchant_id = '${ELSEWHERE}' where tenant_id = '${a}'; end if; end $$`),
    // A session stands where it stood before the change, or where money has gone.
    "delete from route_session_transitions where seq > 1; update route_sessions s set version = 1, state = (select t.to_state from route_session_transitions t where t.tenant_id = s.tenant_id and t.session_id = s.id)",
    "update route_sessions set state = 'accepted', documents_used = '{FORM_Q}'",
    `update route_sessions set state = 'accepted', documents_used = '{FORM_Q}'; update route_sessions set merchant_id = '${ELSEWHERE}' where tenant_id = '${a}'`,
    `update route_sessions set state = 'completed' where tenant_id = '${TWIN}'`,
    // Every session is in a state that the statement asks for.
    ...values.flatMap((value) => (Array.isArray(value) && typeof value[0] === 'string' ? [`update route_sessions set state = '${value[0]}'`] : [])),
    // A fee rule for everything, and one of another merchant.
    'update desk_fee_rules set corridor_id = null', `update desk_fee_rules set corridor_id = null, merchant_id = '${ELSEWHERE}' where tenant_id = '${a}'`,
    `delete from desk_fee_rules where tenant_id = '${a}'; update desk_fee_rules set corridor_id = null`,
    // A merchant is at the version that is changed, and an account is in use still.
    'update merchants set version = 1', 'update provider_accounts set retired_at = null, retired_by = null',
    // Data that an import takes away, and what in the other workspace still names it.
    ...['providers', 'facts'].map((table) => `update ${table} set id = id || ' gone' where tenant_id = '${TWIN}'`), `update market_data set kind = kind || ' gone' where tenant_id = '${TWIN}'`,
    ...['route_sessions', 'desk_fee_rules'].map((table) => `update corridors set id = id || ' gone'; delete from route_sessions where tenant_id = '${a}'; delete from desk_fee_rules where tenant_id = '${a}';
      update ${table} set corridor_id = coalesce(corridor_id, 'ng-cn') || ' gone'`),
    // A program's key is the twin's alone, and the program did everything; or it is the only desk operator; or it is a merchant's.
    `update audit_events set user_id = coalesce((select user_id from api_keys where tenant_id = '${a}' limit 1), user_id); delete from api_keys where tenant_id = '${a}'`,
    `delete from memberships where tenant_id = '${a}' and role = 'desk_operator' and user_id not in (select user_id from api_keys); delete from api_keys where tenant_id = '${a}'`,
    `update memberships set merchant_id = (select id from merchants where tenant_id = '${a}' limit 1)`,
    // A link was made for whoever asks.
    ...(named.includes('public.account_links') && UUID.test(String(values[1])) ? [`update account_links set user_id = '${String(values[1])}'`] : []),
    // Who proposed bank details decided them too.
    'update bank_detail_changes set decided_by = proposed_by',
    // Only the first thing was ever recorded.
    `delete from audit_events where tenant_id = '${a}' and seq > 1`,
  ]
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A merchant that nobody in the workload is. */
const ELSEWHERE = 'eeeeeeee-0000-4000-8000-00000000000e'

async function look(client: pg.PoolClient, clone: () => Promise<void>, sent: readonly Sent[], seen: Map<string, Seen>, a: string): Promise<void> {
  const tables = await tenantTables(client)
  for (const { text, values } of sent) {
    const state = seen.get(text) ?? { tries: 0, leaning: false, killed: new Set<number>() }
    seen.set(text, state)
    const predicates = predicatesOf(text).length
    if (state.tries >= TRIES_PER_TEXT || (state.tries > 3 && state.killed.size === predicates)) continue
    state.tries++
    await client.query('begin')
    try {
      const alone = await answerOf(client, text, values)
      await clone()
      if (alone !== await answerOf(client, text, values)) state.leaning = true
      for (const change of scenarios({ text, values }, tables, a)) {
        if (state.killed.size === predicates) break
        await client.query('savepoint scenario')
        if (change !== '') await client.query(change)
        const whole = await answerOf(client, text, values)
        for (let n = 0; n < predicates; n++) {
          if (!state.killed.has(n) && await answerOf(client, withoutPredicate(text, n), values) !== whole) state.killed.add(n)
        }
        await client.query('rollback to savepoint scenario')
      }
    } finally {
      await client.query('rollback')
    }
  }
}
