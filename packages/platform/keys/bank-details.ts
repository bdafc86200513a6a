/** What of a supplier's bank account is secret, as one sealed value beside its masked form for screens. */
import { maskAccount } from '#database/index.ts'
import { sealedColumn } from './sealed-column.ts'
import type { TenantKeys } from './tenant-keys.ts'

export type BankDetails = { /** account number, IBAN or wallet address */ readonly account_number: string; readonly cnaps: string | null }

const DETAILS = sealedColumn<BankDetails>('suppliers', 'bank_details_sealed')

/** The columns that a supplier's row keeps of its bank details. */
export function sealBankDetails(keys: TenantKeys, supplier_id: string, { account_number, cnaps }: BankDetails): { bank_details_sealed: Buffer; account_masked: string; cnaps_masked: string | null } {
  return {
    bank_details_sealed: DETAILS.seal(keys, supplier_id, { account_number, cnaps }),
    account_masked: maskAccount(account_number), cnaps_masked: cnaps === null ? null : maskAccount(cnaps),
  }
}

/** Throws SealRefused where the bytes are not this supplier's. */
export const openBankDetails = DETAILS.open
