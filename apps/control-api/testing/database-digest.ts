/** One hash of everything that a database holds, found by its catalog, so that a table added tomorrow is watched tomorrow. */
import type pg from 'pg'

/** What a refused request may move: its audit row, and what counts tries. Everything else of every table is watched. */
const UNWATCHED_TABLES: ReadonlySet<string> = new Set(['public.audit_events', 'public.audit_heads', 'public.login_throttle', 'public.rate_buckets'])
/** Told on every read. */
const UNWATCHED_COLUMNS: ReadonlySet<string> = new Set(['public.api_key_secrets.last_used_at', 'public.auth_sessions.last_seen_at'])

const TABLES_A_CALL = 50

/** The table's name → a hash of all its rows. */
export async function databaseDigest(superuser: Pick<pg.Pool, 'query'>): Promise<Record<string, string>> {
  const { rows: [row] } = await superuser.query<{ digests: Record<string, string> }>(await statementOf(superuser))
  return row!.digests
}

const statements = new WeakMap<object, string>()

/** Reads the catalog once per database: no test of the API makes a table. */
async function statementOf(superuser: Pick<pg.Pool, 'query'>): Promise<string> {
  const known = statements.get(superuser)
  if (known !== undefined) return known
  const { rows } = await superuser.query<{ name: string; columns: string[] }>(
    `select n.nspname || '.' || c.relname as name, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' and c.relkind in ('r', 'p') group by 1 order by 1`)
  const watched = rows.filter(({ name }) => !UNWATCHED_TABLES.has(name))
  if (watched.length < 20) throw new Error(`only ${watched.length} tables are watched`)
  const digests = watched.map(({ name, columns }) => {
    const kept = columns.filter((column) => !UNWATCHED_COLUMNS.has(`${name}.${column}`)).map((column) => `"${column}"`).join(', ')
    // A sum of row hashes with their count: the same whatever the order, and no text of all rows is built.
    return `'${name}', (select count(*) || ':' || coalesce(sum(hashtextextended(row(${kept})::text, 0)), 0) from ${name})`
  })
  // A function takes a hundred arguments at most, two of them for each table.
  const objects = Array.from({ length: Math.ceil(digests.length / TABLES_A_CALL) }, (_, i) => `jsonb_build_object(${digests.slice(i * TABLES_A_CALL, (i + 1) * TABLES_A_CALL).join(',\n')})`)
  const statement = `select ${objects.join(' || ')} as digests`
  statements.set(superuser, statement)
  return statement
}
