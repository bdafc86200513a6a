/**
 * Every table × command × kind of context × whose row, tried as whoever the connection is. What a try must come to follows from the grants of
 * the catalog and from nothing that a person wrote down, so a table added tomorrow is tried tomorrow.
 */
import { createHmac } from 'node:crypto'
import { insertable } from './planted-rows.ts'
import { otherTables, tenantTables, type Query } from './isolation-rules.ts'

export type ContextKind =
  | 'own' | 'none' | 'emptied' | 'bare name of the other tenant' | 'other tenant with own signature' | 'other tenant signed with another key'
  | 'own, expired' | 'other tenant, expired' | 'own with a longer life than was signed' | 'own with row security off'
type Command = 'select' | 'insert' | 'update' | 'move' | 'delete'
type Target = 'own' | 'other'

export type Tenants = { readonly own: string; readonly other: string; /** signs contexts */ readonly key: Buffer }
/** Who tries: a database role, connected or impersonated. */
export type Prober = { readonly role: string; readonly client: Query }

/** `tenant|expiry|signature`; every part as asked. */
export function contextText(tenant: string, expiry_s: number, key: Buffer): string {
  const claim = `${tenant}|${expiry_s}`
  return `${claim}|${createHmac('sha256', key).update(claim).digest('hex')}`
}

/** The setting of each kind of context; null sets none. */
export function contextsOf({ own, other, key }: Tenants, now_s: number): Readonly<Record<ContextKind, string | null>> {
  const good = contextText(own, now_s + 60, key)
  const signature = good.split('|')[2]!
  return {
    own: good, none: null, emptied: '', 'bare name of the other tenant': other, 'own with row security off': good,
    'other tenant with own signature': `${other}|${now_s + 60}|${signature}`, 'other tenant signed with another key': contextText(other, now_s + 60, Buffer.alloc(32, 8)),
    'own, expired': contextText(own, now_s - 1, key), 'other tenant, expired': contextText(other, now_s - 1, key),
    'own with a longer life than was signed': `${own}|${now_s + 6000}|${signature}`,
  }
}

type Try = { readonly table: string; readonly command: Command; readonly target: Target; readonly sql: string }
type Outcome = { readonly code: string; readonly said: string; /** rows reached, where the statement ran */ readonly rows: number }

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`
/** A statement that only asks for a right that was not given must be refused by its code; a row it may not have must be refused or not there. */
const REFUSED = '42501'
/** Refusals that come after row-level security let the row pass: a key that is taken, a parent that is missing, a child that holds, a check. */
const REACHED = new Set(['23505', '23503', '23514', '23502', '428C9', 'P0001'])

/** Statements for one role: only columns that it may name, and rows as they really are. */
export type ProbePlan = { readonly tries: readonly Try[]; readonly rights: ReadonlySet<string>; readonly tenants: Tenants }

/** Reads as a superuser what `role` may do and what rows there are. `only` narrows it to some tables. */
export async function planProbes(superuser: Query, role: string, tenants: Tenants, only?: readonly string[]): Promise<ProbePlan> {
  const tries: Try[] = []
  const rights = new Set<string>()
  for (const table of (await tenantTables(superuser)).filter((name) => only === undefined || only.includes(name))) {
    const { rows: granted } = await superuser.query<{ command: string }>(
      `select c as command from unnest(array['select', 'insert', 'update', 'delete']) c
        where case c when 'delete' then has_table_privilege($1, $2::regclass, c) else has_any_column_privilege($1, $2::regclass, c) end`, [role, table])
    for (const { command } of granted) rights.add(`${command} ${table}`)
    const { rows: named } = await superuser.query<{ name: string; insert: boolean; update: boolean }>(
      `select attname as name, has_column_privilege($1, attrelid, attnum, 'insert') as insert, has_column_privilege($1, attrelid, attnum, 'update') as update
        from pg_attribute where attrelid = $2::regclass and attnum > 0 and not attisdropped`, [role, table])
    const able = await insertable(superuser, table)
    const writable = able.filter(({ name }) => !rights.has(`insert ${table}`) || named.some((c) => c.name === name && c.insert)).map(({ name }) => `"${name}"`).join(', ')
    const touched = named.find((c) => c.update && able.some(({ name }) => name === c.name))?.name ?? 'tenant_id'
    for (const target of ['own', 'other'] as const) {
      const id = quoted(tenants[target])
      const { rows: [row] } = await superuser.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t where tenant_id = ${id} limit 1`)
      if (row === undefined) throw new Error(`${table} holds no row of ${target}: the probe would prove nothing`)
      tries.push(
        { table, target, command: 'select', sql: `select tenant_id from ${table} where tenant_id = ${id}` },
        { table, target, command: 'insert', sql: `insert into ${table} (${writable}) select ${writable} from jsonb_populate_record(null::${table}, ${quoted(row.row)}::jsonb)` },
        { table, target, command: 'update', sql: `update ${table} set "${touched}" = "${touched}" where tenant_id = ${id}` },
        { table, target, command: 'delete', sql: `delete from ${table} where tenant_id = ${id}` },
      )
      if (named.some((c) => c.name === 'tenant_id' && c.update)) {
        tries.push({ table, target, command: 'move', sql: `update ${table} set tenant_id = ${quoted(tenants[target === 'own' ? 'other' : 'own'])} where tenant_id = ${id}` })
      }
    }
  }
  return { tries, rights, tenants }
}

/** Runs all tries in one round trip, each in a subtransaction that is undone. */
async function outcomesOf(client: Query, statements: readonly string[]): Promise<Outcome[]> {
  await client.query(`do $probe$
    declare
      statement text;
      reached bigint;
      told jsonb := '[]';
    begin
      for statement in select value from jsonb_array_elements_text(${quoted(JSON.stringify(statements))}::jsonb) loop
        begin
          execute statement;
          get diagnostics reached = row_count;
          raise exception using errcode = 'FCUND', message = reached::text;
        exception when others then
          told := told || jsonb_build_array(jsonb_build_array(sqlstate, sqlerrm));
        end;
      end loop;
      perform set_config('probe.told', told::text, true);
    end $probe$`)
  const { rows: [row] } = await client.query<{ told: string }>("select current_setting('probe.told') as told")
  return (JSON.parse(row!.told) as [string, string][]).map(([code, said]) => ({ code, said, rows: code === 'FCUND' ? Number(said) : 0 }))
}

/** Why an outcome is wrong, or null. */
function wrong({ command, target, table }: Try, kind: ContextKind, outcome: Outcome, rights: ReadonlySet<string>): string | null {
  const may = rights.has(`${command === 'move' ? 'update' : command} ${table}`)
  const ran = outcome.code === 'FCUND'
  if (!may) return outcome.code === REFUSED ? null : `needs no right for it (${ran ? `${outcome.rows} rows` : outcome.said})`
  if (kind === 'own' && target === 'own' && command !== 'move') {
    if (ran && outcome.rows > 0) return null
    if (REACHED.has(outcome.code)) return null
    if (outcome.code === REFUSED && / is refused: its rows are a record$/.test(outcome.said)) return null
    return `cannot reach a row of the own tenant, so that the other tries prove nothing (${ran ? '0 rows' : outcome.said})`
  }
  // A statement that found no row to touch ran, and harmed nothing; an insert always has a row, so it must be refused before any constraint is looked at.
  if (outcome.code === REFUSED) return null
  if (ran && outcome.rows === 0 && command !== 'insert') return null
  return ran ? `reached ${outcome.rows} rows` : `got as far as "${outcome.said}" (${outcome.code})`
}

/**
 * Tries the whole plan in every kind of context and answers what came out wrong, one sentence each. `before` runs inside each transaction ahead
 * of the context: what an attacker might send first.
 */
export async function probe({ role, client }: Prober, plan: ProbePlan, now_s: number, before = ''): Promise<{ readonly tried: number; readonly wrong: string[] }> {
  const found: string[] = []
  const contexts = contextsOf(plan.tenants, now_s)
  for (const [kind, context] of Object.entries(contexts) as [ContextKind, string | null][]) {
    await client.query('savepoint probes').catch(async () => { throw new Error('probe inside a transaction') })
    try {
      if (before !== '') await client.query(before)
      if (context !== null) await client.query("select set_config('fc.tenant', $1, true)", [context])
      if (kind === 'own with row security off') await client.query('set local row_security = off')
      const outcomes = await outcomesOf(client, plan.tries.map(({ sql }) => sql))
      plan.tries.forEach((each, i) => {
        const why = wrong(each, kind, outcomes[i]!, plan.rights)
        if (why !== null) found.push(`${role} in context "${kind}": ${each.command} of ${each.target === 'own' ? 'its own' : 'another'} tenant's row in ${each.table} ${why}`)
      })
    } finally {
      await client.query('rollback to savepoint probes')
    }
  }
  return { tried: plan.tries.length * Object.keys(contexts).length, wrong: found }
}

/** Tables without a tenant: whoever holds no right is refused, and the owner, held by forced row-level security, finds nothing. */
export async function probeOthers({ role, client }: Prober, superuser: Query): Promise<string[]> {
  const found: string[] = []
  for (const table of await otherTables(superuser)) {
    const { rows: [row] } = await superuser.query<{ select: boolean; insert: boolean; update: boolean; delete: boolean; forced: boolean; own: boolean }>(
      `select has_any_column_privilege($1, c.oid, 'select') as select, has_any_column_privilege($1, c.oid, 'insert') as insert, has_any_column_privilege($1, c.oid, 'update') as update,
        has_table_privilege($1, c.oid, 'delete') as delete, c.relforcerowsecurity as forced, r.rolname = $1 as own from pg_class c join pg_roles r on r.oid = c.relowner where c.oid = $2::regclass`, [role, table])
    const { rows: [column] } = await superuser.query<{ name: string }>("select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 1", [table])
    const statements = { select: `select from ${table}`, insert: `insert into ${table} default values`, update: `update ${table} set "${column!.name}" = "${column!.name}"`, delete: `delete from ${table}` }
    const outcomes = await outcomesOf(client, Object.values(statements))
    ;(Object.keys(statements) as (keyof typeof statements)[]).forEach((command, i) => {
      const { code, said, rows } = outcomes[i]!
      if (!row![command]) {
        if (code !== REFUSED) found.push(`${role} may ${command} ${table} without a right (${said})`)
      } else if (row!.forced && (rows > 0 || (command === 'insert' && code !== REFUSED && code !== '23502'))) found.push(`${role} passes row-level security of ${table} with ${command} (${said})`)
      else if (!row!.own && command !== 'select') found.push(`${role} may ${command} ${table}, which is the same for every tenant`)
    })
  }
  return found
}
