import type { Supplier } from '../api/types.ts'

export type Method = Supplier['method']

type Place = {
  readonly name: string
  readonly time_zone: string
  /** how a supplier there can be paid, the usual one first */
  readonly methods: readonly Method[]
  readonly currencies: readonly string[]
  /** the country that the corridor into this place is named for */
  readonly corridor_country: string
  readonly chinese_name: boolean
}

/** What the form must know of a supplier's country to ask only what matters there. Routing itself knows nothing of this table. */
export const PLACES: Readonly<Record<string, Place>> = {
  CN: {
    name: 'China (mainland)', time_zone: 'Asia/Shanghai', corridor_country: 'CN', chinese_name: true, currencies: ['CNY', 'USD', 'USDT', 'USDC'],
    methods: ['mainland_corporate_account', 'trade_agent', 'personal_bank_account', 'mobile_wallet_personal', 'token_wallet'],
  },
  HK: {
    name: 'Hong Kong', time_zone: 'Asia/Hong_Kong', corridor_country: 'CN', chinese_name: true, currencies: ['USD', 'CNY', 'HKD'],
    methods: ['hong_kong_corporate_account'],
  },
  AE: { name: 'United Arab Emirates', time_zone: 'Asia/Dubai', corridor_country: 'AE', chinese_name: false, currencies: ['AED', 'USD'], methods: ['bank_account'] },
  US: { name: 'United States', time_zone: 'America/New_York', corridor_country: 'US', chinese_name: false, currencies: ['USD'], methods: ['bank_account'] },
}

export const zoneOf = (country: string): string => PLACES[country]?.time_zone ?? 'UTC'
export const isWallet = (method: Method): boolean => method === 'token_wallet'
/** A person's account or wallet: asked as such, and never called a company account. */
export const isPersonal = (method: Method): boolean => method === 'personal_bank_account' || method === 'mobile_wallet_personal'

const CURRENCY_WORDS: Readonly<Record<string, string>> = {
  CNY: 'yuan', CNH: 'offshore yuan', USD: 'dollars', HKD: 'Hong Kong dollars', AED: 'dirhams', NGN: 'naira', KES: 'Kenyan shillings', GHS: 'cedis',
  ZAR: 'rand', USDT: 'USDT', USDC: 'USDC', EUR: 'euros', GBP: 'pounds',
}
/** A currency as a person says it. */
export const currencyWord = (code: string): string => CURRENCY_WORDS[code] ?? code
