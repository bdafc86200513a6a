/**
 * The market that a tenant routes on: the imported data, and what is laid over it. Stored by content beside the data (snapshots), so that every
 * decision points to exactly the market it was made on.
 */
import { NO_OVERLAY, isNoOverlay, marketDigest, normalOverlay, withMids, withEstimates, type MarketOverlay, type ObservedMid, type ProviderEstimate } from '#contracts/market-overlay.ts'
import type { DataTx } from './corridor-data.ts'

/** `base_digest` is that of the imported data; null before the first import. Digests are SHA-256 in hex. */
export type HeldMarket = { readonly digest: string | null; readonly base_digest: string | null; readonly overlay: MarketOverlay }

/** What is in force, for whoever only looks. */
export async function seeMarket({ actor: { tenant_id }, sql }: DataTx): Promise<HeldMarket> {
  const [row] = await sql<{ digest: string | null; base_digest: string | null; overlay: MarketOverlay | null }>(
    `select encode(t.snapshot_digest, 'hex') as digest, encode(coalesce(s.base_digest, s.digest), 'hex') as base_digest, s.overlay
      from tenant_settings t left join snapshots s on s.tenant_id = t.tenant_id and s.digest = t.snapshot_digest where t.tenant_id = $1`, [tenant_id])
  return { digest: row?.digest ?? null, base_digest: row?.base_digest ?? null, overlay: row?.overlay ?? NO_OVERLAY }
}

/** The same, and until the transaction ends nobody else changes it: of two desks that save at once the second adds to what the first saved. */
export async function holdMarket(tx: DataTx): Promise<HeldMarket> {
  await tx.sql('select from tenant_settings where tenant_id = $1 for update', [tx.actor.tenant_id])
  return seeMarket(tx)
}

/** Keeps a market by its content and answers its digest. Once, however often it is kept. */
export async function keepMarket({ actor: { tenant_id }, sql }: DataTx, base_digest: string, overlay: MarketOverlay): Promise<string> {
  const digest = marketDigest(base_digest, overlay)
  if (!isNoOverlay(overlay)) {
    await sql('insert into snapshots (tenant_id, digest, base_digest, overlay) values ($1, $2, $3, $4) on conflict do nothing',
      [tenant_id, Buffer.from(digest, 'hex'), Buffer.from(base_digest, 'hex'), JSON.stringify(normalOverlay(overlay))])
  }
  return digest
}

/** Makes this the market that new routes stand on, and answers its digest. Call it under holdMarket. */
export async function layOver(tx: DataTx, base_digest: string, overlay: MarketOverlay): Promise<string> {
  const digest = await keepMarket(tx, base_digest, overlay)
  await tx.sql('update tenant_settings set snapshot_digest = $2 where tenant_id = $1', [tx.actor.tenant_id, Buffer.from(digest, 'hex')])
  return digest
}

/** Changes what is laid over the data of a company that has any; the new digest, and the one before. */
async function change(tx: DataTx, by: (overlay: MarketOverlay) => MarketOverlay): Promise<{ from: string; to: string } | null> {
  const { digest, base_digest, overlay } = await holdMarket(tx)
  return digest === null || base_digest === null ? null : { from: digest, to: await layOver(tx, base_digest, by(overlay)) }
}

/** What outcomes have taught, as a whole: the place where learned estimates enter routing. Null without corridor data. */
export const layEstimates = (tx: DataTx, estimates: readonly ProviderEstimate[]): Promise<{ from: string; to: string } | null> => change(tx, (overlay) => withEstimates(overlay, estimates))
/** Newer mids of a feed, or of a Platform Admin. Null without corridor data. */
export const layMids = (tx: DataTx, mids: readonly ObservedMid[]): Promise<{ from: string; to: string } | null> => change(tx, (overlay) => withMids(overlay, mids))
