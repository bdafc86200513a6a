/** Sessions priced again on the market of a later moment: kept whole, so that each can be computed again as a decision can. */
import type { Verdict } from '#contracts/routing.ts'
import { packRulings, unpackRulings } from './rulings.ts'
import type { Tx } from './transactions.ts'

export type NewRepricing = {
  readonly id: string; readonly session_id: string; readonly session_version: number; readonly candidate_id: string
  readonly engine_version: string; /** hex */ readonly snapshot_digest: string; readonly weights_revision: string; readonly policy_revision: string
  readonly market_clock: string; /** hex */ readonly result_digest: string
  readonly rulings: readonly { readonly policy_revision: string; readonly verdicts: readonly Verdict[] }[]
  readonly status: 'ready' | 'conditional' | 'refused' | 'gone'; readonly refusals: readonly string[]
  readonly before: Priced; readonly after: (Priced & { readonly arrival_p90: string; readonly valid_until: string }) | null
  readonly drift_bps: string | null; readonly tolerance_bps: string; readonly within_tolerance: boolean; readonly because: readonly string[]
  readonly quote_ids: readonly string[]
}
type Priced = { readonly sent: { readonly amount: string; readonly currency: string }; readonly received: { readonly amount: string; readonly currency: string }; readonly cost_bps: string }

export type RepricingRow = {
  readonly id: string; readonly session_id: string; readonly session_version: number; readonly candidate_id: string; readonly snapshot_digest: string; readonly policy_revision: string; readonly market_clock: string
  readonly status: NewRepricing['status']; readonly refusals: string[]; readonly before_sent: string; readonly before_received: string; readonly before_cost_bps: string
  readonly sent_currency: string; readonly received_currency: string; readonly sent: string | null; readonly received: string | null; readonly cost_bps: string | null
  readonly arrival_p90: string | null; readonly valid_until: string | null; readonly drift_bps: string | null; readonly tolerance_bps: string
  readonly within_tolerance: boolean; readonly because: string[]; readonly quote_ids: string[]; readonly repriced_by: string; readonly repriced_by_name: string; readonly repriced_at: string
}

export async function insertRepricing(tx: Tx, of: NewRepricing): Promise<void> {
  const { before, after, rulings, snapshot_digest, result_digest, ...rest } = of
  await tx.run(tx.db.insertInto('session_repricings').values({
    ...rest, tenant_id: tx.actor.tenant_id, refusals: [...rest.refusals], because: [...rest.because], quote_ids: [...rest.quote_ids],
    snapshot_digest: Buffer.from(snapshot_digest, 'hex'), result_digest: Buffer.from(result_digest, 'hex'), rulings: packRulings(rulings),
    before_sent: before.sent.amount, before_received: before.received.amount, before_cost_bps: before.cost_bps, sent_currency: before.sent.currency, received_currency: before.received.currency,
    sent: after?.sent.amount ?? null, received: after?.received.amount ?? null, cost_bps: after?.cost_bps ?? null, arrival_p90: after?.arrival_p90 ?? null, valid_until: after?.valid_until ?? null,
    repriced_by: tx.actor.user_id,
  }))
}

const SHOWN_MAX = 50
/** A session's re-pricings, newest first. */
export const readRepricings = (tx: Tx, session_id: string): Promise<RepricingRow[]> =>
  tx.sql<RepricingRow>(`select r.id, r.session_id, r.session_version, r.candidate_id, encode(r.snapshot_digest, 'hex') as snapshot_digest, r.policy_revision, r.market_clock, r.status, r.refusals, r.before_sent, r.before_received,
      r.before_cost_bps, r.sent_currency, r.received_currency, r.sent, r.received, r.cost_bps, r.arrival_p90, r.valid_until, r.drift_bps, r.tolerance_bps, r.within_tolerance, r.because, r.quote_ids,
      r.repriced_by, m.display_name as repriced_by_name, r.repriced_at
    from session_repricings r join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.repriced_by where r.tenant_id = $1 and r.session_id = $2 order by r.id desc limit ${SHOWN_MAX}`, [tx.actor.tenant_id, session_id])

/** What computes the re-pricing again whose price is on offer. */
export type KeptRepricing = { readonly id: string; readonly candidate_id: string; readonly snapshot_digest: string; readonly market_clock: string; readonly result_digest: string; readonly rulings: NewRepricing['rulings'] }
export async function readOffered(tx: Tx, id: string): Promise<KeptRepricing | null> {
  const [row] = await tx.sql<Omit<KeptRepricing, 'rulings'> & { rulings: Buffer }>(`select id, candidate_id, encode(snapshot_digest, 'hex') as snapshot_digest, market_clock, encode(result_digest, 'hex') as result_digest, rulings
    from session_repricings where tenant_id = $1 and id = $2`, [tx.actor.tenant_id, id])
  return row === undefined ? null : { ...row, rulings: unpackRulings(row.rulings) }
}

/** Until when the price stands from now on and, with `price`, that this re-pricing's price is the one on offer. */
export async function putOffer(tx: Tx, session_id: string, offer: { readonly valid_until: string; readonly due_at: string | null; readonly price: { readonly repricing_id: string; readonly sent: string; readonly received: string; readonly cost_bps: string } | null }): Promise<void> {
  const { price } = offer
  await tx.sql(`update route_sessions set valid_until = $3, due_at = coalesce($4, due_at), offered_by = coalesce($5, offered_by), sends_amount = coalesce($6, sends_amount), receives_amount = coalesce($7, receives_amount),
      cost_bps = coalesce($8, cost_bps) where tenant_id = $1 and id = $2`,
  [tx.actor.tenant_id, session_id, offer.valid_until, offer.due_at, price?.repricing_id ?? null, price?.sent ?? null, price?.received ?? null, price?.cost_bps ?? null])
}

/** How far a price may move before the merchant is asked again, in bps of what is sent. */
export async function readDriftTolerance(tx: Tx): Promise<string> {
  const [row] = await tx.sql<{ bps: string }>('select price_drift_tolerance_bps as bps from tenant_settings where tenant_id = $1', [tx.actor.tenant_id])
  return row!.bps
}
