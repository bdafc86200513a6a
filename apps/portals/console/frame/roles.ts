import type { Role } from '../../api/types.ts'

const ROLES: Readonly<Record<Role, string>> = {
  platform_admin: 'Platform Admin', desk_operator: 'Desk Operator', merchant_client: 'Merchant Client', settlement_agent: 'Settlement Agent',
}
export const roleWords = (role: Role): string => ROLES[role]
