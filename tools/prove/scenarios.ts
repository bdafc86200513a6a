/**
 * States of a workspace in which a predicate is what decides: each is SQL that is run beside the twin, looked at, and rolled back. Most are made from the
 * catalog, so that a table that is added later is thought of without anybody's help.
 */
import type pg from 'pg'
import { insertable } from '#database/testing/planted-rows.ts'
import { tenantTables } from '#database/testing/isolation-rules.ts'

export const TWIN = 'dddddddd-0000-4000-8000-00000000000d'
/** A merchant that nobody in the workload is. */
const ELSEWHERE = 'eeeeeeee-0000-4000-8000-00000000000e'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type Sent = { readonly text: string; readonly values: readonly unknown[] }
export type Column = { readonly name: string; readonly type: string; readonly nullable: boolean; /** part of a key, an index or a reference */ readonly held: boolean }
export type Table = { readonly table: string; readonly columns: readonly Column[] }

/** Every table of tenants with the columns that a row is given. */
export async function describeTables(client: pg.PoolClient): Promise<Table[]> {
  const described: Table[] = []
  for (const table of await tenantTables(client)) {
    const { rows } = await client.query<Column & { identity: boolean }>(
      `select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable, attidentity <> '' as identity,
        exists (select from pg_index i where i.indrelid = attrelid and attnum = any (i.indkey)) or exists (select from pg_constraint c where c.conrelid = attrelid and c.contype = 'f' and attnum = any (c.conkey)) as held
        from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, [table])
    const able = new Set((await insertable(client, table)).map(({ name }) => name))
    described.push({ table, columns: rows.filter(({ name, identity }) => identity || able.has(name)) })
  }
  return described
}

const names = (table: string): RegExp => new RegExp(`\\b${table.split('.')[1]}\\b`)
const has = ({ columns }: Table, name: string): boolean => columns.some((column) => column.name === name)

/** A state, and what is changed of it one at a time: `base` is run once, looked at, and looked at again after each of `then` alone. */
export type Scenario = { readonly base: string; readonly then: readonly string[] }

/** The scenarios for one statement. Each leaves the twin as it was, but for what both must have. `before`: also as it stood before the statement; `wide`: also where every session has one row of everything. */
export function* scenarios({ text, values }: Sent, tables: readonly Table[], a: string, { before, wide }: { readonly before: boolean; readonly wide: boolean }): Generator<Scenario> {
  const named = tables.filter(({ table }) => names(table).test(text))
  // What touches no table of the statement cannot change its answer.
  const words = named.map(({ table }) => names(table))
  const matters = (change: string): boolean => words.some((word) => word.test(change))
  // The row is the twin's alone.
  const twins = named.map(({ table }) => `delete from ${table} where tenant_id = '${a}'`)
  // The row is another merchant's.
  const elsewhere = named.filter((table) => has(table, 'merchant_id')).map(({ table }) => `update ${table} set merchant_id = '${ELSEWHERE}' where tenant_id = '${a}'`)
  yield { base: '', then: [...twins, ...elsewhere] }
  for (const base of written({ text, values }, a).filter(matters)) yield { base, then: [] }
  // Things stand as they stood before the statement changed them.
  if (before) for (const base of asBefore({ text, values }, named)) yield { base, then: [...twins, ...elsewhere] }
  const ofSessions = named.filter((table) => has(table, 'session_id'))
  if (!wide || ofSessions.length === 0 || !named.some(({ table }) => table === 'public.route_sessions')) return
  const spread = ofSessions.map((table) => perSession(table, a)).join(';\n')
  const asked = values.flatMap((value) => (Array.isArray(value) && typeof value[0] === 'string' ? [value[0]] : []))
  for (const state of new Set(['executing', 'accepted', ...asked])) {
    yield { base: `${spread}; ${OPEN.filter(matters).join('; ')}; update route_sessions set state = '${state}'`, then: [...twins, ...elsewhere] }
  }
}

/** What a state of the workspace needs to be open still. */
const OPEN = [
  "update payment_incidents set state = 'open'", 'update provider_outages set ended_at = null, ended_by = null', "update session_claims set expires_at = now() + interval '1 hour'",
  'update route_sessions s set providers_used = array(select distinct o.provider_id from provider_outages o)', "update execution_steps set state = 'ready', provider_id = coalesce((select min(provider_id) from provider_outages), provider_id)",
  'update approvals a set content_version = s.content_version, details_version = p.details_version from route_sessions s join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id where s.tenant_id = a.tenant_id and s.id = a.session_id',
  "update session_messages set from_side = 'desk' where id::text < '8'; update session_messages set from_side = 'merchant' where id::text >= '8'", 'update message_reads set through_seq = 0', "update merchant_asks set state = 'open'",
]

/** One row of the table for every session of both workspaces, after the pattern of one that A has. */
function perSession({ table, columns }: Table, a: string): string {
  const value = ({ name, type }: Column): string => {
    if (name === 'tenant_id') return 's.tenant_id'
    if (name === 'session_id') return 's.id'
    if (name === 'merchant_id') return 's.merchant_id'
    if (name === 'id' && type === 'uuid') return `md5(s.id::text || '${table}')::uuid`
    return `t."${name}"`
  }
  return `insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) overriding system value
    select ${columns.map(value).join(', ')} from route_sessions s, (select * from ${table} where tenant_id = '${a}' limit 1) t where s.tenant_id in ('${a}', '${TWIN}') on conflict do nothing`
}

/** Words that the statement compares with. */
const literals = (text: string): string[] => [...new Set([...text.matchAll(/'([a-z][a-z_]{2,30})'/g)].map(([, word]) => word!))]

/** Rows of a table put back: its states and versions are those that the statement asks for, and nothing has ended. */
function asBefore({ text, values }: Sent, named: readonly Table[]): string[] {
  const words = [...new Set([...values.flat().filter((value): value is string => typeof value === 'string' && /^[a-z][a-z_]{2,30}$/.test(value)), ...literals(text)])].slice(0, 8)
  const versions = [...new Set(values.filter((value): value is number => Number.isSafeInteger(value)))].slice(0, 3)
  return named.flatMap((table) => {
    const nothing = table.columns.filter(({ name, nullable, held }) => nullable && !held && /_(at|by|because|reason)$/.test(name)).map(({ name }) => `"${name}" = null`)
    const states = has(table, 'state') ? words.map((word) => [`state = '${word}'`]) : [[]]
    const at = has(table, 'version') && versions.length > 0 ? versions.map((version) => [`version = ${version}`]) : [[]]
    return states.flatMap((state) => at.map((version) => [...state, ...version, ...nothing])).filter((sets) => sets.length > 0).map((sets) => `update ${table.table} set ${sets.join(', ')}`)
  })
}

/** States that somebody thought of. */
function written({ text, values }: Sent, a: string): string[] {
  return [
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
    ...(/\baccount_links\b/.test(text) && UUID.test(String(values[1])) ? [`update account_links set user_id = '${String(values[1])}'`] : []),
    // Who proposed bank details decided them too.
    'update bank_detail_changes set decided_by = proposed_by',
    // Only the first thing was ever recorded.
    `delete from audit_events where tenant_id = '${a}' and seq > 1`,
  ]
}
