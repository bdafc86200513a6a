/**
 * Who may do what: one table, role × action × resource. `access-table.txt` is this table written out; reviewers read its diff.
 * Which rows of a kind someone sees is not said here: session-access/ and the database's row-level security say that.
 */
import { ROLES, type Actor, type Role } from '#contracts/roles.ts'

const ADMIN = ['platform_admin'] as const
const OPERATOR = ['desk_operator'] as const
const DESK = ['platform_admin', 'desk_operator'] as const
const MERCHANT = ['merchant_client'] as const
const REQUESTERS = ['platform_admin', 'desk_operator', 'merchant_client'] as const

/** Each `resource:action` with the roles that may do it; everything that is not here nobody may. */
const GRANTS = {
  'session:read': ROLES,
  'session:end': ROLES,
  'session:prove': ROLES,
  'session:switch': ROLES,
  'password:change': ROLES,
  'second_factor:manage': ROLES,
  'own_data:export': ROLES,
  'own_privacy_request:read': ROLES,
  'own_privacy_request:write': ROLES,
  'member:reset_second_factor': ADMIN,
  'merchant:list': REQUESTERS,
  'merchant:read': REQUESTERS,
  // Whom a company serves is its Platform Admin's to say; suppliers are the daily work of the desk.
  'merchant:write': ADMIN,
  'onboarding:read': DESK,
  'supplier:create': REQUESTERS,
  'supplier:read': REQUESTERS,
  // A merchant sees its own suppliers' numbers: it typed them in.
  'supplier:reveal': REQUESTERS,
  // Where a supplier is paid is the desk's to change: a merchant tells the desk, which asks back on a channel of its own.
  'bank_details:read': DESK,
  'bank_details:propose': DESK,
  'bank_details:decide': DESK,
  // What the desk looked up is never a merchant's to read; who found a possible hit is not who clears it, which the handler sees to.
  'screening:read': DESK,
  'screening:record': DESK,
  'screening:clear': DESK,
  'merchant_document:read': REQUESTERS,
  'merchant_document:record': REQUESTERS,
  'merchant_document:withdraw': REQUESTERS,
  'payment_incident:read': DESK,
  'payment_incident:open': DESK,
  'payment_incident:chase': DESK,
  'payment_incident:resolve': DESK,
  'route_session:create': REQUESTERS,
  'route_session:read': REQUESTERS,
  'route_session:accept': REQUESTERS,
  'route_session:cancel': REQUESTERS,
  'route_session:replay': DESK,
  // The desk decides and carries out; a Platform Admin as its second person, which four-eyes.ts says.
  'route_session:approve': DESK,
  'route_session:execute': DESK,
  'execution:read': DESK,
  'execution_step:work': DESK,
  'payment_instruction:reveal': DESK,
  'route_session:close': DESK,
  // Evidence moves what is recommended to everybody, so taking it back is governance.
  'estimate_evidence:undo': ADMIN,
  'event:read': REQUESTERS,
  'claim:write': DESK,
  'message:read': REQUESTERS,
  'message:write': REQUESTERS,
  'ask:write': DESK,
  // Only who was asked answers.
  'ask:answer': MERCHANT,
  'candidate:read': DESK,
  'corridor:read': REQUESTERS,
  'provider:read': DESK,
  // The desk names an account by its label; what a provider knows it by is governance.
  'provider_account:read': DESK,
  'provider_account:write': ADMIN,
  'provider_account:reveal': ADMIN,
  // Which of them is artifacts/access.ts's to say: a merchant sees and stores what it and the desk see.
  'artifact:read': REQUESTERS,
  'artifact:upload': REQUESTERS,
  'artifact:remove': ADMIN,
  // What a provider signs its quotes by is governance.
  'quote_source:read': ADMIN,
  'quote_source:write': ADMIN,
  'fact:read': DESK,
  // What a provider said is the desk's to write down; an admin reads it.
  'rate:read': DESK,
  'rate:write': OPERATOR,
  'quote:read': DESK,
  'quote:write': OPERATOR,
  'route_session:reprice': DESK,
  'provider_outage:read': DESK,
  'provider_outage:write': DESK,
  'reference_rates:apply': ADMIN,
  'desk_fee_rule:read': DESK,
  'desk_fee_rule:write': ADMIN,
  // How many people approve what is the company's to say, and two of its admins say it together.
  'approval_rules:read': DESK,
  'approval_rules:propose': ADMIN,
  'approval_rules:decide': ADMIN,
  'market_clock:write': ADMIN,
  'market_data:read': DESK,
  'market_data:import': ADMIN,
  // A Desk Operator reads the events of the sessions it had a hand in; the whole chain is the admin's.
  'audit:read': DESK,
  'member:read': ADMIN,
  'member:write': ADMIN,
  'member:erase': ADMIN,
  'privacy_request:read': ADMIN,
  'privacy_request:answer': ADMIN,
  'audit:verify': ADMIN,
  'audit:export': ADMIN,
  'audit:review': ADMIN,
  'api_key:read': ADMIN,
  'api_key:write': ADMIN,
} as const satisfies Readonly<Record<`${string}:${string}`, readonly Role[]>>

export type Permission = keyof typeof GRANTS
export const PERMISSIONS = Object.keys(GRANTS) as readonly Permission[]

/** Whether the role may do it at all. Unknown permissions are refused, so a route with a misspelt one answers nobody. */
export const may = (role: Role, permission: Permission): boolean =>
  Object.hasOwn(GRANTS, permission) && (GRANTS[permission] as readonly Role[]).includes(role)

/** Everything the role may do, sorted: what a screen gates its buttons with. */
export const permissionsOf = (role: Role): Permission[] => PERMISSIONS.filter((permission) => may(role, permission)).sort()

/** What a person does with the own session and account: all that is open to a Platform Admin who must enrol a second factor first. */
const OWN_ACCOUNT: ReadonlySet<Permission> = new Set(['session:read', 'session:end', 'session:prove', 'password:change', 'second_factor:manage'])
export const isOwnAccount = (permission: Permission): boolean => OWN_ACCOUNT.has(permission)
/**
 * What a program may be given: the daily work. A list of its own, so that a permission which is added to the table is no program's until
 * someone says so; governance, and what belongs to a person's account, never stand here.
 */
export const PROGRAM_PERMISSIONS = [
  'audit:read', 'audit:verify', 'candidate:read', 'corridor:read', 'desk_fee_rule:read', 'fact:read', 'merchant:list', 'provider:read', 'route_session:accept',
  'route_session:cancel', 'route_session:create', 'route_session:read', 'route_session:replay', 'supplier:create', 'supplier:read',
] as const satisfies readonly Permission[]

/** What an API key of this role may be given, sorted; nothing for a role that has no work for programs. */
export const programScopesOf = (role: Role): Permission[] => PROGRAM_PERMISSIONS.filter((permission) => may(role, permission))

/** Whether this actor may do it: the role, and for a program its key's scopes too. */
export const mayAct = (actor: Pick<Actor, 'role' | 'scopes'>, permission: Permission): boolean =>
  may(actor.role, permission) && (actor.scopes === undefined || (actor.scopes.includes(permission) && (PROGRAM_PERMISSIONS as readonly Permission[]).includes(permission)))

/** The table as text, one line a permission, one column a role. */
export function accessTable(): string {
  const width = Math.max(...PERMISSIONS.map((p) => p.length)) + 2
  const line = (first: string, cells: readonly string[]) => [first.padEnd(width), ...cells.map((c) => c.padEnd(18))].join('').trimEnd()
  const rows = [...PERMISSIONS].sort().map((permission) => line(permission, ROLES.map((role) => (may(role, permission) ? 'yes' : '-'))))
  return [line('resource:action', ROLES), ...rows, ''].join('\n')
}
