/**
 * The baseline of a route request: a bare Fastify route that writes the same rows through the same pool, in one transaction with the same
 * signed tenant, and answers the same bytes. No session, no schema, no reading, no engine, no policy: what is left is the price of storing it.
 */
import Fastify, { type FastifyInstance } from 'fastify'
import { newId, newReference, type Database } from '#database/index.ts'
import { send } from '#database/pool.ts'
import { signedContext } from '#database/transactions.ts'

/** The rows of one stored request, by table in the order of their foreign keys. */
export const TABLES = ['route_sessions', 'route_session_transitions', 'decisions', 'decision_candidates', 'idempotency_keys'] as const
type Row = Record<string, unknown>
export type Sample = { readonly tenant_id: string; readonly session_id: string; readonly rows: Readonly<Record<string, readonly Row[]>>; readonly audit: Buffer; readonly answer: string }

/** Reads what one real request stored, so that the baseline can store the same. */
export async function sampleOf(db: Database, tenant_id: string, session_id: string, idempotency_key: string, answer: string): Promise<Sample> {
  const client = await db.pool.connect()
  try {
    await client.query('begin read only')
    await client.query("select set_config('fc.tenant', $1, true)", [signedContext(db, tenant_id)])
    const rows: Record<string, Row[]> = {}
    for (const table of TABLES) {
      const [where, value] = table === 'route_sessions' ? ['id', session_id] : table === 'idempotency_keys' ? ['key', idempotency_key] : ['session_id', session_id]
      const columns = (await client.query<{ name: string }>("select column_name as name from information_schema.columns where table_name = $1 and is_generated = 'NEVER' order by ordinal_position", [table])).rows.map((r) => r.name)
      rows[table] = (await client.query<Row>(`select ${columns.join(', ')} from ${table} where tenant_id = $1 and ${where} = $2`, [tenant_id, value])).rows
    }
    const audit = (await client.query<{ payload: Buffer }>('select payload from audit_events where tenant_id = $1 and entity_id = $2', [tenant_id, session_id])).rows[0]!.payload
    await client.query('commit')
    return { tenant_id, session_id, rows, audit, answer }
  } finally {
    client.release()
  }
}

const isPlain = (value: unknown): boolean => value !== null && typeof value === 'object' && !Buffer.isBuffer(value) && !(value instanceof Date) && !Array.isArray(value)

/** The app; POST / stores the sample under new ids. */
export function bareInsert(db: Database, sample: Sample): FastifyInstance {
  const app = Fastify({ logger: { level: 'error' } })
  const statements = TABLES.filter((table) => sample.rows[table]!.length > 0).map((table) => {
    const rows = sample.rows[table]!
    const columns = Object.keys(rows[0]!)
    const values = rows.map((_, r) => `(${columns.map((_c, c) => `$${r * columns.length + c + 1}`).join(', ')})`).join(', ')
    return { table, columns, rows, text: `insert into ${table} (${columns.join(', ')}) values ${values}` }
  })
  app.post('/', async (_request, reply) => {
    const id = newId()
    const decision = newId()
    const fresh = (table: string, column: string, value: unknown): unknown => {
      if (value === sample.session_id) return id
      if (table === 'decisions' && column === 'id') return decision
      if (column === 'reference') return newReference()
      if (table === 'idempotency_keys' && column === 'key') return id
      return isPlain(value) ? JSON.stringify(value) : value
    }
    const client = await db.pool.connect()
    try {
      await Promise.all([
        client.query('begin'),
        send(db, client, "select set_config('fc.tenant', $1, true)", [signedContext(db, sample.tenant_id)]),
        ...statements.map(({ table, columns, rows, text }) => send(db, client, text, rows.flatMap((row) => columns.map((column) => fresh(table, column, row[column]))))),
        send(db, client, 'select fc.append_audit($1)', [Buffer.from(sample.audit.toString('utf8').replaceAll(sample.session_id, id), 'utf8')]),
        client.query('commit'),
      ])
      client.release()
    } catch (error) {
      client.release(error as Error)
      throw error
    }
    return reply.code(201).type('application/json; charset=utf-8').send(sample.answer)
  })
  return app
}
