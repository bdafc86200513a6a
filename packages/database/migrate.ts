/** Plain SQL migrations, in order, each once. The only code that connects as the owner. */
import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export type MigrateOptions = {
  /** a role that owns the database and may create roles (or a superuser) */
  readonly url: string
  /** base64url of at least 32 bytes, shared with the serving process; made here at first and kept when not given */
  readonly tenantKey?: string | undefined
  readonly folder?: string
}
export type Migrated = {
  /** names of the migrations that ran now */
  readonly applied: readonly string[]
  readonly tenantKey: string
  /** the same server as the serving role */
  readonly appUrl: string
}
export class MigrationError extends Error {}

export const MIGRATIONS = join(import.meta.dirname, 'migrations')
/** One number for every FlowClaw, so that two starts never migrate at once. */
const LOCK = 7_203_114_977

export type MigrationFile = { readonly name: string; readonly sql: string; readonly sha256: string }

/** The migrations of a folder in the order of their numbers. */
export function readMigrations(folder: string = MIGRATIONS): MigrationFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql')).sort()
  names.forEach((name, i) => {
    if (!/^[0-9]{4}_[a-z0-9_]+\.sql$/.test(name) || Number(name.slice(0, 4)) !== i + 1) throw new MigrationError(`${name}: migrations are numbered without gaps, 0001_name.sql`)
  })
  return names.map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8')
    return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
  })
}

/** Brings the database up to date. Refuses a migration that was edited after it ran, and a database newer than this code. */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const files = readMigrations(options.folder)
  const client = new pg.Client({ connectionString: options.url, application_name: 'flowclaw-migrate' })
  await client.connect()
  try {
    const { rows: [server] } = await client.query("select current_setting('server_version_num')::int as version")
    if (server.version < 150000) throw new MigrationError('FlowClaw needs PostgreSQL 15 or newer')
    // A session lock would not hold behind a pooler in transaction mode, so each step takes it in its own transaction.
    await inTransaction(client, async () => {
      await client.query('create table if not exists flowclaw_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())')
    })
    const applied: string[] = []
    for (const file of files) if (await applyOnce(client, file)) applied.push(file.name)
    await inTransaction(client, () => lowerOwner(client))
    await refuseUnknown(client, files)
    const tenantKey = await inTransaction(client, async () => keepKey(client, options.tenantKey))
    const appUrl = await inTransaction(client, async () => openServingRole(client, options.url, tenantKey))
    return { applied, tenantKey, appUrl }
  } finally {
    await client.end()
  }
}

/** Roles belong to the whole server, the lock to one database: a migration of another database may change the same role in this moment. */
const ROLE_CHANGED_BESIDE = 'XX000'
const TRIES_MAX = 6

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  for (let left = TRIES_MAX; ; left--) {
    try {
      return await tryTransaction(client, work)
    } catch (cause) {
      const { code } = ((cause as Error).cause ?? cause) as { code?: string }
      if (left === 1 || code !== ROLE_CHANGED_BESIDE) throw cause
      await sleep(randomInt(20, 120))
    }
  }
}

async function tryTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const result = await work()
    await client.query('commit')
    return result
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw cause
  }
}

async function applyOnce(client: pg.Client, file: MigrationFile): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rows } = await client.query('select sha256 from flowclaw_migrations where name = $1', [file.name])
    if (rows.length > 0) {
      if (rows[0].sha256 !== file.sha256) throw new MigrationError(`${file.name} was edited after it ran: restore it and write a new migration`)
      return false
    }
    try {
      await raiseOwner(client)
      await client.query(file.sql)
    } catch (cause) {
      throw new MigrationError(`${file.name}: ${(cause as Error).message}`, { cause })
    }
    await client.query('insert into flowclaw_migrations (name, sha256) values ($1, $2)', [file.name, file.sha256])
    return true
  })
}

/** A migration hands functions over to the definers, which only their members may. */
async function raiseOwner(client: pg.Client): Promise<void> {
  await client.query(`do $$ begin
    if (select count(*) from pg_roles where rolname in ('fc_definer', 'fc_auth')) = 2 then execute format('grant fc_definer, fc_auth to %I', current_user); end if;
  end $$`)
}

/** The owner held the definers' rights only to hand functions over to them; from here on it has no way past row-level security. */
async function lowerOwner(client: pg.Client): Promise<void> {
  await client.query(`do $$ begin
    revoke create on schema fc from fc_definer, fc_auth;
    execute format('revoke fc_definer, fc_auth from %I', current_user);
  end $$`)
}

async function refuseUnknown(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from flowclaw_migrations order by name')
  const unknown = rows.filter((row) => !files.some((file) => file.name === row.name)).map((row) => row.name)
  if (unknown.length > 0) throw new MigrationError(`the database has migrations that this version lacks: ${unknown.join(', ')}`)
}

const PAD_BYTES = 64

/** HMAC's two pads of a key, as fc.tid() uses them. */
export function padsOf(key: Buffer): { readonly inner: Buffer; readonly outer: Buffer } {
  const block = Buffer.alloc(PAD_BYTES)
  ;(key.length > PAD_BYTES ? createHash('sha256').update(key).digest() : key).copy(block)
  return { inner: Buffer.from(block.map((byte) => byte ^ 0x36)), outer: Buffer.from(block.map((byte) => byte ^ 0x5c)) }
}

/** Stores the given key, or keeps the one that is there, or makes one. */
async function keepKey(client: pg.Client, given: string | undefined): Promise<string> {
  const { rows } = await client.query<{ inner_pad: Buffer }>('select inner_pad from fc.tenant_key')
  if (given === undefined && rows[0] !== undefined) {
    // A key made here has exactly 32 bytes, so it can be read back off its pad.
    return Buffer.from(rows[0].inner_pad.subarray(0, 32).map((byte) => byte ^ 0x36)).toString('base64url')
  }
  const key = given === undefined ? randomBytes(32) : Buffer.from(given, 'base64url')
  if (key.length < 32) throw new MigrationError('FLOWCLAW_TENANT_KEY must be at least 32 bytes in base64url')
  const { inner, outer } = padsOf(key)
  if (rows[0] === undefined) await client.query('insert into fc.tenant_key (inner_pad, outer_pad) values ($1, $2)', [inner, outer])
  else if (!rows[0].inner_pad.equals(inner)) await client.query('update fc.tenant_key set inner_pad = $1, outer_pad = $2', [inner, outer])
  return key.toString('base64url')
}

/**
 * Where one URL is all there is, it is the owner's, and the serving role gets a password that follows from the key. Over a private
 * socket no password is asked. Where the operator set DATABASE_URL for app_rt, it is used as it is and this one is not.
 */
async function openServingRole(client: pg.Client, url: string, tenantKey: string): Promise<string> {
  const address = new URL(url)
  address.username = 'app_rt'
  address.password = ''
  if (address.searchParams.get('host')?.startsWith('/')) return address.href
  const password = createHmac('sha256', Buffer.from(tenantKey, 'base64url')).update('flowclaw app_rt password v1').digest('base64url')
  // The server hashes it; base64url has no character that needs quoting.
  await client.query(`alter role app_rt password '${password}'`)
  address.password = password
  return address.href
}

/** Whether the database of `query` is exactly at this code's migrations: for readiness. */
export async function readMigrationState(query: (text: string) => Promise<{ rows: { name: string; sha256: string }[] }>, folder: string = MIGRATIONS): Promise<boolean> {
  const files = readMigrations(folder)
  const { rows } = await query('select name, sha256 from flowclaw_migrations order by name')
  return rows.length === files.length && files.every((file, i) => rows[i]!.name === file.name && rows[i]!.sha256 === file.sha256)
}
