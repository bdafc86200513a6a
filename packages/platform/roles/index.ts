/**
 * Who may do what: one table, role × action × resource. `access-table.txt` is this table written out; reviewers read its diff.
 * Which rows of a kind someone sees is not said here: session-access/ and the database's row-level security say that.
 */
import { ROLES, type Role } from '#contracts/roles.ts'

const ADMIN = ['platform_admin'] as const
const DESK = ['platform_admin', 'desk_operator'] as const
const REQUESTERS = ['platform_admin', 'desk_operator', 'merchant_client'] as const

/** Each `resource:action` with the roles that may do it; everything that is not here nobody may. */
const GRANTS = {
  'session:read': ROLES,
  'session:end': ROLES,
  'session:prove': ROLES,
  'session:switch': ROLES,
  'password:change': ROLES,
  'merchant:list': REQUESTERS,
  'merchant:read': REQUESTERS,
  // Whom a company serves is its Platform Admin's to say; suppliers are the daily work of the desk.
  'merchant:write': ADMIN,
  'supplier:create': REQUESTERS,
  'supplier:read': REQUESTERS,
  'route_session:create': REQUESTERS,
  'route_session:read': REQUESTERS,
  'route_session:accept': REQUESTERS,
  'route_session:cancel': REQUESTERS,
  'route_session:replay': DESK,
  'candidate:read': DESK,
  'corridor:read': REQUESTERS,
  'provider:read': DESK,
  'fact:read': DESK,
  'desk_fee_rule:read': DESK,
  'desk_fee_rule:write': ADMIN,
  'market_clock:write': ADMIN,
  // A Desk Operator reads the events of the sessions it had a hand in; the whole chain is the admin's.
  'audit:read': DESK,
  'audit:verify': ADMIN,
  'audit:export': ADMIN,
} as const satisfies Readonly<Record<`${string}:${string}`, readonly Role[]>>

export type Permission = keyof typeof GRANTS
export const PERMISSIONS = Object.keys(GRANTS) as readonly Permission[]

/** Whether the role may do it at all. Unknown permissions are refused, so a route with a misspelt one answers nobody. */
export const may = (role: Role, permission: Permission): boolean =>
  Object.hasOwn(GRANTS, permission) && (GRANTS[permission] as readonly Role[]).includes(role)

/** Everything the role may do, sorted: what a screen gates its buttons with. */
export const permissionsOf = (role: Role): Permission[] => PERMISSIONS.filter((permission) => may(role, permission)).sort()

/** The table as text, one line a permission, one column a role. */
export function accessTable(): string {
  const width = Math.max(...PERMISSIONS.map((p) => p.length)) + 2
  const line = (first: string, cells: readonly string[]) => [first.padEnd(width), ...cells.map((c) => c.padEnd(18))].join('').trimEnd()
  const rows = [...PERMISSIONS].sort().map((permission) => line(permission, ROLES.map((role) => (may(role, permission) ? 'yes' : '-'))))
  return [line('resource:action', ROLES), ...rows, ''].join('\n')
}
