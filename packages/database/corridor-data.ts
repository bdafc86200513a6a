/**
 * The corridor data of a tenant as a whole: what is in force, and an import that takes its place. The same for the owner's command and for the
 * serving role, which may not say how far a corridor goes.
 */
import { brotliCompressSync, constants } from 'node:zlib'
import type pg from 'pg'
import { canonicalJson } from '#contracts/canonical-json.ts'
import { isNoOverlay, overNewData } from '#contracts/market-overlay.ts'
import { layOver, seeMarket } from './market-overlays.ts'
import { decodeCursor, encodeCursor, isInteger } from './cursor.ts'
import { decompressFiles, type SnapshotFiles } from './reference.ts'
import type { Tx } from './transactions.ts'
import type { ExecutionMode, FactRow } from './types.ts'

export type DatasetImport = {
  /** SHA-256 of the compiled dataset, hex */
  readonly digest: string
  readonly note: string
  readonly files: SnapshotFiles
  readonly facts: readonly FactRow[]
  /** how far a corridor may go, which the owner alone says; one that is not named keeps its ceiling, a new one begins in simulation */
  readonly mode_ceilings: Readonly<Record<string, ExecutionMode>>
}

export type CurrentData = {
  /** null before the first import */
  readonly data_revision: number | null
  /** SHA-256 of the dataset in force, hex */
  readonly digest: string | null
  readonly files: SnapshotFiles | null
  readonly facts: readonly FactRow[]
  readonly mode_ceilings: Readonly<Record<string, ExecutionMode>>
}

/** An import that was made: who null is the owner of the server. */
export type DataRevision = { readonly revision: number; readonly digest: string; readonly imported_at: string; readonly user_id: string | null; readonly name: string | null }

/** One open transaction of a tenant; `user_id` null is the owner of the server. */
export type DataTx = {
  readonly actor: { readonly tenant_id: string; readonly user_id: string | null }
  sql<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>
}

type Book = Record<string, unknown> & { corridors: { id: string; name: string; source: { country: string; currency: string }; destination: { country: string } }[] }
type Estimates = Record<string, unknown> & { providers: { provider_id: string }[] }

/** The data in force. Until the transaction ends nobody else imports, so what is compared with it still holds when it is replaced. */
export async function readCurrentData(tx: DataTx): Promise<CurrentData> {
  await tx.sql('select from tenant_settings where tenant_id = $1 for update', [tx.actor.tenant_id])
  return seeCurrentData(tx)
}

/** The same for whoever only looks. */
export async function seeCurrentData({ actor: { tenant_id }, sql }: DataTx): Promise<CurrentData> {
  // What the desk laid over the data (market-overlays.ts) is no part of it.
  const [now] = await sql<{ data_revision: number | null; snapshot_digest: Buffer | null }>(`select t.data_revision, coalesce(s.base_digest, t.snapshot_digest) as snapshot_digest
    from tenant_settings t left join snapshots s on s.tenant_id = t.tenant_id and s.digest = t.snapshot_digest where t.tenant_id = $1`, [tenant_id])
  if (now === undefined) throw new Error(`there is no company ${tenant_id}`)
  const [snapshot] = await sql<{ files: Buffer }>('select files from snapshots where tenant_id = $1 and digest = $2', [tenant_id, now.snapshot_digest])
  const facts = await sql<FactRow>('select id, statement, value, unit, date, source, url, confidence from facts where tenant_id = $1 order by id', [tenant_id])
  const corridors = await sql<{ id: string; mode_ceiling: ExecutionMode }>('select id, mode_ceiling from corridors where tenant_id = $1', [tenant_id])
  return {
    data_revision: now.data_revision, digest: now.snapshot_digest?.toString('hex') ?? null, files: snapshot === undefined ? null : decompressFiles(snapshot.files), facts,
    mode_ceilings: Object.fromEntries(corridors.map(({ id, mode_ceiling }) => [id, mode_ceiling])),
  }
}

/** Puts the data in the place of what is in force and answers the new revision; null where exactly this is in force already. */
export async function importDataset(tx: DataTx, data: DatasetImport): Promise<number | null> {
  const { actor: { tenant_id, user_id }, sql } = tx
  const now = await readCurrentData(tx)
  const digest = Buffer.from(data.digest, 'hex')
  if (isInForce(now, data)) return null
  const revision = (now.data_revision ?? 0) + 1
  const files = brotliCompressSync(JSON.stringify(data.files), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
  await sql('insert into snapshots (tenant_id, digest, files) values ($1, $2, $3) on conflict do nothing', [tenant_id, digest, files])
  await sql('insert into data_revisions (tenant_id, revision, digest, note, imported_by) values ($1, $2, $3, $4, $5)', [tenant_id, revision, digest, data.note, user_id])
  const book = data.files.corridors as Book
  const estimates = data.files.estimates as Estimates
  const estimateOf = new Map(estimates.providers.map((e) => [e.provider_id, e]))
  // The ceiling is in none of these columns: a new row has the narrowest, and the serving role cannot write another.
  await replaceRows(tx, 'corridors', book.corridors.map((c, i) => ({
    id: c.id, position: i, name: c.name, source_country: c.source.country, source_currency: c.source.currency, destination_country: c.destination.country, body: c,
  })))
  for (const [id, mode_ceiling] of Object.entries(data.mode_ceilings)) await sql('update corridors set mode_ceiling = $3 where tenant_id = $1 and id = $2', [tenant_id, id, mode_ceiling])
  await replaceRows(tx, 'providers', (data.files.providers as { id: string; name: string; category: string }[]).map((p, i) => ({
    id: p.id, position: i, name: p.name, category: p.category, body: p, estimates: estimateOf.get(p.id) ?? {},
  })))
  await replaceRows(tx, 'facts', data.facts)
  await replaceRows(tx, 'market_data', Object.entries(marketData(book, estimates, data.files.rates)).map(([kind, body]) => ({ kind, body })), 'kind')
  const { overlay } = await seeMarket(tx)
  await sql('update tenant_settings set data_revision = $2, snapshot_digest = $3 where tenant_id = $1', [tenant_id, revision, digest])
  if (!isNoOverlay(overlay)) await layOver(tx, data.digest, overNewData(overlay, data.files))
  return revision
}

/** Whether exactly this is in force: the dataset, the facts in any order, and the ceilings that are said. */
export function isInForce(now: CurrentData, data: Pick<DatasetImport, 'digest' | 'facts' | 'mode_ceilings'>): boolean {
  const textOf = (facts: readonly FactRow[], of: CurrentData['mode_ceilings']) => canonicalJson([facts.map((fact) => canonicalJson(fact)).sort(), of])
  return now.digest === data.digest && textOf(now.facts, now.mode_ceilings) === textOf(data.facts, { ...now.mode_ceilings, ...data.mode_ceilings })
}

/** How many imports of the last 24 hours people of the company made; what the owner of the server imported does not count. */
export async function importsOfLastDay(tx: DataTx): Promise<number> {
  const [row] = await tx.sql<{ count: number }>("select count(*)::int as count from data_revisions where tenant_id = $1 and imported_by is not null and imported_at > now() - interval '24 hours'", [tx.actor.tenant_id])
  return row!.count
}

/** Corridors that may go further than simulation and that the files put between other countries or currencies: a ceiling was said of the ones they had. */
export async function corridorsMoved(tx: DataTx, files: SnapshotFiles): Promise<string[]> {
  const rows = await tx.sql<{ id: string; source_country: string; source_currency: string; destination_country: string }>(
    "select id, source_country, source_currency, destination_country from corridors where tenant_id = $1 and mode_ceiling <> 'simulation' order by id", [tx.actor.tenant_id])
  const next = new Map((files.corridors as Book).corridors.map((each) => [each.id, each]))
  return rows.filter(({ id, ...ends }) => {
    const to = next.get(id)
    return to !== undefined && (to.source.country !== ends.source_country || to.source.currency !== ends.source_currency || to.destination.country !== ends.destination_country)
  }).map(({ id }) => id)
}

/** A page of the imports, newest first. Throws CursorError. */
export async function listDataRevisions(tx: Tx, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: DataRevision[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isInteger]) : [null]
  const rows = await tx.sql<DataRevision>(`select r.revision, encode(r.digest, 'hex') as digest, r.imported_at, r.imported_by as user_id, m.display_name as name
    from data_revisions r left join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.imported_by
    where r.tenant_id = $1 and ($2::integer is null or r.revision < $2) order by r.revision desc limit ${Math.trunc(ask.limit) + 1}`, [tx.actor.tenant_id, before])
  const items = rows.slice(0, ask.limit)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([String(items.at(-1)!.revision)]) : null }
}

/** One import by its number; null where there is none. */
export async function readDataRevision(tx: Tx, revision: number): Promise<DataRevision | null> {
  const [row] = await tx.sql<DataRevision>(`select r.revision, encode(r.digest, 'hex') as digest, r.imported_at, r.imported_by as user_id, m.display_name as name
    from data_revisions r left join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.imported_by where r.tenant_id = $1 and r.revision = $2`, [tx.actor.tenant_id, revision])
  return row ?? null
}

function marketData(book: Book, estimates: Estimates, rates: unknown): Record<string, unknown> {
  const pick = (from: Record<string, unknown>, test: (key: string) => boolean) => Object.fromEntries(Object.entries(from).filter(([key]) => test(key)))
  return {
    rates,
    holidays: pick(book, (key) => ['holidays', 'holiday_warning', 'country_time_zones'].includes(key)),
    documents: pick(book, (key) => key.startsWith('document_')),
    weights: estimates['weights'], limits: estimates['default_limits'], actors: estimates['manual_actors'],
    legend: { ...pick(book, (key) => ['as_of', 'not_legal_advice', 'status_values', 'leg_kinds', 'currency_notes'].includes(key)), provider_risk_by_class: estimates['provider_risk_by_class'] },
  }
}

/** What keeps a row of a table that the new data lacks: corridors of sessions and fee rules stay in the store, and are shown nowhere, because the snapshot lacks them. */
const KEPT_BY: Readonly<Record<string, string>> = {
  corridors: `and not exists (select from route_sessions s where s.tenant_id = t.tenant_id and s.corridor_id = t.id)
    and not exists (select from desk_fee_rules r where r.tenant_id = t.tenant_id and r.corridor_id = t.id)`,
}

/** Makes the table hold these rows: inserts, replaces by key, and removes the others but those that sessions or rules point to. */
async function replaceRows({ actor: { tenant_id }, sql }: DataTx, table: string, rows: readonly Readonly<Record<string, unknown>>[], key = 'id'): Promise<void> {
  await sql(`delete from ${table} t where t.tenant_id = $1 and t.${key} <> all ($2::text[]) ${KEPT_BY[table] ?? ''}`, [tenant_id, rows.map((row) => row[key])])
  const first = rows[0]
  if (first === undefined) return
  const names = Object.keys(first)
  const types = await sql<{ attname: string; type: string }>(
    'select attname, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attnum > 0', [table])
  const columns = names.map((name) => `${name} ${types.find((t) => t.attname === name)!.type}`).join(', ')
  await sql(`insert into ${table} (tenant_id, ${names.join(', ')}) select $1, ${names.map((n) => `r.${n}`).join(', ')} from jsonb_to_recordset($2) as r(${columns})
    on conflict (tenant_id, ${key}) do update set ${names.filter((n) => n !== key).map((n) => `${n} = excluded.${n}`).join(', ')}`, [tenant_id, JSON.stringify(rows)])
}
