import type { Method } from '../../shared/places.ts'
import { storedValue } from '../storage.ts'

/** A supplier being entered. Bank details stay in this tab only, whatever the privacy choice, and go when it is saved. */
export type SupplierDraft = {
  readonly country: string
  readonly legal_name: string
  readonly legal_name_zh: string
  readonly city: string
  readonly method: Method
  readonly currency: string
  readonly payee_type: 'company' | 'individual' | 'mixed'
  readonly is_seller: boolean
  readonly other: boolean
  readonly account_number: string
  readonly bank_name: string
  readonly bic: string
  readonly cnaps: string
  readonly network: 'TRON' | 'ETHEREUM' | 'SOLANA'
}

const emptySupplierDraft: SupplierDraft = {
  country: 'CN', legal_name: '', legal_name_zh: '', city: '', method: 'mainland_corporate_account', currency: 'CNY', payee_type: 'company', is_seller: true,
  other: false, account_number: '', bank_name: '', bic: '', cnaps: '', network: 'TRON',
}

const isSupplierDraft = (value: unknown): value is SupplierDraft =>
  typeof value === 'object' && value !== null && Object.entries(emptySupplierDraft).every(([key, sample]) => typeof (value as Record<string, unknown>)[key] === typeof sample)

const stored = storedValue<SupplierDraft>('flowclaw.supplier-draft', () => sessionStorage, isSupplierDraft)

export function useSupplierDraft(): [SupplierDraft, (change: Partial<SupplierDraft>) => void] {
  const draft = stored.use() ?? emptySupplierDraft
  return [draft, (change) => stored.write({ ...(stored.read() ?? emptySupplierDraft), ...change })]
}
export const clearSupplierDraft = (): void => stored.write(null)
