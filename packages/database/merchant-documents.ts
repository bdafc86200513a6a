/** Papers of merchants, and what of their value is used. The database refuses a use beyond the value and a second live row of one paper. */
import { moneyOrNull } from '#contracts/money.ts'
import type { Tx } from './transactions.ts'
import type { DecimalMoney, MerchantDocumentRow, NewMerchantDocument } from './types.ts'

/** Whether the uses of a session count: not where it ended without a payment, and never of a simulation. The triggers of document_uses and merchant_documents say the same. */
const COUNTS = "s.state not in ('cancelled', 'expired', 'failed', 'returned') and s.execution_mode is distinct from 'simulation'"
const USED = `(select coalesce(sum(u.amount), 0) from document_uses u join merchant_documents o on o.tenant_id = u.tenant_id and o.id = u.document_id
    join route_sessions s on s.tenant_id = u.tenant_id and s.id = u.session_id
  where u.tenant_id = d.tenant_id and o.merchant_id = d.merchant_id and o.code = d.code and o.number_key = d.number_key and u.currency = d.currency and ${COUNTS})`
const SELECT = `select d.id, d.merchant_id, d.code, d.number, d.issued_on::text as issued_on, d.expires_on::text as expires_on, d.amount, d.currency,
    case when d.amount is not null then ${USED}::text end as used, d.artifact_id, d.supersedes, d.state, d.recorded_by_role, d.recorded_at, d.withdrawn_because from merchant_documents d`
type Raw = Omit<MerchantDocumentRow, 'value'> & { readonly amount: string | null; readonly currency: string | null }
const rowOf = ({ amount, currency, ...row }: Raw): MerchantDocumentRow => ({ ...row, value: moneyOrNull(amount, currency) })

/** The papers of a merchant, newest first, live ones before those that are over; at most 500. */
export async function listMerchantDocuments(tx: Tx, merchant_id: string): Promise<MerchantDocumentRow[]> {
  return (await tx.sql<Raw>(`${SELECT} where d.tenant_id = $1 and d.merchant_id = $2 order by d.state <> 'live', d.id desc limit 500`, [tx.actor.tenant_id, merchant_id])).map(rowOf)
}

/** One paper; with `merchant_id`, only if it is that merchant's. */
export async function readMerchantDocument(tx: Tx, id: string, ask: { readonly merchant_id?: string | null } = {}): Promise<MerchantDocumentRow | null> {
  const [raw] = await tx.sql<Raw>(`${SELECT} where d.tenant_id = $1 and d.id = $2 and ($3::uuid is null or d.merchant_id = $3)`, [tx.actor.tenant_id, id, ask.merchant_id ?? null])
  return raw === undefined ? null : rowOf(raw)
}

/** Whether a live paper of this code and number is there, other than the one that is superseded. */
export async function hasLiveDocument(tx: Tx, { merchant_id, code, number, supersedes }: Pick<NewMerchantDocument, 'merchant_id' | 'code' | 'number' | 'supersedes'>): Promise<boolean> {
  const rows = await tx.sql(`select id from merchant_documents where tenant_id = $1 and merchant_id = $2 and code = $3 and number_key = upper(btrim($4)) and state = 'live' and id is distinct from $5::uuid`,
    [tx.actor.tenant_id, merchant_id, code, number, supersedes])
  return rows.length > 0
}

/** Whether payments were made under a paper of this number in another money than this (null: in any): its value could not be held against them. */
export async function isUsedInOtherMoney(tx: Tx, { merchant_id, code, number, currency }: Pick<NewMerchantDocument, 'merchant_id' | 'code' | 'number'> & { readonly currency: string | null }): Promise<boolean> {
  const rows = await tx.sql(`select from document_uses u join merchant_documents d on d.tenant_id = u.tenant_id and d.id = u.document_id join route_sessions s on s.tenant_id = u.tenant_id and s.id = u.session_id
    where u.tenant_id = $1 and d.merchant_id = $2 and d.code = $3 and d.number_key = upper(btrim($4)) and u.amount > 0 and u.currency is distinct from $5
      and ${COUNTS} limit 1`, [tx.actor.tenant_id, merchant_id, code, number, currency])
  return rows.length > 0
}

/** Ends the paper that is superseded, if any, and saves the new one. False where the old one was not live any more. */
export async function saveMerchantDocument(tx: Tx, document: NewMerchantDocument): Promise<boolean> {
  const { tenant_id, user_id, role } = tx.actor
  if (document.supersedes !== null) {
    const ended = await tx.sql("update merchant_documents set state = 'superseded' where tenant_id = $1 and id = $2 and merchant_id = $3 and code = $4 and state = 'live' returning id",
      [tenant_id, document.supersedes, document.merchant_id, document.code])
    if (ended.length === 0) return false
  }
  await tx.sql(`insert into merchant_documents (tenant_id, id, merchant_id, code, number, issued_on, expires_on, amount, currency, artifact_id, supersedes, recorded_by, recorded_by_role)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  [tenant_id, document.id, document.merchant_id, document.code, document.number, document.issued_on, document.expires_on, document.value?.amount ?? null, document.value?.currency ?? null,
    document.artifact_id, document.supersedes, user_id, role])
  return true
}

/** Takes a live paper back. False where it was not live any more. */
export async function withdrawMerchantDocument(tx: Tx, id: string, by: { readonly because: string }): Promise<boolean> {
  const rows = await tx.sql("update merchant_documents set state = 'withdrawn', withdrawn_by = $3, withdrawn_at = clock_timestamp(), withdrawn_because = $4 where tenant_id = $1 and id = $2 and state = 'live' returning id",
    [tx.actor.tenant_id, id, tx.actor.user_id, by.because])
  return rows.length > 0
}

/** Codes of live papers that count on this day and have something left of their value: what a merchant has on file without saying so. */
export async function readCodesOnFile(tx: Tx, merchant_id: string, day: string): Promise<string[]> {
  const rows = await tx.sql<{ code: string }>(`select distinct d.code from merchant_documents d where d.tenant_id = $1 and d.merchant_id = $2 and d.state = 'live'
    and d.issued_on <= $3 and (d.expires_on is null or d.expires_on >= $3) and (d.amount is null or d.amount > ${USED}) order by d.code`, [tx.actor.tenant_id, merchant_id, day])
  return rows.map(({ code }) => code)
}

/**
 * Live papers with a value of these codes that count on this day, the first to run out first, with what other sessions than this one use of
 * them. Until the transaction ends nobody else uses them.
 */
export async function holdDocuments(tx: Tx, ask: { readonly merchant_id: string; readonly session_id: string; readonly codes: readonly string[]; readonly day: string }): Promise<readonly { readonly id: string; readonly code: string; readonly value: DecimalMoney; readonly used: string }[]> {
  const { tenant_id } = tx.actor
  const wanted = "d.tenant_id = $1 and d.merchant_id = $2 and d.code = any ($3) and d.state = 'live' and d.amount is not null and d.issued_on <= $4 and (d.expires_on is null or d.expires_on >= $4)"
  const values = [tenant_id, ask.merchant_id, ask.codes, ask.day]
  await tx.sql(`select d.id from merchant_documents d where ${wanted} order by d.id for no key update`, values)
  // A statement of its own, because it must see what whoever held them before has written.
  const rows = await tx.sql<{ id: string; code: string; amount: string; currency: string; used: string }>(
    `select d.id, d.code, d.amount, d.currency, (${USED} - coalesce((select sum(u.amount) from document_uses u join merchant_documents o on o.tenant_id = u.tenant_id and o.id = u.document_id
        where u.tenant_id = d.tenant_id and u.session_id = $5 and o.merchant_id = d.merchant_id and o.code = d.code and o.number_key = d.number_key and u.currency = d.currency), 0))::text as used
      from merchant_documents d where ${wanted} order by d.expires_on nulls last, d.id`, [...values, ask.session_id])
  return rows.map(({ amount, currency, ...row }) => ({ ...row, value: { amount, currency } }))
}

/** Writes how much of a paper's value the session takes, or takes now. Throws beyond the value: ask `holdDocuments` before. */
export async function saveDocumentUse(tx: Tx, use: { readonly session_id: string; readonly document_id: string; readonly money: DecimalMoney }): Promise<void> {
  await tx.sql(`insert into document_uses (tenant_id, session_id, document_id, amount, currency) values ($1, $2, $3, $4, $5)
    on conflict (tenant_id, session_id, document_id) do update set amount = excluded.amount`, [tx.actor.tenant_id, use.session_id, use.document_id, use.money.amount, use.money.currency])
}

/** What the session uses, by paper. */
export const readDocumentUses = (tx: Tx, session_id: string): Promise<{ document_id: string; amount: string; currency: string }[]> =>
  tx.sql('select document_id, amount::text as amount, currency from document_uses where tenant_id = $1 and session_id = $2 order by document_id', [tx.actor.tenant_id, session_id])

/** Whether a stored file may stand for a paper of this merchant: one of its own, that it may see, and not removed. */
export async function isMerchantFile(tx: Tx, artifact_id: string, merchant_id: string): Promise<boolean> {
  const rows = await tx.sql("select id from artifacts where tenant_id = $1 and id = $2 and merchant_id = $3 and class = 'merchant' and state in ('quarantined', 'clean')", [tx.actor.tenant_id, artifact_id, merchant_id])
  return rows.length > 0
}
