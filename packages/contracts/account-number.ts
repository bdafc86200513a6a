/**
 * Whether an account number can be one at all. A digit too few is found here, while the person who has the invoice is still there, and not
 * by the bank that sends the money back. It says nothing about whose account it is.
 */
import type { SETTLEMENT_METHODS } from './routing.ts'

type Network = 'TRON' | 'ETHEREUM' | 'SOLANA'
export type AccountDetails = {
  readonly method: (typeof SETTLEMENT_METHODS)[number]
  /** two letters, ISO 3166 */
  readonly country: string
  readonly network?: Network | null | undefined
  readonly account_number: string
}
export type AccountProblem = { readonly field: 'account_number' | 'country' | 'network'; readonly why: 'bad_account' | 'bad_iban' | 'bad_address' | 'no_network' | 'wrong_country' }

const BASE58 = '[1-9A-HJ-NP-Za-km-z]'
/** Of each network, as its wallets write addresses. */
const ADDRESSES: Readonly<Record<Network, RegExp>> = { TRON: new RegExp(`^T${BASE58}{33}$`), ETHEREUM: /^0x[0-9a-fA-F]{40}$/, SOLANA: new RegExp(`^${BASE58}{32,44}$`) }
const IBAN = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$/
/** Where a corporate account of this kind must be. */
const COUNTRIES: Readonly<Partial<Record<AccountDetails['method'], string>>> = { mainland_corporate_account: 'CN', hong_kong_corporate_account: 'HK' }

/** What is wrong with the account, or null. Spaces and hyphens between digits are how people write them and do not count. */
export function accountProblem({ method, country, network, account_number }: AccountDetails): AccountProblem | null {
  if (COUNTRIES[method] !== undefined && country !== COUNTRIES[method]) return { field: 'country', why: 'wrong_country' }
  if (method === 'token_wallet') {
    if (network == null) return { field: 'network', why: 'no_network' }
    return ADDRESSES[network].test(account_number.trim()) ? null : { field: 'account_number', why: 'bad_address' }
  }
  // A personal wallet is known by a telephone number, an email address or a handle of its own.
  if (method === 'mobile_wallet_personal') return /^\+?[\p{L}\p{N}@._ -]{5,80}$/u.test(account_number) ? null : { field: 'account_number', why: 'bad_account' }
  const plain = account_number.replaceAll(/[\s-]/g, '').toUpperCase()
  if (IBAN.test(plain)) return hasIbanChecksum(plain) ? null : { field: 'account_number', why: 'bad_iban' }
  return /^[A-Z0-9]{5,34}$/.test(plain) && /[0-9]{4}/.test(plain) ? null : { field: 'account_number', why: 'bad_account' }
}

const TELEPHONE = /^\+?[0-9 -]+$/
/**
 * Whether two writings are the same account. An address of a wallet is taken letter by letter. Of an email address or a handle only the case does not count: a
 * hyphen there makes it somebody else's. Of another account, and of a telephone number, spaces and hyphens do not count either.
 */
export function isSameAccount(method: AccountDetails['method'], one: string, other: string): boolean {
  const plain = (text: string): string =>
    method === 'token_wallet' ? text.trim()
      : method === 'mobile_wallet_personal' && !TELEPHONE.test(text) ? text.trim().toLowerCase()
        : text.replaceAll(/[\s-]/g, '').toUpperCase()
  return plain(one) === plain(other)
}

/** Whether two BICs, or none, name the same bank: eight letters are its head office, and so are they with three times X behind. */
export const isSameBic = (one: string | null, other: string | null): boolean => one?.padEnd(11, 'X') === other?.padEnd(11, 'X')

/** ISO 13616: letters are 10 to 35, the first four characters go last, and the whole is 1 modulo 97. */
function hasIbanChecksum(iban: string): boolean {
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}
