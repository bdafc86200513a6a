/** The four roles of an Operator Company, and the legacy names that older clients still send. */

export const ROLES = ['platform_admin', 'desk_operator', 'merchant_client', 'settlement_agent'] as const
export type Role = (typeof ROLES)[number]

/** The names that older clients still send. */
export const LEGACY_ROLE_NAMES = ['admin', 'operator', 'customer', 'verified_agent'] as const

const LEGACY_ROLES: Readonly<Record<(typeof LEGACY_ROLE_NAMES)[number], Role>> = {
  admin: 'platform_admin',
  operator: 'desk_operator',
  customer: 'merchant_client',
  verified_agent: 'settlement_agent',
}

/** The role for a current or legacy name, or null for anything else: an unknown role is never guessed. */
export function parseRole(name: string): Role | null {
  if ((ROLES as readonly string[]).includes(name)) return name as Role
  return Object.hasOwn(LEGACY_ROLES, name) ? LEGACY_ROLES[name as keyof typeof LEGACY_ROLES] : null
}

/**
 * Who acts, as the server knows it from the session or the API key: never from a body, a header or a token claim.
 * `merchant_id` is set exactly when the role is merchant_client.
 */
export type Actor = {
  readonly user_id: string
  readonly tenant_id: string
  readonly role: Role
  readonly merchant_id: string | null
  /** of a program: its key's id */
  readonly session_id: string
  readonly display_name: string
  /** for a program alone: the permissions its key is limited to. A person has none of these, and everything of the role */
  readonly scopes?: readonly string[]
}
