import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MY_DATA_ROWS, type MyDataList } from '#contracts/api/privacy.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { ACCOUNT_COLUMNS, COLUMNS_LEFT_OUT, LISTS, TABLES_LEFT_OUT } from './personal-data.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

type Column = { readonly table: string; readonly name: string; readonly type: string; /** a foreign key leads to an account or a membership */ readonly points_at_person: boolean }
/** Every column of every table that FlowClaw made, as the catalog has it. */
async function columns(): Promise<Column[]> {
  const { rows } = await test_db.superuser.query<Column>(`
    select case n.nspname when 'public' then c.relname::text else n.nspname || '.' || c.relname end as table, a.attname::text as name, format_type(a.atttypid, null) as type,
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid in ('public.users'::regclass, 'public.memberships'::regclass)
        and a.attnum = any (k.conkey) and a.attname <> 'tenant_id') as points_at_person
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('public', 'fc') and c.relkind in ('r', 'p') order by 1, a.attnum`)
  return rows
}
/** What names a person, by the catalog or by how this house names such columns. */
const namesPerson = ({ name, type, points_at_person }: Column): boolean => points_at_person || (type === 'uuid' && /^user_id$|_by$|_user_id$|^person_id$/.test(name))
/** What may hold a person's name, address, number or words. */
const looksPersonal = ({ name, type }: Column): boolean => /text|bytea|json/.test(type) && /(^|_)(name|email|phone|address|note|reason|description|comment|label|account_number|account_masked|cnaps|cnaps_masked|sealed)($|_)/.test(name)

const listsOf = (table: string): MyDataList[] => (Object.keys(LISTS) as MyDataList[]).filter((name) => LISTS[name].table === table)
const isCopied = (table: string): boolean => listsOf(table).length > 0 || Object.hasOwn(ACCOUNT_COLUMNS, table)

/** What is wrong with the lists against these columns, as sentences. */
function violations(all: readonly Column[]): string[] {
  const tables = [...new Set(all.map(({ table }) => table))]
  const said: string[] = []
  for (const table of tables) {
    const own = all.filter((column) => column.table === table)
    const left = Object.hasOwn(TABLES_LEFT_OUT, table) ? TABLES_LEFT_OUT[table]! : null
    if (isCopied(table) === (left !== null)) said.push(`table ${table} is ${left === null ? 'neither in a copy of my data nor left out with a reason' : 'in a copy and left out'}: packages/database/personal-data.ts`)
    if (left !== null) {
      for (const column of own.filter(namesPerson)) said.push(`table ${table} is left out of a copy, and its column ${column.name} names a person`)
      const personal = own.filter(looksPersonal).map(({ name }) => name).sort()
      if (JSON.stringify(personal) !== JSON.stringify([...(left.holds ?? [])].sort())) said.push(`table ${table} is left out of a copy, and its columns ${personal.join(', ')} look personal: say so in \`holds\``)
      continue
    }
    if (!isCopied(table)) continue
    const people = new Set(listsOf(table).flatMap((name) => LISTS[name].people))
    const given = new Set([...listsOf(table).flatMap((name) => [...Object.keys(MY_DATA_ROWS[name].properties), ...(LISTS[name].address === undefined ? [] : [LISTS[name].address])]), ...(ACCOUNT_COLUMNS[table] ?? [])])
    const out = (COLUMNS_LEFT_OUT[table] ?? []).flatMap(({ columns: names }) => names)
    for (const column of own.filter(({ name }) => name !== 'tenant_id')) {
      const places = [people.has(column.name), given.has(column.name), out.includes(column.name)].filter(Boolean).length
      if (places !== 1) said.push(`column ${table}.${column.name} is ${places === 0 ? 'neither given in a copy nor left out with a reason' : 'said twice'}`)
      if (namesPerson(column) && listsOf(table).length > 0 && !people.has(column.name) && !out.includes(column.name)) said.push(`column ${table}.${column.name} names a person, and no list is found by it`)
    }
    for (const name of [...people, ...given, ...out]) if (!own.some((column) => column.name === name)) said.push(`column ${table}.${name} is in the list and not in the database`)
  }
  for (const table of [...Object.keys(TABLES_LEFT_OUT), ...Object.keys(ACCOUNT_COLUMNS), ...Object.keys(COLUMNS_LEFT_OUT), ...Object.values(LISTS).map((list) => list.table)]) {
    if (!tables.includes(table)) said.push(`table ${table} is in the list and not in the database`)
  }
  return said
}

// Guarantee: every table of the database is in a copy of my data or left out with a reason, and so is every column of a table that is in it; what names a person is looked for.
test('no table and no column is forgotten in a copy of my data', async () => {
  assert.deepEqual(violations(await columns()), [])
  for (const { why } of [...Object.values(TABLES_LEFT_OUT), ...Object.values(COLUMNS_LEFT_OUT).flat()]) assert.match(why, /^[A-Z].*\.$/)
})

// Guarantee: a table or a column that a migration adds is refused by its name until somebody says whether a person gets it.
test('a new table and a new column are judged by themselves', async () => {
  const all = await columns()
  const column = (table: string, name: string, type = 'uuid', points_at_person = false): Column => ({ table, name, type, points_at_person })
  const wrong: readonly (readonly [readonly Column[], RegExp])[] = [
    [[column('novelties', 'tenant_id'), column('novelties', 'user_id')], /^table novelties is neither/],
    [[column('desk_fee_rules', 'approved_by', 'uuid', true)], /^column desk_fee_rules.approved_by is neither/],
    [[column('memberships', 'phone', 'text')], /^column memberships.phone is neither/],
    [[column('merchants', 'managed_by')], /^table merchants is left out of a copy, and its column managed_by names a person/],
    [[column('tenant_settings', 'contact_email', 'text')], /^table tenant_settings is left out of a copy, and its columns contact_email look personal/],
    [[column('providers', 'keeper', 'uuid', true)], /^table providers is left out of a copy, and its column keeper names a person/],
  ]
  for (const [added, says] of wrong) assert.ok(violations([...all, ...added]).some((sentence) => says.test(sentence)), `${says}: ${JSON.stringify(violations([...all, ...added]))}`)
  assert.ok(violations(all.filter(({ table }) => table !== 'api_keys')).some((sentence) => /^table api_keys is in the list and not/.test(sentence)))
})

// Guarantee: no column that the schema marks as secret or sealed is in any copy.
test('no copy holds what the schema marks as secret', async () => {
  const { rows } = await test_db.superuser.query<{ table: string; name: string }>(`
    select c.relname::text as table, a.attname::text as name from pg_description d join pg_class c on c.oid = d.objoid join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
    where d.objsubid > 0 and d.description ~ '^(secret|sealed):'`)
  assert.ok(rows.length >= 8)
  for (const { table, name } of rows) {
    const given = [...listsOf(table).flatMap((list) => Object.keys(MY_DATA_ROWS[list].properties)), ...(ACCOUNT_COLUMNS[table] ?? [])]
    assert.ok(!given.includes(name), `${table}.${name}`)
  }
})
