/** What of a supplier's bank account is secret, as one sealed value beside its masked form for screens. */
import { maskAccount } from '#database/index.ts'
import { sealedColumn } from './sealed-column.ts'
import type { TenantKeys } from './tenant-keys.ts'

export type BankDetails = { /** account number, IBAN or wallet address */ readonly account_number: string; readonly cnaps: string | null }

/** Where bank details stand: in force at a supplier, or with a change of them, as proposed and as replaced. `id` is the supplier's or the change's. */
export type DetailsPlace = { readonly of: 'supplier' | 'proposed' | 'replaced'; readonly id: string }
const COLUMNS = {
  supplier: sealedColumn<BankDetails>('suppliers', 'bank_details_sealed'), proposed: sealedColumn<BankDetails>('bank_detail_changes', 'details_sealed'),
  replaced: sealedColumn<BankDetails>('bank_detail_changes', 'replaced_sealed'),
} as const

/** The details as bytes for one place; they open nowhere else. */
export const sealDetailsAt = (keys: TenantKeys, { of, id }: DetailsPlace, { account_number, cnaps }: BankDetails): Buffer => COLUMNS[of].seal(keys, id, { account_number, cnaps })
/** Throws SealRefused where the bytes are not of this place. */
export const openDetailsAt = (keys: TenantKeys, { of, id }: DetailsPlace, sealed: Buffer): BankDetails => COLUMNS[of].open(keys, id, sealed)

/** What may be shown of them. */
export const maskedDetails = ({ account_number, cnaps }: BankDetails): { account_masked: string; cnaps_masked: string | null } =>
  ({ account_masked: maskAccount(account_number), cnaps_masked: cnaps === null ? null : maskAccount(cnaps) })

/** The columns that a supplier's row keeps of its bank details. */
export const sealBankDetails = (keys: TenantKeys, supplier_id: string, details: BankDetails): { bank_details_sealed: Buffer; account_masked: string; cnaps_masked: string | null } =>
  ({ bank_details_sealed: sealDetailsAt(keys, { of: 'supplier', id: supplier_id }, details), ...maskedDetails(details) })

/** Throws SealRefused where the bytes are not this supplier's. */
export const openBankDetails = (keys: TenantKeys, supplier_id: string, sealed: Buffer): BankDetails => openDetailsAt(keys, { of: 'supplier', id: supplier_id }, sealed)
