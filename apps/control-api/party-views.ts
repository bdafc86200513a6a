/** Merchants, suppliers, fee rules and audit reviews as the API gives them: field by field, so that a new column never leaves by itself. */
import type { Static } from 'typebox'
import type { AuditReview } from '#contracts/api/audit-reviews.ts'
import { DeskFeeRule } from '#contracts/api/reference.ts'
import type { BankDetailChange, Merchant, Supplier } from '#contracts/api/suppliers.ts'
import type { AuditReview as AuditReviewRow, BankDetailChangeRow, DeskFeeRuleRow, MerchantRow, SupplierRow } from '#database/index.ts'

export function merchantOf(row: MerchantRow): Merchant {
  return {
    id: row.id, name: row.name, type: row.type as Merchant['type'], city: row.city, country: row.country, trade: row.trade,
    trade_class: row.trade_class as Merchant['trade_class'], documents_on_file: [...row.documents_on_file], version: row.version,
  }
}

/** The account masked: the whole number is in no type that reaches this file. */
export function supplierOf(row: SupplierRow): Supplier {
  return {
    id: row.id, merchant_id: row.merchant_id, legal_name: row.legal_name, legal_name_zh: row.legal_name_zh, country: row.country, city: row.city,
    method: row.method as Supplier['method'], settlement_currency: row.settlement_currency, payee_type: row.payee_type as Supplier['payee_type'],
    payee_is_contract_seller: row.payee_is_contract_seller, accepts_other_settlement: row.accepts_other_settlement, prefers: row.prefers, network: row.network,
    bank_name: row.bank_name, account_masked: row.account_masked, bic: row.bic, cnaps_masked: row.cnaps_masked, details_state: row.details_state,
    paid_before: row.paid_before, created_at: row.created_at,
  }
}

/** Both versions masked: no sealed value is in a type that reaches this file. */
export function bankDetailChangeOf(row: BankDetailChangeRow): BankDetailChange {
  return {
    id: row.id, supplier_id: row.supplier_id, state: row.state, received_by: row.received_by as BankDetailChange['received_by'],
    proposed: { account_masked: row.account_masked, cnaps_masked: row.cnaps_masked, bank_name: row.bank_name, bic: row.bic },
    replaced: { account_masked: row.replaced_account_masked, cnaps_masked: row.replaced_cnaps_masked, bank_name: row.replaced_bank_name, bic: row.replaced_bic },
    proposed_by: { user_id: row.proposed_by, name: row.proposed_by_name }, proposed_at: row.proposed_at,
    decided_by: row.decided_by === null ? null : { user_id: row.decided_by, name: row.decided_by_name! }, decided_at: row.decided_at,
    confirmed_over: row.confirmed_over as BankDetailChange['confirmed_over'], confirmed_with: row.confirmed_with, rejected_because: row.rejected_because as BankDetailChange['rejected_because'],
  }
}

export function deskFeeRuleOf(row: DeskFeeRuleRow): Static<typeof DeskFeeRule> {
  return {
    id: row.id, merchant_id: row.merchant_id, corridor_id: row.corridor_id, fixed: { ...row.fixed }, bps: row.bps, minimum: { ...row.minimum },
    reason: row.reason, version: row.version, changed_at: row.changed_at, changed_by: row.changed_by,
  }
}

export const auditReviewOf = ({ id, view, after_seq, through_seq, events, own_events, note, user_id, name, at }: AuditReviewRow): AuditReview =>
  ({ id, view, after_seq, through_seq, events, own_events, note, reviewed_by: { user_id, name }, at })
