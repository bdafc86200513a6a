/** What routing rests on: corridors, providers, market data, facts, and the compressed snapshot of a whole data revision. */
import { brotliDecompressSync } from 'node:zlib'
import type { MarketOverlay } from '#contracts/market-overlay.ts'
import type { Tx } from './transactions.ts'
import type { CorridorRow, FactRow, Json, ProviderRow } from './types.ts'

const CORRIDOR = ['id', 'name', 'source_country', 'source_currency', 'destination_country', 'mode_ceiling', 'body'] as const
const PROVIDER = ['id', 'name', 'category', 'body', 'estimates'] as const
const FACT = ['id', 'statement', 'value', 'unit', 'date', 'source', 'url', 'confidence'] as const

/** Every corridor in the order of the data file. */
export const listCorridors = async (tx: Tx): Promise<CorridorRow[]> =>
  (await tx.db.selectFrom('corridors').select(CORRIDOR).where('tenant_id', '=', tx.actor.tenant_id).orderBy('position').execute()) as CorridorRow[]

/** What each corridor is called. */
export const corridorNames = async (tx: Tx): Promise<Map<string, string>> =>
  new Map((await tx.sql<{ id: string; name: string }>('select id, name from corridors where tenant_id = $1', [tx.actor.tenant_id])).map(({ id, name }) => [id, name]))

export const readCorridor = async (tx: Tx, id: string): Promise<CorridorRow | null> =>
  ((await tx.db.selectFrom('corridors').select(CORRIDOR).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id).executeTakeFirst()) as CorridorRow | undefined) ?? null

/** Every provider in the order of the data file. */
export const listProviders = async (tx: Tx): Promise<ProviderRow[]> =>
  (await tx.db.selectFrom('providers').select(PROVIDER).where('tenant_id', '=', tx.actor.tenant_id).orderBy('position').execute()) as ProviderRow[]

export const readProvider = async (tx: Tx, id: string): Promise<ProviderRow | null> =>
  ((await tx.db.selectFrom('providers').select(PROVIDER).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id).executeTakeFirst()) as ProviderRow | undefined) ?? null

export const readFact = async (tx: Tx, id: string): Promise<FactRow | null> =>
  (await tx.db.selectFrom('facts').select(FACT).where('tenant_id', '=', tx.actor.tenant_id).where('id', '=', id).executeTakeFirst()) ?? null

export const MARKET_DATA_KINDS = ['rates', 'holidays', 'documents', 'weights', 'limits', 'actors', 'legend'] as const
export type MarketDataKind = (typeof MARKET_DATA_KINDS)[number]

/** One kind of market data as it was imported; null before an import. */
export const readMarketData = async (tx: Tx, kind: MarketDataKind): Promise<Json> =>
  ((await tx.db.selectFrom('market_data').select('body').where('tenant_id', '=', tx.actor.tenant_id).where('kind', '=', kind).executeTakeFirst())?.body ?? null) as Json

/** The data files a snapshot is compiled from, exactly as imported. */
export type SnapshotFiles = { readonly corridors: unknown; readonly providers: unknown; readonly estimates: unknown; readonly rates: unknown }

/** A snapshot's files as the store compresses them. */
export const decompressFiles = (files: Buffer): SnapshotFiles => JSON.parse(brotliDecompressSync(files).toString('utf8')) as SnapshotFiles

/** The files of a digest; where it is of files with something laid over them, `over` says which and what. */
export type SnapshotParts = SnapshotFiles & { readonly over?: { readonly base_digest: string; readonly overlay: MarketOverlay } }

/** Reads the files of a snapshot (100 KB compressed): once per digest and process, then keep what you compile from them. */
export async function readSnapshotFiles(tx: Tx, digest: string): Promise<SnapshotParts | null> {
  const [row] = await tx.sql<{ files: Buffer; base_digest: string | null; overlay: MarketOverlay | null }>(
    `select coalesce(b.files, s.files) as files, encode(s.base_digest, 'hex') as base_digest, s.overlay
      from snapshots s left join snapshots b on b.tenant_id = s.tenant_id and b.digest = s.base_digest where s.tenant_id = $1 and s.digest = $2`, [tx.actor.tenant_id, Buffer.from(digest, 'hex')])
  if (row === undefined) return null
  const files = decompressFiles(row.files)
  return row.base_digest === null || row.overlay === null ? files : { ...files, over: { base_digest: row.base_digest, overlay: row.overlay } }
}
