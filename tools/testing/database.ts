/**
 * A database of its own for each test file: made from a template that is migrated once. `npm test` starts one server for all files and names it
 * in FLOWCLAW_TEST_SERVER; a file run alone starts its own. FLOWCLAW_TEST_SERVER may also name a PostgreSQL 15 to 18 as its superuser.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate, openDatabase, type Database } from '#database/index.ts'
import { readMigrations } from '#database/migrate.ts'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { startEmbeddedPostgres } from '#tools/embedded-postgres/index.ts'

/** Known on purpose: tests forge contexts with and without it. */
export const TEST_TENANT_KEY = Buffer.alloc(32, 7).toString('base64url')
const OWNER = 'flowclaw_owner'
/** Test servers are private; this only has to be equal on both sides where a server asks for one. */
const PASSWORD = 'flowclaw-test-only'

export type TestServer = { readonly url: string; stop(): Promise<void> }

/** A server for tests: commits do not wait for the disk unless asked. Stopped with its folder removed. */
export async function startTestServer(options: { readonly durable?: boolean } = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fc-test-'))
  // mkdtemp closes the folder to all others; as root the server runs as another account.
  chmodSync(folder, 0o755)
  const server = await startEmbeddedPostgres({ data_dir: folder, durable: options.durable ?? false })
  return { url: server.superuser_url, stop: async () => { await server.stop(); for (const each of new Set([folder, server.folder])) rmSync(each, { recursive: true, force: true }) } }
}

export type TestDatabase = {
  /** as app_rt, the way the product serves */
  readonly db: Database
  readonly url: string
  /** as the owner of the tables: what a migration is */
  readonly ownerUrl: string
  /** as a superuser, whom nothing stops: to look behind, and to tamper */
  readonly superuser: pg.Pool
  /** another pool as app_rt, e.g. for a second server process */
  open(options?: { readonly max?: number; readonly tenantKey?: string }): Database
  close(): Promise<void>
}

const withName = (url: string, database: string, user?: string): string => {
  const address = new URL(url)
  address.pathname = `/${database}`
  if (user !== undefined) { address.username = user; address.password = PASSWORD }
  return address.href
}

/** Makes a database from the template, and the template first where there is none for these migrations. */
export async function openTestDatabase(options: { readonly server?: TestServer } = {}): Promise<TestDatabase> {
  const given = process.env['FLOWCLAW_TEST_SERVER']
  const server = options.server ?? (given ? { url: given, stop: async () => {} } : await startTestServer())
  const control = new pg.Client({ connectionString: server.url })
  await control.connect()
  const name = `fc_test_${randomBytes(6).toString('hex')}`
  try {
    await control.query(`create database ${name} template ${await templateOn(control, server.url)} owner ${OWNER}`)
  } finally {
    await control.end()
  }
  const url = withName(server.url, name, 'app_rt')
  const opened: Database[] = []
  const open: TestDatabase['open'] = (o) => {
    const made = openDatabase({ url, tenantKey: o?.tenantKey ?? TEST_TENANT_KEY, max: o?.max ?? 10 })
    opened.push(made)
    return made
  }
  const superuser = new pg.Pool({ connectionString: withName(server.url, name), max: 2 })
  superuser.on('error', () => { /* a test may stop the server under it */ })
  return {
    db: open(), url, ownerUrl: withName(server.url, name, OWNER), superuser, open,
    close: async () => {
      await Promise.all(opened.map((each) => each.close()))
      await superuser.end()
      if (options.server !== undefined) return
      const last = new pg.Client({ connectionString: server.url })
      await last.connect()
      await last.query(`drop database if exists ${name} with (force)`)
      await last.end()
      await server.stop()
    },
  }
}

/** The migrated template's name. Its name is its content, and one of many parallel test files makes it. */
async function templateOn(control: pg.Client, url: string): Promise<string> {
  const name = `fc_template_${sha256Hex(readMigrations().map((file) => file.sha256).join()).slice(0, 16)}`
  await control.query("select pg_advisory_lock(hashtextextended('flowclaw test template', 0))")
  try {
    const { rowCount } = await control.query('select from pg_database where datname = $1 and datistemplate', [name])
    if (rowCount === 1) return name
    await control.query(`do $$ begin if not exists (select from pg_roles where rolname = '${OWNER}') then create role ${OWNER} login createrole nosuperuser nobypassrls; end if; end $$`)
    await control.query(`alter role ${OWNER} password '${PASSWORD}'`)
    await control.query(`drop database if exists ${name} with (force)`)
    await control.query(`create database ${name} owner ${OWNER}`)
    await migrate({ url: withName(url, name, OWNER), tenantKey: TEST_TENANT_KEY })
    await control.query(`alter role app_rt password '${PASSWORD}'`)
    await control.query(`alter role app_worker password '${PASSWORD}'`)
    await control.query(`update pg_database set datistemplate = true where datname = $1`, [name])
    return name
  } finally {
    await control.query("select pg_advisory_unlock(hashtextextended('flowclaw test template', 0))")
  }
}

