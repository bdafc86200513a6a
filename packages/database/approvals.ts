/** Which offer of a session stands, and who approved it. An approval names the offer and the payee's details; of any other it has no force. */
import { moneyOrNull } from '#contracts/money.ts'
import type { Tx } from './transactions.ts'
import type { ApprovalRow, NewApproval, NewOffer, OfferRow } from './types.ts'

/** How many must approve, why, and by which set of rules (null: the product's own). */
export type AskedApprovals = { readonly required: number; readonly because: readonly string[]; readonly rules_version: number | null }

const OFFERED_HERE = 'exists (select from route_sessions s where s.tenant_id = $1 and s.id = $2 and ($3::uuid is null or s.merchant_id = $3))'

type RawOffer = Omit<OfferRow, 'before'> & { before_candidate: OfferRow['candidate'] | null; before_fee_amount: string | null; before_fee_currency: string | null }

/** The newest offer of a session, with what it takes the place of; null while the recommendation stands. */
export async function readLastOffer(tx: Tx, session_id: string, merchant_id: string | null = null): Promise<OfferRow | null> {
  const [row] = await tx.sql<RawOffer>(`select o.content_version, o.because, o.reason_code, o.note, o.candidate_id, o.candidate, o.market_clock, o.valid_until, o.made_by, o.made_at, b.display_name as made_by_name,
      o.before_fee_amount, o.before_fee_currency, p.candidate as before_candidate
    from session_offers o join memberships b on b.tenant_id = o.tenant_id and b.user_id = o.made_by
      left join session_offers p on p.tenant_id = o.tenant_id and p.session_id = o.session_id and p.content_version = o.content_version - 1
    where o.tenant_id = $1 and o.session_id = $2 and ${OFFERED_HERE} order by o.content_version desc limit 1`, [tx.actor.tenant_id, session_id, merchant_id])
  if (row === undefined) return null
  const { before_candidate, before_fee_amount, before_fee_currency, ...offer } = row
  return { ...offer, before: { candidate: before_candidate, desk_fee: moneyOrNull(before_fee_amount, before_fee_currency) } }
}

/** Every approval of a session, oldest first, those without force too. */
export const readApprovals = (tx: Tx, session_id: string, merchant_id: string | null = null): Promise<ApprovalRow[]> =>
  tx.sql<ApprovalRow>(`select a.id, a.content_version, a.details_version, a.candidate_id, a.user_id, b.display_name as name, a.role, a.reason_code, a.note, a.at
    from approvals a join memberships b on b.tenant_id = a.tenant_id and b.user_id = a.user_id
    where a.tenant_id = $1 and a.session_id = $2 and ${OFFERED_HERE} order by a.at, a.id`, [tx.actor.tenant_id, session_id, merchant_id])

/** Puts an offer in the place of the one that stood: what the merchant agreed to, and what was approved, was of the one before. */
export async function makeOffer(tx: Tx, offer: NewOffer): Promise<void> {
  const { candidate } = offer
  await Promise.all([
    tx.sql(`insert into session_offers (tenant_id, session_id, content_version, because, reason_code, note, candidate_id, candidate, market_clock, snapshot_digest, policy_revision, sends_amount, sends_currency,
        receives_amount, receives_currency, cost_bps, desk_fee_amount, desk_fee_currency, valid_until, made_by, before_fee_amount, before_fee_currency)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, s.desk_fee_amount, s.desk_fee_currency from route_sessions s where s.tenant_id = $1 and s.id = $2`,
    [tx.actor.tenant_id, offer.session_id, offer.content_version, offer.because, offer.reason_code, offer.note, offer.candidate_id, JSON.stringify(candidate), offer.market_clock,
      Buffer.from(offer.snapshot_digest, 'hex'), offer.policy_revision, candidate.sent.amount, candidate.sent.currency, candidate.received.amount, candidate.received.currency, candidate.cost_bps,
      offer.desk_fee?.amount ?? null, offer.desk_fee?.currency ?? null, offer.valid_until, tx.actor.user_id]),
    tx.sql(`update route_sessions set content_version = $3, chosen_candidate_id = $4, sends_amount = $5, sends_currency = $6, receives_amount = $7, receives_currency = $8, cost_bps = $9, desk_fee_amount = $10,
        desk_fee_currency = $11, valid_until = $12, due_at = $12, documents_used = $13, required_approvals = $14, four_eyes_because = $15, approval_rules_version = $16 where tenant_id = $1 and id = $2`,
    [tx.actor.tenant_id, offer.session_id, offer.content_version, offer.candidate_id, candidate.sent.amount, candidate.sent.currency, candidate.received.amount, candidate.received.currency, candidate.cost_bps,
      offer.desk_fee?.amount ?? null, offer.desk_fee?.currency ?? null, offer.valid_until, [...offer.documents_used], offer.required_approvals, [...offer.four_eyes_because], offer.approval_rules_version]),
  ])
}

/** Writes down that the merchant agrees to what stands, who said so, and how many must approve it. Before the move to accepted, in its transaction. */
export async function agreeToOffer(tx: Tx, agreed: AskedApprovals & { readonly session_id: string }): Promise<void> {
  await tx.sql('update route_sessions set agreed_content_version = content_version, accepted_by = $3, required_approvals = $4, four_eyes_because = $5, approval_rules_version = $6 where tenant_id = $1 and id = $2',
    [tx.actor.tenant_id, agreed.session_id, tx.actor.user_id, agreed.required, [...agreed.because], agreed.rules_version])
}

/** Later rules ask for more than the agreement did: from now on the session asks for as many. The database refuses fewer. */
export async function raiseApprovals(tx: Tx, session_id: string, asked: AskedApprovals): Promise<void> {
  await tx.sql('update route_sessions set required_approvals = $3, four_eyes_because = $4, approval_rules_version = $5 where tenant_id = $1 and id = $2', [tx.actor.tenant_id, session_id, asked.required, [...asked.because], asked.rules_version])
}

/** Records one approval; the database refuses one's own where four eyes are asked for, and one of what does not stand. */
export async function addApproval(tx: Tx, approval: NewApproval): Promise<void> {
  await tx.sql('insert into approvals (tenant_id, id, session_id, content_version, details_version, candidate_id, user_id, role, reason_code, note) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [tx.actor.tenant_id, approval.id, approval.session_id, approval.content_version, approval.details_version, approval.candidate_id, tx.actor.user_id, tx.actor.role, approval.reason_code, approval.note])
}


export async function setExecutionMode(tx: Tx, session_id: string, mode: string): Promise<void> {
  await tx.sql('update route_sessions set execution_mode = $3 where tenant_id = $1 and id = $2', [tx.actor.tenant_id, session_id, mode])
}
