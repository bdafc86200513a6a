/** Connections to the database as the role that owns nothing, and Kysely over one of them. */
import { createHash } from 'node:crypto'
import {
  type CompiledQuery, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type DatabaseConnection, type Driver, type QueryResult,
} from 'kysely'
import pg from 'pg'
import type { CrashPoint } from './crash-points.ts'
import type { Tables } from './tables.ts'

export type DatabaseConfig = {
  /** connects as app_rt (or app_worker), never as the owner */
  readonly url: string
  /** signs the tenant context; the migrator stored the same key (see migrate.ts) */
  readonly tenantKey: string
  readonly max?: number
  /** false behind a pooler in transaction mode, which cannot keep prepared statements */
  readonly prepared?: boolean
  /** the wall clock in ms; tests give their own */
  readonly now?: () => number
  /** told of an idle connection that broke; the pool replaces it */
  readonly onConnectionLost?: (cause: Error) => void
  /** told of every crash point that a write comes to; tests end the process there */
  readonly reach?: (point: CrashPoint) => void
}

export type Database = {
  readonly pool: pg.Pool
  readonly tenantKey: Buffer
  readonly prepared: boolean
  readonly now: () => number
  readonly reach: ((point: CrashPoint) => void) | undefined
  /** told the tenant of every write that put a row into the outbox, once it has committed */
  readonly onOutbox: Set<(tenant_id: string) => void>
  /** resolves once every connection is closed */
  close(): Promise<void>
}

// Timestamps stay text: a Date would drop microseconds and print in the zone of the machine.
const INSTANT_OIDS = new Set([1114, 1184])
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: unknown) =>
    INSTANT_OIDS.has(oid) ? instantText : (pg.types.getTypeParser as (o: number, f?: unknown) => never)(oid, format),
} as pg.CustomTypesConfig

/** "2026-09-29 08:00:00.5+00" → "2026-09-29T08:00:00Z": seconds are what the API speaks. The roles' zone is UTC (migration 0001). */
const instantText = (value: string): string =>
  value.endsWith('+00') ? `${value.slice(0, 10)}T${value.slice(11, 19)}Z` : `${new Date(value).toISOString().slice(0, 19)}Z`

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase(config: DatabaseConfig): Database {
  const pool = new pg.Pool({
    connectionString: config.url, max: config.max ?? 16, types, application_name: 'flowclaw',
    // Statements of one transaction travel together: a round trip less for each (kysely over pg, measured in DESIGN.md).
    pipeline: true, idleTimeoutMillis: 60_000, connectionTimeoutMillis: 5_000, keepAlive: true,
  } as pg.PoolConfig)
  const lost = (cause: Error): void => config.onConnectionLost?.(cause)
  pool.on('error', lost)
  // While a transaction holds a connection the pool does not listen to it, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', lost))
  return {
    pool, tenantKey: Buffer.from(config.tenantKey, 'base64url'), prepared: config.prepared ?? true, now: config.now ?? Date.now, reach: config.reach, onOutbox: new Set(),
    close: () => pool.end(),
  }
}

/** Refuses to serve as a role that row-level security does not hold or that owns the tables: a wrong DATABASE_URL must not pass unseen. */
export async function refuseMightyRole(db: Database): Promise<void> {
  const { rows: [role] } = await db.pool.query<{ name: string; mighty: boolean }>(`select r.rolname as name,
      r.rolsuper or r.rolbypassrls or r.rolcreaterole or exists (select from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace) as mighty
    from pg_roles r where r.rolname = current_user`)
  if (role === undefined || role.mighty) throw new Error(`the database role ${role?.name ?? 'of this connection'} is the owner's or mightier: serve as app_rt and give the owner's URL to migrations alone`)
}

const PREPARED_MAX = 400
const names = new Map<string, string>()

/** A stable name for a statement's text. Bounded: multi-row inserts of every length would otherwise fill the server with plans. */
function preparedName(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= PREPARED_MAX) return undefined
  const name = `fc_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`
  names.set(text, name)
  return name
}

/** Sends one statement with its parameters; the promise may be awaited together with others of the same transaction. */
export async function send<R extends pg.QueryResultRow>(db: Database, client: pg.PoolClient, text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<R>> {
  const name = db.prepared ? preparedName(text) : undefined
  return client.query<R>(name === undefined ? { text, values: values as unknown[] } : { name, text, values: values as unknown[] })
}

export type Send = <R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<pg.QueryResult<R>>

/** Kysely whose every statement goes through `send`; transactions are begun and ended by transactions.ts alone. */
export function kyselyOver(send: Send): Kysely<Tables> {
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const result = await send(query.sql, query.parameters)
      return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
    },
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('a pipelined connection has no cursors')
    },
  }
  const refuse = async (): Promise<never> => { throw new Error('use withTenantRead or withTenantWrite') }
  const driver: Driver = {
    init: async () => {}, acquireConnection: async () => connection, releaseConnection: async () => {}, destroy: async () => {},
    beginTransaction: refuse, commitTransaction: refuse, rollbackTransaction: refuse,
  }
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => adapter, createDriver: () => driver, createIntrospector: (k) => new PostgresIntrospector(k), createQueryCompiler: () => compiler,
    },
  })
}

const adapter = new PostgresAdapter()
const compiler = new PostgresQueryCompiler()
