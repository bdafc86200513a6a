/** members, invitations and recovery links; and what a link itself answers. */
import Type, { type Static } from 'typebox'
import { LEGACY_ROLE_NAMES, ROLES } from '../roles.ts'
import { visibleText } from '../text.ts'
import { closed, Instant, nullable, oneOf, Uuid } from './common.ts'

/** A role by its name or by the name that older clients still send; kept and answered by its own name alone. */
export const RoleName = oneOf([...ROLES, ...LEGACY_ROLE_NAMES])

export const Member = Type.Object({
  user_id: Uuid, email: Type.String(), display_name: Type.String(), role: oneOf(ROLES), merchant_id: nullable(Uuid), merchant_name: nullable(Type.String()),
  /** ended: no member any more; disabled: the account is switched off everywhere */
  state: oneOf(['active', 'ended', 'disabled']),
  created_at: Instant, ended_at: nullable(Instant),
  /** since when name and address are a pseudonym */
  erased_at: nullable(Instant),
  /** of the sessions that are kept for this company, to the minute; null where none is */
  last_seen_at: nullable(Instant),
}, closed)
export type Member = Static<typeof Member>

export const MemberRoleBody = Type.Object({ role: RoleName, /** exactly for a Merchant Client */ merchant_id: Type.Optional(Uuid) }, closed)

export const ERASURE_REASONS = ['person_asked', 'retention_over', 'entered_by_mistake'] as const
export const MemberErasureBody = Type.Object({ reason: oneOf(ERASURE_REASONS) }, closed)

/** What the erasure of a member left, and why. The same whether or not another company has the person too: that is not this one's to know. */
export const ErasedMember = Type.Object({
  user_id: Uuid,
  /** what stands for the person from now on */
  display_name: Type.String(),
  erased_at: Instant,
  kept: Type.Array(Type.Object({ what: oneOf(['audit', 'route_sessions', 'role', 'account_of_other_companies']), why: Type.String() }, closed)),
}, closed)

export const InvitationBody = Type.Object({
  email: Type.String({ maxLength: 254, pattern: '^[^\\s@\\p{C}]+@[^\\s@\\p{C}]+$' }),
  display_name: visibleText(120),
  role: RoleName,
  /** exactly for a Merchant Client */
  merchant_id: Type.Optional(Uuid),
}, closed)

/** An open link as a Platform Admin sees it afterwards. */
export const OpenAccountLink = Type.Object({
  id: Uuid, purpose: oneOf(['invite', 'recovery']), email: Type.String(), display_name: nullable(Type.String()), role: nullable(oneOf(ROLES)), merchant_id: nullable(Uuid),
  /** null where it was made on the server itself */
  made_by: nullable(Uuid), made_at: Instant, expires_at: Instant,
}, closed)
export type OpenAccountLink = Static<typeof OpenAccountLink>

/** The answer to whoever made a link. */
export const MadeAccountLink = Type.Object({
  id: Uuid, expires_at: Instant,
  /** path and fragment to hand over, shown in this answer alone; null where the request was repeated: it is kept nowhere. Revoke it and make another */
  link: nullable(Type.String()),
}, closed)
export type MadeAccountLink = Static<typeof MadeAccountLink>

const LinkToken = Type.String({ minLength: 1, maxLength: 100 })
export const OpenLinkBody = Type.Object({ token: LinkToken }, closed)
export const ShownLink = Type.Object({
  purpose: oneOf(['invite', 'recovery']), company: Type.String(), email_masked: Type.String(), role: oneOf(ROLES), expires_at: Instant,
}, closed)
export type ShownLink = Static<typeof ShownLink>
/** The account's password if the address has an account and is invited; else the new one. Its length is checked by its own rule. */
export const UseLinkBody = Type.Object({ token: LinkToken, password: Type.String({ minLength: 1 }) }, closed)
export const UsedLink = Type.Object({ purpose: oneOf(['invite', 'recovery']), home: Type.Enum(['/index.html', '/merchant.html', '/agent.html']), tenant_id: Uuid }, closed)
