/** What of an account with a provider is secret, as one sealed value beside the masked reference for screens. */
import { maskAccount } from '#database/index.ts'
import { sealedColumn } from './sealed-column.ts'
import type { TenantKeys } from './tenant-keys.ts'

export type AccountMetadata = {
  /** by what the provider knows the account: account or client number, IBAN, wallet address, user name; never a password or key */
  readonly account_reference: string
  /** in whose name it stands there */
  readonly account_holder: string | null
  /** how the desk uses it */
  readonly instructions: string | null
}

const METADATA = sealedColumn<AccountMetadata>('provider_accounts', 'metadata_sealed')

/** The columns that an account's row keeps of its metadata. */
export function sealAccountMetadata(keys: TenantKeys, account_id: string, { account_reference, account_holder, instructions }: AccountMetadata): { metadata_sealed: Buffer; reference_masked: string } {
  return { metadata_sealed: METADATA.seal(keys, account_id, { account_reference, account_holder, instructions }), reference_masked: maskAccount(account_reference) }
}

/** Throws SealRefused where the bytes are not this account's. */
export const openAccountMetadata = METADATA.open
