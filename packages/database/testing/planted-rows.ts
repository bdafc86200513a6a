/**
 * A row of a tenant in every table that can hold one, made from the catalog alone, so that a table that no test knows is probed too.
 * Only tables that product code left empty are planted: their checks and triggers are passed over, which no rule of isolation rests on.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { tenantTables, type Query } from './isolation-rules.ts'

type Column = { readonly name: string; readonly type: string; readonly required: boolean }

/** A value of a type that no other row has. */
function valueOf(type: string): unknown {
  const salt = randomBytes(4).toString('hex')
  if (type === 'uuid') return randomUUID()
  if (type === 'bytea') return randomBytes(32)
  if (type === 'boolean') return true
  if (/^(jsonb?)$/.test(type)) return '{}'
  if (/\[\]$/.test(type)) return '{}'
  if (/^(smallint|integer|bigint|numeric|double precision|real)/.test(type)) return 1 + (Number.parseInt(salt, 16) % 30_000)
  if (/^(timestamp|date)/.test(type)) return '2026-09-29T08:00:00Z'
  if (/^time/.test(type)) return '08:00:00'
  if (type === 'interval') return '1 day'
  if (type === 'inet' || type === 'cidr') return '192.0.2.1'
  return `planted-${salt}`
}

/** Columns that an insert may name; `required` ones have neither null nor default. */
export async function insertable(client: Query, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull and not atthasdef as required from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = '' order by attnum`, [table])
  return rows
}

/** Gives each tenant a row in every table where it has none. The client is a superuser's. */
export async function plantRows(superuser: pg.Pool, tenants: readonly string[]): Promise<string[]> {
  const client = await superuser.connect()
  const planted: string[] = []
  try {
    await client.query("set session_replication_role = 'replica'")
    for (const table of await tenantTables(client)) {
      for (const tenant of tenants) {
        const { rows: [held] } = await client.query<{ some: boolean }>(`select exists (select from ${table} where tenant_id = $1) as some`, [tenant])
        if (held!.some) continue
        const { rows: checks } = await client.query<{ name: string }>("select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'", [table])
        for (const { name } of checks) await client.query(`alter table ${table} drop constraint "${name}"`)
        const columns = (await insertable(client, table)).filter(({ name, required }) => required || name === 'tenant_id')
        await client.query(`insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
          columns.map(({ name, type }) => (name === 'tenant_id' ? tenant : valueOf(type))))
        planted.push(table)
      }
    }
  } finally {
    await client.query("set session_replication_role = 'origin'")
    client.release()
  }
  return [...new Set(planted)]
}
