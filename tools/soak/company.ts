/** The company that is soaked: the shipped corridor data, a desk of several people, and merchants with a supplier each. The ids come from names, so every run has the same. */
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import type { Role } from '#contracts/roles.ts'
import { provision } from '#database/provision.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { loadTenantKeys, sealBankDetails } from '#platform/keys/index.ts'
import { DEMO_ACCOUNTS, demoId, seedDemo } from '#tools/seed.ts'
import type { Owner } from './stand.ts'

export const TENANT_ID = DEMO_TENANT_ID
const DESK = 4

export type Person = { readonly role: Role; readonly email: string; readonly password: string }
export type Company = {
  readonly admin: Person
  readonly desk: readonly Person[]
  readonly merchants: readonly { readonly person: Person; readonly merchant_id: string; readonly supplier_id: string }[]
}

/** Who there is; `fillCompany` makes them. */
export function companyOf(merchants: number): Company {
  const { email, password } = DEMO_ACCOUNTS.find(({ role }) => role === 'platform_admin')!
  const person = (role: Role, i: number): Person => ({ role, email: `${role}-${i}@soak.example`, password })
  return {
    admin: { role: 'platform_admin', email, password },
    desk: Array.from({ length: DESK }, (_, i) => person('desk_operator', i)),
    merchants: Array.from({ length: merchants }, (_, i) => ({ person: person('merchant_client', i), merchant_id: demoId(`soak merchant ${i}`), supplier_id: demoId(`soak supplier ${i}`) })),
  }
}

export async function fillCompany(owner: Owner, company: Company): Promise<void> {
  await seedDemo({ ...owner, sessions: false })
  const password_hash = await hashPassword(company.admin.password)
  await provision({ url: owner.owner_url, tenantKey: owner.tenantKey }, TENANT_ID, async (p) => {
    const keys = await loadTenantKeys(owner.keyProvider, TENANT_ID, { read: p.readDataKeys, add: p.addDataKey })
    const member = async ({ role, email }: Person, merchant_id: string | null): Promise<void> => {
      const user_id = await p.createAccount({ id: demoId(`soak user ${email}`), email, password_hash })
      await p.createMembership({ user_id, role, merchant_id, display_name: email.split('@')[0]! })
    }
    for (const each of company.desk) await member(each, null)
    for (const [i, { person, merchant_id, supplier_id }] of company.merchants.entries()) {
      await p.createMerchant({ id: merchant_id, name: `Soak Phones ${i} Ltd`, type: 'limited_company', city: 'Lagos', country: 'NG', trade: 'phone accessories', trade_class: 'general', documents_on_file: ['CAC_CERT', 'TIN', 'BVN_DIRECTORS'] })
      await p.createSupplier({
        id: supplier_id, merchant_id, legal_name: `Soak Electronics ${i} Co., Ltd.`, legal_name_zh: '深圳市电子有限公司', country: 'CN', city: 'Shenzhen', method: 'mainland_corporate_account', settlement_currency: 'CNY',
        payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, prefers: null, network: null, bank_name: 'Bank of China, Shenzhen Futian', bic: null, paid_before: true,
        ...sealBankDetails(keys, supplier_id, { account_number: '6222020200011234821', cnaps: '102584000017' }),
      })
      await member(person, merchant_id)
    }
  })
}
