/**
 * Each protection that the catalog holds, taken away one at a time: does a test notice? Every mutant lives in one transaction that is rolled
 * back. Three kinds of test look at it, and the first that objects is named: the rules of the catalog, the probes of the table, and the committed schema.sql.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { planProbes, probe } from '#database/testing/isolation-probes.ts'
import { isolationViolations, otherTables, tenantTables } from '#database/testing/isolation-rules.ts'
import { DATABASE_ROLES, openIsolationWorld, type IsolationWorld } from '#database/testing/isolation-world.ts'
import { dumpSchema } from '#tools/testing/schema-dump.ts'

export type Mutant = { readonly group: Group; readonly change: string; /** the tenant table whose probes can see it */ readonly table: string | null }
export const GROUPS = ['policy dropped', 'force removed', 'row security off', 'grant widened', 'execute widened', 'guard dropped', 'constraint dropped', 'unique dropped', 'definer loosened'] as const
export type Group = (typeof GROUPS)[number]
/** Who noticed: `rules`, `probes`, or `record` (schema.sql). */
export type Killer = 'rules' | 'probes' | 'record'
export type MutantResult = { readonly mutants: number; readonly killed: Readonly<Record<Group, Readonly<Record<Killer, number>>>>; readonly survivors: readonly string[] }

/** Without these, rows of another tenant can be reached: a changed text file alone is not enough of a witness. */
const NEEDS_A_WITNESS: ReadonlySet<Group> = new Set(['policy dropped', 'force removed', 'row security off', 'definer loosened'])

const list = async <T extends pg.QueryResultRow>(client: pg.PoolClient, sql: string, values: unknown[] = []): Promise<T[]> => (await client.query<T>(sql, values)).rows

/** Every mutant of this database, from its catalog. */
export async function mutantsOf(client: pg.PoolClient): Promise<Mutant[]> {
  const tenant = await tenantTables(client)
  const all = [...tenant, ...await otherTables(client)]
  const mutants: Mutant[] = []
  const add = (group: Group, change: string, table: string | null): void => { mutants.push({ group, change, table: table !== null && tenant.includes(table) ? table : null }) }
  for (const table of all) {
    const { rows: [is] } = await client.query<{ forced: boolean }>('select relforcerowsecurity as forced from pg_class where oid = $1::regclass', [table])
    for (const { name } of await list<{ name: string }>(client, 'select quote_ident(polname) as name from pg_policy where polrelid = $1::regclass order by 1', [table])) add('policy dropped', `drop policy ${name} on ${table}`, table)
    if (is!.forced) {
      add('force removed', `alter table ${table} no force row level security`, table)
      add('row security off', `alter table ${table} disable row level security`, table)
    }
    for (const role of ['app_rt', 'app_worker', 'fc_auth', 'fc_definer']) {
      for (const { right } of await list<{ right: string }>(client, "select r as right from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) r where not has_table_privilege($1, $2::regclass, r)", [role, table])) add('grant widened', `grant ${right} on ${table} to ${role}`, table)
    }
    for (const { name } of await list<{ name: string }>(client, 'select quote_ident(tgname) as name from pg_trigger where tgrelid = $1::regclass and not tgisinternal order by 1', [table])) add('guard dropped', `drop trigger ${name} on ${table}`, table)
    for (const { name, kind } of await list<{ name: string; kind: string }>(client, "select quote_ident(conname) as name, contype as kind from pg_constraint where conrelid = $1::regclass and contype in ('f', 'c', 'u', 'p') order by 1", [table])) {
      add(kind === 'u' || kind === 'p' ? 'unique dropped' : 'constraint dropped', `alter table ${table} drop constraint ${name} cascade`, table)
    }
  }
  const functions = await list<{ name: string; definer: boolean }>(client, "select oid::regprocedure::text as name, prosecdef as definer from pg_proc where pronamespace = 'fc'::regnamespace and prokind = 'f' order by 1")
  for (const { name, definer } of functions) {
    for (const role of ['public', 'app_rt', 'app_worker']) {
      const [open] = await list<{ may: boolean }>(client, "select has_function_privilege($1, $2::regprocedure, 'execute') as may", [role, name])
      if (!open!.may) add('execute widened', `grant execute on function ${name} to ${role}`, null)
    }
    if (!definer) continue
    add('definer loosened', `alter function ${name} reset search_path`, null)
    add('definer loosened', `alter function ${name} set search_path = public, pg_catalog, pg_temp`, null)
    add('definer loosened', `alter function ${name} owner to postgres`, null)
  }
  return mutants
}

/** Applies each mutant (or every `nth`) and says who noticed. `say` hears of progress. */
export async function killDatabaseMutants({ nth = 1, say = () => undefined }: { readonly nth?: number; readonly say?: (line: string) => void } = {}): Promise<MutantResult> {
  const world = await openIsolationWorld()
  const client = await world.test_db.superuser.connect()
  try {
    // The record is of the schema as it was migrated; planting rows took checks off, so it is read where nothing was planted.
    const record = await dumpSchema(client)
    const committed = readFileSync(join(import.meta.dirname, '..', '..', 'packages', 'database', 'schema.sql'), 'utf8')
    const unlike = (text: string): number => text.split('\n').filter((line) => !line.includes(' CHECK ') && !committed.includes(line)).length
    if (unlike(record) > 0) throw new Error('the database is not the one of schema.sql')
    const mutants = (await mutantsOf(client)).filter((_, i) => i % nth === 0)
    const killed = Object.fromEntries(GROUPS.map((group) => [group, { rules: 0, probes: 0, record: 0 }])) as Record<Group, Record<Killer, number>>
    const survivors: string[] = []
    for (const [i, mutant] of mutants.entries()) {
      const killer = await killerOf(world, client, mutant, record)
      if (killer === null) survivors.push(`${mutant.group}: ${mutant.change}`)
      else killed[mutant.group][killer]++
      if ((i + 1) % 100 === 0) say(`mutants: ${i + 1} of ${mutants.length}, ${survivors.length} survive`)
    }
    return { mutants: mutants.length, killed, survivors }
  } finally {
    client.release()
    await world.close()
  }
}

async function killerOf(world: IsolationWorld, client: pg.PoolClient, { group, change, table }: Mutant, record: string): Promise<Killer | null> {
  await client.query('begin')
  try {
    await client.query(change)
    if (table !== null && await seenByProbes(world, client, table)) return 'probes'
    if ((await isolationViolations(client)).length > 0) return 'rules'
    if (NEEDS_A_WITNESS.has(group)) return null
    return (await dumpSchema(client)) === record ? null : 'record'
  } finally {
    await client.query('rollback')
  }
}

/** Whether a probe of the table objects, as any role, in the order in which they are likeliest to. */
async function seenByProbes(world: IsolationWorld, client: pg.PoolClient, table: string): Promise<boolean> {
  for (const role of DATABASE_ROLES) {
    const plan = await planProbes(client, role, world.tenants, [table])
    await client.query(`savepoint as_role; set local session authorization ${role}`)
    const { wrong } = await probe({ role, client }, plan, Math.floor(Date.now() / 1000))
    await client.query('rollback to savepoint as_role; set session authorization default')
    if (wrong.length > 0) return true
  }
  return false
}
