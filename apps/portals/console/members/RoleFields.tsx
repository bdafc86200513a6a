import type { Role } from '../../api/types.ts'
import { Field, Select } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { useMerchants } from '../queries.ts'

const ROLES: readonly Role[] = ['desk_operator', 'merchant_client', 'settlement_agent', 'platform_admin']
const DETAIL: Readonly<Record<Role, string>> = {
  desk_operator: 'works the queue and reviews routes', merchant_client: 'asks for routes, for one merchant',
  settlement_agent: 'sees the legs assigned to them', platform_admin: 'governs members, keys and fees',
}

/** A role, and the merchant that exactly a Merchant Client belongs to. */
export type AskedRole = { readonly role: Role; readonly merchant_id: string | null }
/** The role as the API takes it. */
export const roleBody = ({ role, merchant_id }: AskedRole) => ({ role, ...(role === 'merchant_client' && merchant_id !== null ? { merchant_id } : {}) })
/** What is missing from a role, in words; null where nothing is. */
export const roleLacks = ({ role, merchant_id }: AskedRole): string | null => (role === 'merchant_client' && merchant_id === null ? 'Choose whose user it is.' : null)

export function RoleFields({ value, onChange }: { value: AskedRole; onChange: (next: AskedRole) => void }) {
  const merchants = useMerchants().data ?? []
  return (
    <>
      <Field label="Role"><Select value={value.role} onChange={(role) => onChange({ ...value, role })} options={ROLES.map((role) => ({ value: role, label: roleWords(role), detail: DETAIL[role] }))} /></Field>
      {value.role === 'merchant_client' && (
        <Field label="Merchant"><Select value={value.merchant_id} onChange={(merchant_id) => onChange({ ...value, merchant_id })} placeholder="Choose a merchant" options={merchants.map((each) => ({ value: each.id, label: each.name }))} /></Field>
      )}
    </>
  )
}
