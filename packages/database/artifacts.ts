/** Rows of stored files. The key of the bytes leaves this file in one type alone, for whoever reads or removes them. */
import type { ARTIFACT_CLASSES, ARTIFACT_REMOVALS, ARTIFACT_REFUSALS, ARTIFACT_STATES, ARTIFACT_WAITS } from '#contracts/api/artifacts.ts'
import { decodeCursor, encodeCursor, isUuid } from './cursor.ts'
import type { Tx } from './transactions.ts'

export type ArtifactClass = (typeof ARTIFACT_CLASSES)[number]
export type ArtifactState = (typeof ARTIFACT_STATES)[number]
export type ArtifactRemoval = (typeof ARTIFACT_REMOVALS)[number]
export type ArtifactRow = {
  readonly id: string; readonly class: ArtifactClass; readonly kind: string; readonly file_name: string; readonly media_type: string; readonly size_bytes: number; readonly sha256: string
  readonly state: ArtifactState; readonly scanned_at: string | null; readonly scanner: string | null; readonly refused_because: string | null; readonly waits_because: string | null
  readonly merchant_id: string | null; readonly session_id: string | null; readonly session_reference: string | null; readonly supersedes: string | null; readonly superseded_by: string | null
  readonly uploaded_by: string; readonly uploaded_by_name: string; readonly uploaded_by_role: string; readonly uploaded_at: string
  readonly keep_until: string | null; readonly removed_at: string | null; readonly removed_because: string | null
}
export type NewArtifact = Pick<ArtifactRow, 'id' | 'class' | 'kind' | 'file_name' | 'media_type' | 'size_bytes' | 'sha256' | 'merchant_id' | 'session_id' | 'supersedes'> & {
  readonly storage_key: string
  /** for how long it is kept from now on; null for as long as the workspace stands */
  readonly keep_days: number | null
}
/** What of a tenant's artifacts somebody sees: those of one merchant and of these classes; null is all of them. */
export type ArtifactReach = { readonly merchant_id: string; readonly classes: readonly ArtifactClass[] } | null
/** Where bytes lie, and what they must be. */
export type StoredBytes = Pick<ArtifactRow, 'id' | 'class' | 'state' | 'file_name' | 'media_type' | 'size_bytes' | 'sha256'> & { readonly storage_key: string }
export type ArtifactQuery = {
  readonly session_id?: string | undefined; readonly merchant_id?: string | undefined; readonly class?: string | undefined; readonly state?: string | undefined; readonly kind?: string | undefined; readonly q?: string | undefined
}

const SELECT = `select a.id, a.class, a.kind, a.file_name, a.media_type, a.size_bytes::int as size_bytes, encode(a.sha256, 'hex') as sha256, a.state, a.scanned_at, a.scanner, a.refused_because, a.waits_because,
    a.merchant_id, a.session_id, s.reference as session_reference, a.supersedes, n.id as superseded_by, a.uploaded_by, m.display_name as uploaded_by_name, a.uploaded_by_role, a.uploaded_at,
    a.keep_until, a.removed_at, a.removed_because
  from artifacts a join memberships m on m.tenant_id = a.tenant_id and m.user_id = a.uploaded_by
    left join route_sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    left join artifacts n on n.tenant_id = a.tenant_id and n.supersedes = a.id
  where a.tenant_id = $1 and ($2::uuid is null or (a.merchant_id = $2 and a.class = any ($3)))`
const reachOf = (tx: Tx, reach: ArtifactReach): unknown[] => [tx.actor.tenant_id, reach?.merchant_id ?? null, reach?.classes ?? []]

/** One of those that the reader sees. */
export async function readArtifact(tx: Tx, id: string, reach: ArtifactReach): Promise<ArtifactRow | null> {
  return (await tx.sql<ArtifactRow>(`${SELECT} and a.id = $4`, [...reachOf(tx, reach), id]))[0] ?? null
}

/** A page of those that the reader sees, newest first. Throws CursorError. */
export async function listArtifacts(tx: Tx, reach: ArtifactReach, query: ArtifactQuery, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: ArtifactRow[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isUuid]) : [null]
  // Ids rise with the time.
  const rows = await tx.sql<ArtifactRow>(`${SELECT} and ($4::uuid is null or a.id < $4) and ($5::uuid is null or a.session_id = $5) and ($6::uuid is null or a.merchant_id = $6) and ($7::text is null or a.class = $7)
    and ($8::text is null or a.state = $8) and ($9::text is null or a.kind = $9) and ($10::text is null or position(lower($10) in lower(a.file_name)) > 0 or starts_with(encode(a.sha256, 'hex'), lower($10)))
    order by a.id desc limit ${Math.trunc(ask.limit) + 1}`,
  [...reachOf(tx, reach), before, query.session_id ?? null, query.merchant_id ?? null, query.class ?? null, query.state ?? null, query.kind ?? null, query.q ?? null])
  const items = rows.slice(0, ask.limit)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([items.at(-1)!.id]) : null }
}

/** Where the bytes of one that the reader sees lie. */
export async function readStoredBytes(tx: Tx, id: string, reach: ArtifactReach): Promise<StoredBytes | null> {
  const [row] = await tx.sql<StoredBytes>(`select id, class, state, file_name, media_type, size_bytes::int as size_bytes, encode(sha256, 'hex') as sha256, storage_key
    from artifacts where tenant_id = $1 and ($2::uuid is null or (merchant_id = $2 and class = any ($3))) and id = $4`, [...reachOf(tx, reach), id])
  return row ?? null
}

/** Holds the row until this transaction ends, so that of two that would take its place the second sees the first. */
export async function holdArtifact(tx: Tx, id: string): Promise<void> {
  await tx.sql('select id from artifacts where tenant_id = $1 and id = $2 for update', [tx.actor.tenant_id, id])
}

/**
 * Stores the row of a file whose bytes lie in the store already, as quarantined. False where the tenant's files together would then have more bytes
 * than `quota_bytes`: counted under a lock, so that of many at once none slips through.
 */
export async function insertArtifact(tx: Tx, artifact: NewArtifact, quota_bytes: number): Promise<boolean> {
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('artifact quota|' || $1, 0))", [tx.actor.tenant_id])
  const [held] = await tx.sql<{ fits: boolean }>("select coalesce(sum(size_bytes), 0) + $2 <= $3 as fits from artifacts where tenant_id = $1 and state in ('quarantined', 'clean')", [tx.actor.tenant_id, artifact.size_bytes, quota_bytes])
  if (!held!.fits) return false
  await tx.sql(`insert into artifacts (tenant_id, id, class, kind, file_name, media_type, size_bytes, sha256, storage_key, merchant_id, session_id, supersedes, uploaded_by, uploaded_by_role, keep_until)
    values ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), $9, $10, $11, $12, $13, $14, now() + $15::int * interval '1 day')`,
  [tx.actor.tenant_id, artifact.id, artifact.class, artifact.kind, artifact.file_name, artifact.media_type, artifact.size_bytes, artifact.sha256, artifact.storage_key, artifact.merchant_id, artifact.session_id,
    artifact.supersedes, tx.actor.user_id, tx.actor.role, artifact.keep_days])
  return true
}

/** The verdict over a quarantined file; false where it has one already. */
export async function judgeArtifact(tx: Tx, id: string, verdict: { readonly scanner: string; readonly refused_because: (typeof ARTIFACT_REFUSALS)[number] | null }): Promise<boolean> {
  const done = await tx.sql(`update artifacts set state = case when $4::text is null then 'clean' else 'refused' end, scanned_at = clock_timestamp(), scanner = $3, refused_because = $4, waits_because = null
    where tenant_id = $1 and id = $2 and state = 'quarantined' returning id`, [tx.actor.tenant_id, id, verdict.scanner, verdict.refused_because])
  return done.length === 1
}

/** Why a file that is still quarantined has no verdict yet. */
export async function noteWhyItWaits(tx: Tx, id: string, waits_because: (typeof ARTIFACT_WAITS)[number]): Promise<void> {
  await tx.sql("update artifacts set waits_because = $3 where tenant_id = $1 and id = $2 and state = 'quarantined' and waits_because is distinct from $3", [tx.actor.tenant_id, id, waits_because])
}

/** Whether a proof or a screening rests on the file: then it stays for as long as records of payments are kept. */
export async function isEvidence(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.sql<{ is: boolean }>(`select exists (select from proofs where tenant_id = $1 and artifact_id = $2 and state <> 'rejected')
    or exists (select from screenings where tenant_id = $1 and artifact_id = $2) as is`, [tx.actor.tenant_id, id])
  return row!.is
}

/** Ends a file for good: its row stays, its bytes may go. False where it was removed before, or is not there. */
export async function removeArtifact(tx: Tx, id: string, because: ArtifactRemoval): Promise<boolean> {
  const done = await tx.sql("update artifacts set state = 'removed', removed_at = clock_timestamp(), removed_because = $3, waits_because = null where tenant_id = $1 and id = $2 and state <> 'removed' returning id", [tx.actor.tenant_id, id, because])
  return done.length === 1
}

/** Quarantined files: those that were never tried first, then the oldest, so that one which no scanner takes holds up no other. */
export const readQuarantined = (tx: Tx, limit: number): Promise<StoredBytes[]> => tx.sql<StoredBytes>(`select id, class, state, file_name, media_type, size_bytes::int as size_bytes, encode(sha256, 'hex') as sha256, storage_key
  from artifacts where tenant_id = $1 and state = 'quarantined' order by waits_because is not null, id limit ${Math.trunc(limit)}`, [tx.actor.tenant_id])

/** Files whose time is over, oldest first. */
export const readPastKeeping = (tx: Tx, limit: number): Promise<StoredBytes[]> => tx.sql<StoredBytes>(`select id, class, state, file_name, media_type, size_bytes::int as size_bytes, encode(sha256, 'hex') as sha256, storage_key
  from artifacts where tenant_id = $1 and state in ('quarantined', 'clean') and keep_until < now() order by keep_until limit ${Math.trunc(limit)}`, [tx.actor.tenant_id])

/** Every key under which bytes of the tenant are held, with the id of its row and when it came. */
export const readHeldKeys = (tx: Tx): Promise<{ storage_key: string; id: string; uploaded_at: string }[]> =>
  tx.sql("select storage_key, id, uploaded_at from artifacts where tenant_id = $1 and state in ('quarantined', 'clean')", [tx.actor.tenant_id])
