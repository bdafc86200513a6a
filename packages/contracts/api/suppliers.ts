/** merchants and suppliers: who pays and who is paid. Account numbers are sealed when kept and leave the server masked, but for the audited reveal. */
import Type, { type Static } from 'typebox'
import { Country, Currency, PAYEE_TYPES, SETTLEMENT_METHODS, MERCHANT_TYPES, TRADE_CLASSES } from '../routing.ts'
import { note, visibleText as text } from '../text.ts'
import { closed, counted, Instant, nullable, Uuid, oneOf } from './common.ts'

const Bic = Type.String({ pattern: '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$' })
const Cnaps = Type.String({ pattern: '^[0-9]{12}$' })
const bankFields = {
  bank_name: Type.Optional(text(200)),
  /** account number, IBAN or wallet address, by method */
  account_number: text(100),
  bic: Type.Optional(Bic),
  cnaps: Type.Optional(Cnaps),
}

export const SupplierBody = Type.Object({
  /** desk only: for which merchant; a merchant's own is implied */
  merchant_id: Type.Optional(Uuid),
  legal_name: text(200),
  legal_name_zh: Type.Optional(text(200)),
  country: Country,
  city: text(80),
  method: oneOf(SETTLEMENT_METHODS),
  settlement_currency: Currency,
  payee_type: oneOf(PAYEE_TYPES),
  payee_is_contract_seller: Type.Boolean(),
  accepts_other_settlement: Type.Boolean(),
  prefers: Type.Optional(Type.Enum(['USDT', 'USDC'])),
  network: Type.Optional(Type.Enum(['TRON', 'ETHEREUM', 'SOLANA'])),
  ...bankFields,
}, closed)

/** Why a whole number is needed. Words of a list, because they are kept in the audit, where no free text may stand. */
export const REVEAL_REASONS = ['pay_by_hand', 'check_with_supplier', 'question_of_bank', 'check_against_invoice', 'dispute'] as const
export const RevealBody = Type.Object({ reason: oneOf(REVEAL_REASONS) }, closed)
/** The only answer that holds a whole account number. */
export const RevealedDetails = Type.Object({
  account_number: Type.String(), cnaps: nullable(Type.String()), bank_name: nullable(Type.String()), bic: nullable(Type.String()),
}, closed)
export type RevealedDetails = Static<typeof RevealedDetails>

export const DETAILS_STATES = ['confirmed', 'change_held'] as const
export const Supplier = Type.Object({
  id: Uuid,
  merchant_id: Uuid,
  legal_name: Type.String(),
  legal_name_zh: nullable(Type.String()),
  country: Country,
  city: Type.String(),
  method: oneOf(SETTLEMENT_METHODS),
  settlement_currency: Currency,
  payee_type: oneOf(PAYEE_TYPES),
  payee_is_contract_seller: Type.Boolean(),
  accepts_other_settlement: Type.Boolean(),
  prefers: nullable(Type.String()),
  network: nullable(Type.String()),
  bank_name: nullable(Type.String()),
  /** "•••• 4821" */
  account_masked: Type.String(),
  bic: nullable(Type.String()),
  cnaps_masked: nullable(Type.String()),
  /** a change of bank details holds payment until confirmed on a second channel */
  details_state: oneOf(DETAILS_STATES),
  paid_before: Type.Boolean(),
  created_at: Instant,
}, closed)
export type Supplier = Static<typeof Supplier>

/** By which way word of new bank details came in. */
export const RECEIVED_BY = ['email', 'chat', 'letter', 'phone_call', 'video_call', 'in_person'] as const
/** Over which ways they can be confirmed: those in which a second person speaks to somebody it reached by itself. */
export const CONFIRMED_OVER = ['phone_call', 'video_call', 'in_person'] as const
/** Why they do not count. Words of a list, because they are kept in the audit. */
export const REJECTED_BECAUSE = ['supplier_denies_it', 'supplier_not_reached', 'entered_wrongly', 'no_longer_needed'] as const
export const BANK_DETAIL_STATES = ['pending', 'confirmed', 'rejected', 'withdrawn'] as const

/** POST /api/suppliers/:id/bank-detail-changes: the new details as a whole; what is left out, the new account does not have. */
export const BankDetailsBody = Type.Object({ received_by: oneOf(RECEIVED_BY), ...bankFields }, closed)
/** POST /api/bank-detail-changes/:id/confirm */
export const ConfirmBankDetailsBody = Type.Object({
  confirmed_over: oneOf(CONFIRMED_OVER),
  /** the new account as it was said on the second channel: the server compares it with what was proposed */
  account_number: text(100),
  /** the codes of its bank as they were said: each that was proposed, and no other. The same number at another bank is another account */
  bic: Type.Optional(Bic),
  cnaps: Type.Optional(Cnaps),
  /** whom the second person spoke to, and under which number it knew them */
  confirmed_with: note(200),
}, closed)
/** POST /api/bank-detail-changes/:id/reject */
export const RejectBankDetailsBody = Type.Object({ because: oneOf(REJECTED_BECAUSE) }, closed)

const MaskedDetails = Type.Object({
  /** "•••• 4821" */
  account_masked: Type.String(), cnaps_masked: nullable(Type.String()), bank_name: nullable(Type.String()), bic: nullable(Type.String()),
}, closed)
const Person = Type.Object({ user_id: Uuid, name: Type.String() }, closed)
export const BankDetailChange = Type.Object({
  id: Uuid,
  supplier_id: Uuid,
  state: oneOf(BANK_DETAIL_STATES),
  received_by: oneOf(RECEIVED_BY),
  proposed: MaskedDetails,
  /** what the supplier had when it was proposed */
  replaced: MaskedDetails,
  proposed_by: Person,
  proposed_at: Instant,
  decided_by: nullable(Person),
  decided_at: nullable(Instant),
  confirmed_over: nullable(oneOf(CONFIRMED_OVER)),
  confirmed_with: nullable(Type.String()),
  rejected_because: nullable(oneOf(REJECTED_BECAUSE)),
}, closed)
export type BankDetailChange = Static<typeof BankDetailChange>

export const Merchant = Type.Object({
  id: Uuid, name: Type.String(), type: oneOf(MERCHANT_TYPES), city: Type.String(), country: Country,
  trade: Type.String(), trade_class: oneOf(TRADE_CLASSES),
  documents_on_file: Type.Array(Type.String()),
  version: Type.Integer(),
}, closed)
export type Merchant = Static<typeof Merchant>

const merchantFields = {
  name: text(200), type: oneOf(MERCHANT_TYPES), city: text(80), country: Country,
  /** what it trades in, in its own words */
  trade: text(120), trade_class: oneOf(TRADE_CLASSES),
}
/** POST /api/merchants */
export const MerchantBody = Type.Object(merchantFields, closed)
/** PATCH /api/merchants/:id: what is named changes, the rest stays. */
export const MerchantChange = Type.Object({ ...Type.Partial(Type.Object(merchantFields)).properties, /** the version that was read */ version: counted(1) }, closed)
