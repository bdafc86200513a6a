/** api-keys: keys of programs. A key is shown once, when it is made; afterwards its prefix tells it from others. */
import Type from 'typebox'
import { ROLES } from '../roles.ts'
import { visibleText } from '../text.ts'
import { closed, Instant, nullable, oneOf, Uuid } from './common.ts'

/** `stopped`: whoever made it is no Platform Admin here any more, or has a disabled account; it opens nothing while that is so. */
export const API_KEY_STATES = ['live', 'stopped', 'expired', 'revoked'] as const
/** `resource:action`, as in the permissions of GET /api/portal/session. */
const Scope = Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z_]+:[a-z_]+$' })

export const ApiKeyBody = Type.Object({
  /** what people call the program; it is the name under which it stands in the audit */
  label: visibleText(80),
  role: oneOf(ROLES),
  /** whose program it is; required for a Merchant Client's key and for no other */
  merchant_id: Type.Optional(Uuid),
  /** some of what GET /api/api-keys offers for the role */
  scopes: Type.Array(Scope, { minItems: 1, maxItems: 50, uniqueItems: true }),
  /** how long it holds from now; there is no key without an end */
  lasts_days: Type.Integer({ minimum: 1, maximum: 365 }),
}, closed)

export const ApiKey = Type.Object({
  id: Uuid, label: Type.String(),
  /** how the key begins, e.g. fck_7k3m9qxa */
  prefix: Type.String(),
  state: oneOf(API_KEY_STATES),
  role: oneOf(ROLES),
  merchant: nullable(Type.Object({ id: Uuid, name: Type.String() }, closed)),
  scopes: Type.Array(Type.String()),
  created_at: Instant, created_by: Type.String(), created_by_id: Uuid, expires_at: Instant,
  /** kept to the minute; null while it was never used */
  last_used_at: nullable(Instant),
  revoked_at: nullable(Instant), revoked_by: nullable(Type.String()),
}, closed)

/** GET /api/api-keys: live keys first, and what a new one may be given. */
export const ApiKeyList = Type.Object({
  items: Type.Array(ApiKey),
  offered: Type.Array(Type.Object({ role: oneOf(ROLES), scopes: Type.Array(Type.String()) }, closed)),
}, closed)

/** POST /api/api-keys. */
export const NewApiKey = Type.Object({
  api_key: ApiKey,
  /** the whole key, in this one answer alone; null where the request was repeated, because it is kept nowhere. Revoke a key that got lost */
  secret: nullable(Type.String()),
}, closed)
