/** Where signed checkpoints are stored and read. What they say and how they are signed: contracts/audit-checkpoint.ts and platform/checkpoints. */
import type { AuditCheckpoint } from '#contracts/audit-checkpoint.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Database } from './pool.ts'
import { withTenantUpkeep, type Tx } from './transactions.ts'
import type { TenantContext } from './types.ts'

type CheckpointRow = { seq: string; hash: Buffer; at: string; key_id: Buffer; public_key: Buffer; signature: Buffer }
const COLUMNS = 'seq, hash, at, key_id, public_key, signature'
/** Checkpoints read at a time by whoever reads them all: a batch of fewer is the last. */
export const CHECKPOINTS_A_BATCH = 2_000

const fromRow = (tenant_id: string, row: CheckpointRow): AuditCheckpoint => ({
  tenant_id, seq: Number(row.seq), hash: row.hash.toString('hex'), at: row.at, key_id: row.key_id.toString('hex'),
  public_key: row.public_key.toString('base64url'), signature: row.signature.toString('base64url'),
})

/** Who a transaction of the server itself is for: a tenant, and nobody in it. It can read, and write nothing that has an author. */
export const serverContext = (tenant_id: string): TenantContext => ({ tenant_id, user_id: '00000000-0000-0000-0000-000000000000', role: 'platform_admin', merchant_id: null })

/** Who is written down for what the server does by itself. It holds no role, and the audit says so. */
export const byServer = (tenant_id: string): TenantContext => ({ ...serverContext(tenant_id), role: 'server' as TenantContext['role'] })

/** The tenants whose chains there are to sign, which are all. */
export async function readTenantsToSign(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ tenant_id: string }>('select fc.tenants_to_sign() as tenant_id')
  return rows.map(({ tenant_id }) => tenant_id)
}

/** The newest checkpoint by one of these keys; its signature has not been looked at. */
export async function readLastCheckpoint(tx: Tx, key_ids: readonly string[]): Promise<AuditCheckpoint | null> {
  const [row] = await tx.sql<CheckpointRow>(`select ${COLUMNS} from audit_checkpoints where tenant_id = $1 and key_id = any ($2) order by seq desc limit 1`,
    [tx.actor.tenant_id, key_ids.map((id) => Buffer.from(id, 'hex'))])
  return row === undefined ? null : fromRow(tx.actor.tenant_id, row)
}

/** Checkpoints behind a number, oldest first, as many as a batch holds; the next batch begins behind the last one's number. */
export async function readCheckpointBatch(tx: Tx, range: { readonly after: number; readonly up_to: number }): Promise<AuditCheckpoint[]> {
  // With ties: the limit never cuts between two checkpoints of one number, of which the next batch would lose the second.
  const rows = await tx.sql<CheckpointRow>(`select ${COLUMNS} from audit_checkpoints where tenant_id = $1 and seq > $2 and seq <= $3 order by seq fetch first ${CHECKPOINTS_A_BATCH} rows with ties`,
    [tx.actor.tenant_id, range.after, range.up_to])
  return rows.map((row) => fromRow(tx.actor.tenant_id, row))
}

const isSeq = (part: string): boolean => /^[1-9][0-9]{0,17}$/.test(part)
const isKeyId = (part: string): boolean => /^[0-9a-f]{64}$/.test(part)

/** A page of checkpoints, newest first. Throws CursorError. */
export async function listCheckpoints(tx: Tx, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: AuditCheckpoint[]; next_cursor: string | null }> {
  const [seq, key_id] = ask.cursor ? decodeCursor(ask.cursor, [isSeq, isKeyId]) : []
  const rows = await tx.sql<CheckpointRow>(`select ${COLUMNS} from audit_checkpoints where tenant_id = $1 and ($2::bigint is null or (seq, key_id) < ($2::bigint, $3::bytea))
    order by seq desc, key_id desc limit ${Math.trunc(ask.limit) + 1}`, [tx.actor.tenant_id, seq ?? null, key_id === undefined ? null : Buffer.from(key_id, 'hex')])
  const items = rows.slice(0, ask.limit).map((row) => fromRow(tx.actor.tenant_id, row))
  const last = items.at(-1)
  return { items, next_cursor: rows.length > ask.limit && last !== undefined ? encodeCursor([String(last.seq), last.key_id]) : null }
}

/** Stores a checkpoint unless another server is doing so or did: one of however many wins. Answers whether this one was stored. */
export async function appendCheckpoint(db: Database, checkpoint: AuditCheckpoint): Promise<boolean> {
  const context = serverContext(checkpoint.tenant_id)
  return withTenantUpkeep(db, context, async (tx) => {
    const [lock] = await tx.sql<{ got: boolean }>("select pg_try_advisory_xact_lock(hashtextextended('audit checkpoint|' || $1, 0)) as got", [checkpoint.tenant_id])
    if (!lock!.got) return false
    // Under the lock: whoever held it before has committed, and this statement sees it.
    const stored = await tx.sql(`insert into audit_checkpoints (tenant_id, ${COLUMNS}) select $1::uuid, $2::bigint, $3::bytea, $4::timestamptz, $5::bytea, $6::bytea, $7::bytea
      where not exists (select from audit_checkpoints where tenant_id = $1 and key_id = $5 and seq >= $2) returning 1`,
    [checkpoint.tenant_id, checkpoint.seq, Buffer.from(checkpoint.hash, 'hex'), checkpoint.at, Buffer.from(checkpoint.key_id, 'hex'), Buffer.from(checkpoint.public_key, 'base64url'), Buffer.from(checkpoint.signature, 'base64url')])
    return stored.length === 1
  })
}
