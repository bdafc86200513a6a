/** Corridor data in the console: what is in force and how old it is, a look at what an import would change, the import, and who made the imports before. */
import Type, { type Static } from 'typebox'
import { closed, Instant, nullable, page, PageQuery, Uuid } from './common.ts'
import { MarketClock } from './portal.ts'

export const MARKET_DATA_FILES = ['corridors.json', 'providers.json', 'estimates.json', 'rates.json', 'facts.md'] as const
export type MarketDataFileName = (typeof MARKET_DATA_FILES)[number]
/** What one import may hold: six times the files that FlowClaw ships. */
export const MARKET_DATA_BYTES_MAX = 2 * 1024 * 1024

/** A file as it was written, not what a JSON parser made of it: only so can a field that stands twice be refused, and a hash be of the file. */
const FileText = Type.String({ minLength: 1, maxLength: MARKET_DATA_BYTES_MAX, description: 'the whole text of the file' })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** POST /api/market-data/imports and .../preview. A corridor that is new begins in simulation; how far one may go is in no file. */
export const MarketDataBody = Type.Object({
  files: Type.Object({ 'corridors.json': FileText, 'providers.json': FileText, 'estimates.json': FileText, 'rates.json': FileText, 'facts.md': FileText }, closed),
  /** the revision that the data was held against before; another one in force is 409 stale_version. Left out: whatever is in force is replaced */
  from_revision: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }))),
}, closed)

export const MarketDataImport = Type.Object({
  revision: Type.Integer(),
  /** SHA-256 over the data in canonical form */
  digest: Digest,
  imported_at: Instant,
  /** null where the owner of the server imported it, by a command */
  imported_by: nullable(Type.Object({ user_id: Uuid, name: Type.String() }, closed)),
}, closed)
export type MarketDataImport = Static<typeof MarketDataImport>
export const MarketDataImportPage = page(MarketDataImport)
export const MarketDataImportQuery = Type.Object(PageQuery, closed)

/** How old prices are by the market clock. `stale` makes a route conditional; `refused` are too old for any route, and are counted in `stale` too. */
export const DataAge = Type.Object({
  /** the day of the rates */
  as_of: Type.String(),
  providers: Type.Integer(), stale: Type.Integer(), refused: Type.Integer(),
}, closed)

/** GET /api/market-data. `in_force` and `age` are null before the first import. */
export const MarketDataState = Type.Object({ market: MarketClock, in_force: nullable(MarketDataImport), age: nullable(DataAge) }, closed)
export type MarketDataState = Static<typeof MarketDataState>

/** How many records, and the ids of the first fifty. */
const Ids = Type.Object({ count: Type.Integer(), ids: Type.Array(Type.String()) }, closed)
const Changes = Type.Object({ added: Ids, changed: Ids, removed: Ids }, closed)
/** What an import would change, kind by kind; `tables` are the parts of the files that are no lists of records. */
export const MarketDataPreview = Type.Object({
  from_revision: nullable(Type.Integer()),
  digest: Digest,
  /** true where this is the data in force: an import answers 409 nothing_new */
  nothing_new: Type.Boolean(),
  changes: Type.Object({ corridors: Changes, providers: Changes, estimates: Changes, rates: Changes, tables: Changes, facts: Changes }, closed),
  age: DataAge,
  market: MarketClock,
}, closed)
export type MarketDataPreview = Static<typeof MarketDataPreview>
