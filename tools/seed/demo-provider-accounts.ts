/** The accounts that the demo tenant names: invented, one of each owner and one on a chain, which is in no country. */
import type { NewProviderAccount } from '#database/index.ts'

export type DemoProviderAccount = Pick<NewProviderAccount, 'provider_id' | 'label' | 'currency' | 'country'> & {
  /** of this intent's merchant where it is a merchant's */
  readonly merchant_of?: string
  readonly rail_owner: 'operator' | 'merchant' | 'provider'
  readonly reference: string; readonly holder: string | null; readonly instructions: string | null
}

export const DEMO_PROVIDER_ACCOUNTS: readonly DemoProviderAccount[] = [
  { provider_id: 'ng-bank-official-fx', label: 'Naira collection, Marina branch', currency: 'NGN', country: 'NG', rail_owner: 'operator', reference: '2034 118 7750', holder: 'Demo Operator Company Ltd', instructions: 'name the Form M number in every order' },
  { provider_id: 'ng-bank-official-fx', label: 'Domiciliary dollars', currency: 'USD', country: 'NG', rail_owner: 'merchant', merchant_of: 'req-001', reference: '2034 902 4418', holder: 'Adeola Phones Ltd', instructions: null },
  { provider_id: 'hk-bank-corporate', label: 'Hong Kong dollars and yuan', currency: 'HKD', country: 'HK', rail_owner: 'operator', reference: '024-385-119042-838', holder: 'Demo Operator (Hong Kong) Limited', instructions: 'two signatures above HKD 500,000' },
  { provider_id: 'cn-manual-rmb-settler', label: 'Settler payout pool', currency: 'CNY', country: 'CN', rail_owner: 'provider', reference: 'client FC-0117', holder: null, instructions: 'confirm by telephone before each order' },
  { provider_id: 'chain-tron-usdt', label: 'Out wallet', currency: 'USDT', country: null, rail_owner: 'operator', reference: 'TDemoOutWa11etofDemoOperatorCo1111', holder: null, instructions: null },
]
