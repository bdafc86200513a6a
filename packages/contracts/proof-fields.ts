/** What is read from a proof, kind by kind (the kinds of estimates.json). A field that is needed and empty is a difference like any other. */

export const PROOF_FIELDS = ['amount', 'happened_at', 'payee', 'account_last4', 'reference', 'charges', 'transaction_hash'] as const
export type ProofField = (typeof PROOF_FIELDS)[number]

const PAID = ['amount', 'happened_at', 'reference'] as const
export const PROOF_KINDS = {
  bank_acknowledgement: ['happened_at', 'reference'],
  deal_confirmation: PAID,
  mt103_or_pacs008: ['amount', 'happened_at', 'payee', 'account_last4', 'reference', 'charges'],
  lc_swift_mt700: ['amount', 'happened_at', 'payee', 'reference'],
  shipping_documents: ['happened_at', 'payee', 'reference'],
  bank_receipt: PAID,
  trade_confirmation: PAID,
  signed_quote: PAID,
  payout_reference: PAID,
  transaction_hash: ['amount', 'happened_at', 'transaction_hash'],
  bank_credit_advice: ['amount', 'happened_at', 'payee', 'account_last4'],
  redemption_confirmation: PAID,
  wallet_receipt: PAID,
  order_receipt: PAID,
  signed_acknowledgement: ['happened_at', 'payee'],
  supplier_receipt: ['amount', 'happened_at', 'payee'],
  photo: ['happened_at'],
} as const satisfies Readonly<Record<string, readonly ProofField[]>>
export type ProofKind = keyof typeof PROOF_KINDS
export const PROOF_KIND_NAMES = Object.keys(PROOF_KINDS) as ProofKind[]

/** The fields that a proof of this kind must show; every field for a kind that nobody knows, so that an unknown kind never passes with less. */
export const fieldsOfProof = (kind: string): readonly ProofField[] => (Object.hasOwn(PROOF_KINDS, kind) ? PROOF_KINDS[kind as ProofKind] : PROOF_FIELDS)
