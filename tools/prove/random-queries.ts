/**
 * Random SQL as somebody would inject it who knows the schema: made from the catalog, so that a table added tomorrow is asked tomorrow. Every
 * statement has one right answer whatever the order of rows on disk, so that two databases can be held against each other.
 */
import { randomFrom, type Random } from '#orchestrator/oracle/prng.ts'
import type { Query } from '#database/testing/isolation-rules.ts'
import { tenantTables } from '#database/testing/isolation-rules.ts'
import { KNOWN } from './twin.ts'

type Column = { readonly name: string; readonly type: string; readonly select: boolean; readonly insert: boolean; readonly update: boolean; readonly samples: readonly string[] }
export type Table = { readonly name: string; readonly columns: readonly Column[]; readonly deletable: boolean }
export type Function = { readonly name: string; readonly types: readonly string[]; readonly stable: boolean }
export type Schema = { readonly role: string; readonly tenant_id: string; readonly tables: readonly Table[]; readonly functions: readonly Function[] }

export const KINDS = [
  'select', 'join', 'subquery', 'cte', 'aggregate', 'set operation', 'function', 'update returning', 'delete returning', 'insert', 'changing cte', 'set_config',
  'role switch', 'prepared', 'cursor', 'savepoint', 'error', 'temporary', 'lock',
] as const
export type Kind = (typeof KINDS)[number]
export type Statement = { readonly kind: Kind; readonly sql: string; /** changes something, so that what follows may differ in times */ readonly writes?: boolean; /** answers the time, or what follows from it */ readonly clocked?: boolean; /** nothing sensible can follow in its transaction */ readonly last?: boolean }

/** What `role` may do, and values of tenant A to ask with. */
export async function readSchema(superuser: Query, role: string, tenant_id: string): Promise<Schema> {
  const tables: Table[] = []
  for (const name of [...(await tenantTables(superuser)), 'public.session_edges', 'public.step_edges']) {
    const { rows } = await superuser.query<Omit<Column, 'samples'>>(
      `select attname as name, format_type(atttypid, atttypmod) as type, has_column_privilege($1, attrelid, attnum, 'select') as select,
        has_column_privilege($1, attrelid, attnum, 'insert') as insert, has_column_privilege($1, attrelid, attnum, 'update') as update
        from pg_attribute where attrelid = $2::regclass and attnum > 0 and not attisdropped order by attnum`, [role, name])
    const columns: Column[] = []
    for (const column of rows) {
      const { rows: values } = await superuser.query<{ value: string }>(`select distinct "${column.name}"::text as value from ${name} ${name.endsWith('_edges') ? '' : 'where tenant_id = $1'} limit 4`, name.endsWith('_edges') ? [] : [tenant_id])
      columns.push({ ...column, samples: values.map(({ value }) => value).filter((value) => value !== null && value.length < 400) })
    }
    const { rows: [right] } = await superuser.query<{ deletable: boolean }>("select has_table_privilege($1, $2::regclass, 'delete') as deletable", [role, name])
    tables.push({ name, columns, deletable: right!.deletable })
  }
  const { rows: functions } = await superuser.query<{ name: string; types: string[]; stable: boolean }>(
    `select p.oid::regproc::text as name, coalesce(array(select format_type(t, null) from unnest(p.proargtypes) as t), '{}') as types, p.provolatile <> 'v' as stable
      from pg_proc p where p.pronamespace = 'fc'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype and p.oid::regproc::text <> all ($2) and has_function_privilege($1, p.oid, 'execute') order by p.oid::regprocedure::text`, [role, ACROSS_TENANTS])
  return { role, tenant_id, tables, functions }
}

/** Tells the ids of tenants that have something to sign, and nothing of them: the server that signs asks before it has a tenant. */
const ACROSS_TENANTS: readonly string[] = ['fc.tenants_to_sign']

/** Columns whose values differ between two databases that did the same: clocks, and hashes over clocks. */
const isSteady = ({ type, name }: Column): boolean => !/^(timestamp|date|time)/.test(type) && name !== 'hash'
/** The columns can be compared for less and greater, and grouped. */
const isOrdered = ({ type }: Column): boolean => type !== 'jsonb' && type !== 'json'

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** A stream of statements; the same seed gives the same stream. */
export function queriesFrom(schema: Schema, seed: number, contexts: () => readonly string[]): { next(): Statement; readonly random: Random } {
  const random = randomFrom(seed)
  let counter = 0
  const readable = schema.tables.filter(({ columns }) => columns.some((c) => c.select && isSteady(c)))
  const table = (): Table => random.pick(readable)
  const selectable = (t: Table): Column[] => t.columns.filter((c) => c.select && isSteady(c))

  const value = (column: Column): string => {
    if (column.type === 'uuid' && random.chance(0.25)) return literal(random.pick([KNOWN.tenant_id, KNOWN.thing_id, schema.tenant_id]))
    if (column.samples.length > 0 && random.chance(0.8)) return `${literal(random.pick(column.samples))}::${column.type}`
    return /^(smallint|integer|bigint|numeric)/.test(column.type) ? String(random.integer(-2, 900)) : random.chance(0.3) ? 'null' : `${literal(column.type === 'uuid' ? KNOWN.thing_id : column.type === 'bytea' ? '\\x00' : '{}')}::${column.type}`
  }
  const ref = (alias: string, column: Column): string => `${alias}."${column.name}"`

  /** A condition on one alias. Some are true of everything, and some try to make a row that must not be seen fail aloud. */
  const condition = (alias: string, t: Table, depth = 0): string => {
    const column = random.pick(selectable(t))
    const own = ref(alias, column)
    const choices: (() => string)[] = [
      () => `${own} = ${value(column)}`,
      () => 'true',
      () => `${own} is not null`,
      () => `${own}::text ${random.pick(['like', 'ilike', 'not like'])} ${literal(random.pick(['%a%', '%', '_%', '%canary%', '%b%']))}`,
      () => `length(${own}::text) ${random.pick(['>', '<', '<>'])} ${random.integer(0, 40)}`,
      () => (t.columns.some((c) => c.name === 'tenant_id') ? `${alias}.tenant_id ${random.pick(['=', '<>'])} ${literal(random.pick([KNOWN.tenant_id, schema.tenant_id]))}` : 'true'),
      () => (isOrdered(column) ? `${own} ${random.pick(['<=', '>=', '<>'])} ${value(column)}` : `${own} is not null`),
      // Raises an error that quotes the value, if it is ever worked out for a row that the policy hides.
      () => (t.columns.some((c) => c.name === 'tenant_id') ? `(${alias}.tenant_id = ${literal(schema.tenant_id)} or (${own}::text || 'x')::integer > 0)` : 'true'),
    ]
    if (depth < 2) choices.push(
      () => `not (${condition(alias, t, depth + 1)})`,
      () => `(${condition(alias, t, depth + 1)} ${random.pick(['and', 'or'])} ${condition(alias, t, depth + 1)})`,
      () => { const inner = table(); return `exists (select from ${inner.name} x${depth} where ${condition(`x${depth}`, inner, depth + 1)})` },
      () => { const inner = table(); const same = selectable(inner).filter((c) => c.type === column.type); return same.length === 0 ? 'true' : `${own} ${random.pick(['in', 'not in'])} (select ${ref(`y${depth}`, random.pick(same))} from ${inner.name} y${depth} where ${condition(`y${depth}`, inner, depth + 1)})` },
      () => { const inner = table(); return `(select count(*) from ${inner.name} z${depth} where ${condition(`z${depth}`, inner, depth + 1)}) > ${random.integer(0, 12)}` },
    )
    return random.pick(choices)()
  }

  const columnList = (alias: string, t: Table): string => {
    const chosen = random.some(selectable(t), 0.5)
    return (chosen.length === 0 ? [random.pick(selectable(t))] : chosen).slice(0, 6).map((c) => ref(alias, c)).join(', ')
  }
  const simple = (): string => {
    const t = table()
    const tail = random.chance(0.2) ? ` order by ${random.integer(1, 1)} ${random.pick(['asc', 'desc', 'nulls first'])}` : ''
    return `select ${random.chance(0.15) ? 'distinct ' : ''}${columnList('t', t)} from ${random.chance(0.1) ? 'only ' : ''}${t.name} t${random.chance(0.7) ? ` where ${condition('t', t)}` : ''}${tail.replace(/order by 1.*/, (order) => (selectable(t).every(isOrdered) ? order : ''))}`
  }
  const join = (): string => {
    const [left, right] = [table(), table()]
    const pairs = selectable(left).flatMap((l) => selectable(right).filter((r) => r.type === l.type && isOrdered(l)).map((r) => `${ref('l', l)} = ${ref('r', r)}`))
    const on = pairs.length > 0 && random.chance(0.8) ? random.pick(pairs) : random.chance(0.5) ? 'true' : condition('l', left)
    const way = random.pick(['join', 'left join', 'right join', 'full join', 'join lateral'])
    const source = way === 'join lateral' ? `(select ${columnList('s', right)} from ${right.name} s where ${pairs.length > 0 ? random.pick(pairs).replaceAll('r."', 's."') : 'true'})` : right.name
    return way === 'join lateral'
      ? `select ${columnList('l', left)}, r.* from ${left.name} l cross join lateral ${source} r where ${condition('l', left)}`
      : `select ${columnList('l', left)}, ${columnList('r', right)} from ${left.name} l ${way} ${source} r on ${on}${random.chance(0.4) ? ` where ${condition('l', left)}` : ''}`
  }
  const aggregate = (): string => {
    const t = table()
    const ordered = selectable(t).filter((c) => isOrdered(c) && c.type !== 'bytea')
    const column = random.pick(ordered.length > 0 ? ordered : selectable(t))
    const over = random.pick(selectable(t))
    const what = random.pick([
      'count(*)', `count(distinct ${ref('t', column)}::text)`, `min(${ref('t', column)}::text)`, `max(${ref('t', column)}::text)`, `string_agg(${ref('t', over)}::text, '|' order by ${ref('t', over)}::text)`,
      `jsonb_agg(${ref('t', over)} order by ${ref('t', over)}::text)`, `array_agg(${ref('t', over)}::text order by ${ref('t', over)}::text)`, `bool_or(${ref('t', over)} is null)`, `count(*) filter (where ${condition('t', t, 1)})`,
    ])
    const shape = random.integer(0, 3)
    if (shape === 0) return `select ${what} from ${t.name} t where ${condition('t', t)}`
    if (shape === 1) return `select ${ref('t', column)}::text, ${what} from ${t.name} t group by 1 having count(*) >= ${random.integer(0, 2)}`
    if (shape === 2) return `select ${ref('t', column)}::text, count(*) over (partition by ${ref('t', over)}::text), rank() over (order by ${ref('t', column)}::text) from ${t.name} t`
    return `select ${ref('t', column)}::text, ${ref('t', over)}::text, count(*) from ${t.name} t group by ${random.pick(['rollup', 'cube'])} (1, 2)`.replace('(1, 2)', `(${ref('t', column)}::text, ${ref('t', over)}::text)`)
  }
  /** One column as text: what set operations and recursion can put together whatever the tables are. */
  const textColumn = (): string => { const t = table(); return `select ${ref('t', random.pick(selectable(t)))}::text as v from ${t.name} t where ${condition('t', t, 1)}` }
  const setOperation = (): string => `(${textColumn()}) ${random.pick(['union', 'union all', 'intersect', 'except', 'intersect all', 'except all'])} (${textColumn()})${random.chance(0.3) ? ` union all (${textColumn()})` : ''}`
  const cte = (): string => random.pick([
    () => `with c as ${random.pick(['', 'materialized ', 'not materialized '])}(${textColumn()}) select v, count(*) from c group by v`,
    () => `with c as (${setOperation()}), d as (select v from c where v is not null) select count(*), min(v), max(v) from d`,
    () => `with recursive r(v, n) as ((${textColumn()}) union all select v, n from (select v, 1 as n from (select null::text as v) q where false) none) select v from r`.replace('r(v, n)', 'r(v)').replace('select v, n from (select v, 1 as n from', 'select v from (select v from'),
  ])()

  const argument = (type: string): string => {
    if (type === 'uuid') return `${literal(random.pick([KNOWN.tenant_id, KNOWN.thing_id, schema.tenant_id, ...uuids]))}::uuid`
    if (type === 'bytea') return random.chance(0.5) ? 'sha256($$guess$$::bytea)' : `convert_to(${literal(`{"tenant_id":"${KNOWN.tenant_id}","user_id":"${KNOWN.thing_id}","action":"forged","entity":"x","entity_id":"${counter}"}`)}, 'UTF8')`
    if (type === 'text') return literal(random.pick(['', 'merchant@acme.example', KNOWN.tenant_id, "' or true --", 'none']))
    if (/\[\]$/.test(type)) return `'{}'::${type}`
    if (/^(integer|bigint|smallint|double precision|numeric)/.test(type)) return `${random.integer(0, 9)}::${type}`
    if (type === 'boolean') return 'true'
    if (type === 'interval') return "interval '1 hour'"
    return `null::${type}`
  }
  const uuids = schema.tables.flatMap(({ columns }) => columns.filter(({ type }) => type === 'uuid').flatMap(({ samples }) => samples)).slice(0, 40)
  const callOf = (f: Function): string => `select f::text from ${f.name}(${f.types.map(argument).join(', ')}) as f`

  const changeable = schema.tables.filter(({ columns }) => columns.some((c) => c.update && isSteady(c)))
  const update = (): string => {
    const t = random.pick(changeable.length > 0 && random.chance(0.7) ? changeable : schema.tables)
    const column = random.pick(t.columns.filter((c) => c.update && isSteady(c)).length > 0 ? t.columns.filter((c) => c.update && isSteady(c)) : t.columns)
    const where = selectable(t).length > 0 && random.chance(0.8) ? ` where ${condition('t', t)}` : ''
    const returning = selectable(t).length > 0 ? ` returning ${columnList('t', t)}` : ''
    return `update ${t.name} t set "${column.name}" = ${random.chance(0.3) && column.name === 'tenant_id' ? literal(KNOWN.tenant_id) : random.chance(0.5) ? ref('t', column) : value(column)}${where}${returning}`
  }
  const insert = (): string => {
    const t = random.pick(schema.tables.filter(({ columns }) => columns.some((c) => c.insert)).length > 0 && random.chance(0.8) ? schema.tables.filter(({ columns }) => columns.some((c) => c.insert)) : schema.tables)
    const columns = t.columns.filter((c) => c.insert && isSteady(c))
    const named = columns.length > 0 ? columns : t.columns.slice(0, 1)
    const values = named.map((c) => (c.name === 'tenant_id' ? literal(random.pick([KNOWN.tenant_id, KNOWN.tenant_id, schema.tenant_id])) : value(c)))
    const conflict = random.chance(0.4) ? ' on conflict do nothing' : ''
    return `insert into ${t.name} (${named.map((c) => `"${c.name}"`).join(', ')}) values (${values.join(', ')})${conflict}${selectable(t).length > 0 ? ` returning ${selectable(t).slice(0, 3).map((c) => `"${c.name}"`).join(', ')}` : ''}`
  }
  const remove = (): string => {
    const t = random.pick(schema.tables.filter((each) => each.deletable || random.chance(0.3)).concat(schema.tables.slice(0, 1)))
    return `delete from ${t.name} t${selectable(t).length > 0 && random.chance(0.8) ? ` where ${condition('t', t)} returning ${columnList('t', t)}` : ''}`
  }
  const read = (): string => random.pick([simple, join, aggregate, setOperation, cte, simple])()

  const make: Readonly<Record<Kind, () => Statement>> = {
    'select': () => ({ kind: 'select', sql: simple() }),
    'join': () => ({ kind: 'join', sql: join() }),
    'subquery': () => { const t = table(); return { kind: 'subquery', sql: `select q.* from (${simple()}) q where exists (select from ${t.name} t where ${condition('t', t)})` } },
    'cte': () => ({ kind: 'cte', sql: cte() }),
    'aggregate': () => ({ kind: 'aggregate', sql: aggregate() }),
    'set operation': () => ({ kind: 'set operation', sql: setOperation() }),
    'function': () => { const f = random.pick(schema.functions); return { kind: 'function', sql: callOf(f), ...(f.stable ? {} : { writes: true, clocked: true, last: true }) } },
    'update returning': () => ({ kind: 'update returning', sql: update(), writes: true }),
    'delete returning': () => ({ kind: 'delete returning', sql: remove(), writes: true }),
    'insert': () => ({ kind: 'insert', sql: insert(), writes: true }),
    'changing cte': () => ({ kind: 'changing cte', sql: `with gone as (${random.chance(0.5) ? remove() : update()}) select count(*) from (${textColumn()}) q`, writes: true }),
    'set_config': () => ({ kind: 'set_config', sql: `select set_config('fc.tenant', ${literal(random.pick(contexts()))}, ${random.chance(0.9)})` }),
    'role switch': () => ({ kind: 'role switch', sql: random.pick(['reset role', 'set role none', 'set local role flowclaw_owner', 'set role fc_auth', 'set local role app_rt', 'set session authorization postgres', 'reset session authorization', 'set local row_security = off', "select set_config('role', 'fc_definer', true)", "set local session_replication_role = 'replica'"]) }),
    'prepared': () => ({ kind: 'prepared', sql: `prepare p${counter} as ${read()}; execute p${counter}; execute p${counter}` }),
    'cursor': () => ({ kind: 'cursor', sql: `declare c${counter} ${random.chance(0.5) ? 'scroll ' : ''}cursor for ${read()}; fetch all from c${counter}` }),
    'savepoint': () => ({ kind: 'savepoint', sql: random.pick([`savepoint s`, 'rollback to savepoint s', 'release savepoint s']) }),
    'error': () => ({ kind: 'error', sql: random.pick(['select 1/0', 'select nothing from nowhere', "select 'x'::integer", 'selec', `select * from users`, 'select account_number from suppliers', 'select * from fc.tenant_key', 'table auth_sessions']) }),
    'temporary': () => ({ kind: 'temporary', sql: random.chance(0.5) ? `create temporary view w${counter} as ${read()}; select count(*) from w${counter}; drop view w${counter}` : `create temporary table w${counter} on commit drop as ${textColumn()}; select v from w${counter}` }),
    'lock': () => { const t = table(); return { kind: 'lock', sql: `select ${columnList('t', t)} from ${t.name} t where ${condition('t', t, 1)} for ${random.pick(['update', 'share', 'key share', 'no key update'])}` } },
  }
  /** Reads come more often: what they answer is what could leak. */
  const weighted: readonly Kind[] = [...KINDS, 'select', 'select', 'select', 'join', 'join', 'join', 'subquery', 'subquery', 'aggregate', 'aggregate', 'cte', 'set operation', 'update returning', 'update returning', 'prepared', 'cursor', 'set_config']
  return { random, next: () => { counter++; return make[random.pick(weighted)]() } }
}
