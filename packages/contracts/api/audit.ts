/** The audit: search, the verdict over a tenant's chain, and the file that can be verified without this server. */
import Type, { type Static } from 'typebox'
import { AUDIT_VIEWS } from '../audit-views.ts'
import { ROLES } from '../roles.ts'
import { closed, Instant, nullable, oneOf, page, PageQuery, Uuid } from './common.ts'

/** In which way a chain breaks: a changed row, one that is gone, rows in another order, a second history, an end that is cut off. */
export const CHAIN_BREAKS = ['edited', 'missing', 'reordered', 'forked', 'truncated'] as const
export type ChainBreak = (typeof CHAIN_BREAKS)[number]

/** `route_session.accepted`, `desk_fee_rule`: words of a fixed alphabet. */
const Word = Type.String({ pattern: '^[a-z][a-z0-9_.]{0,79}$' })

/** GET /api/audit-events. All that is given must hold; `from` is within, `to` is not. */
export const AuditEventQuery = Type.Object({
  user_id: Type.Optional(Uuid),
  action: Type.Optional(Word),
  entity: Type.Optional(Word),
  /** one of the saved views: a filter over actions */
  view: Type.Optional(oneOf(AUDIT_VIEWS)),
  entity_id: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  ...PageQuery,
}, closed)

export const AuditEvent = Type.Object({
  seq: Type.Integer({ minimum: 1 }),
  at: Instant,
  /** `name` is null for someone who is no member of this company */
  who: Type.Object({ user_id: Uuid, name: nullable(Type.String()), role: nullable(oneOf(ROLES)) }, closed),
  action: Type.String(),
  entity: Type.String(),
  entity_id: Type.String(),
  /** the facts as they were hashed; of a refused change, those it was refused on */
  facts: Type.Unknown(),
  /** the problem code where a change was refused, null where it was made */
  refused: nullable(Type.String()),
  request_id: nullable(Type.String()),
  /** SHA-256 in hex over the hash before it, number, time and stored bytes */
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
}, closed)
export type AuditEvent = Static<typeof AuditEvent>

export const AuditEventPage = Type.Object({
  ...page(AuditEvent).properties,
  /** what can be searched for; null on every page but the first */
  choices: nullable(Type.Object({
    people: Type.Array(Type.Object({ user_id: Uuid, name: Type.String() }, closed)), actions: Type.Array(Type.String()), entities: Type.Array(Type.String()),
  }, closed)),
}, closed)
export type AuditEventPage = Static<typeof AuditEventPage>

/** GET /api/audit-events/verification: the whole chain walked. Where it breaks, `first_bad_seq` is the first number that does not hold, and `how` in which way. */
export const AuditVerification = Type.Object({
  verified: Type.Boolean(),
  /** how many events hold, from the first on */
  events: Type.Integer(),
  /** what the store says is the end of the chain */
  head_seq: Type.Integer(),
  head_hash: Type.String(),
  first_bad_seq: nullable(Type.Integer()),
  how: nullable(oneOf(CHAIN_BREAKS)),
  /** what the chain was held against beside itself */
  checkpoints: Type.Object({
    /** the last number that a signed checkpoint holds fast; null where nothing is signed */
    signed_up_to: nullable(Type.Integer()),
    signed_at: nullable(Instant),
    /** whether they are kept outside the database too */
    kept_outside: Type.Boolean(),
    /** checkpoints in the store whose signature is not their key's: somebody wrote them */
    refused: Type.Integer(),
    /** checkpoints by keys that this server does not know */
    by_other_keys: Type.Integer(),
  }, closed),
}, closed)
export type AuditVerification = Static<typeof AuditVerification>

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** GET /api/audit-checkpoints: what was signed, newest first, and the public keys by which it is checked. `key_id` is a key's fingerprint, SHA-256 of its 32 bytes in hex. */
export const AuditCheckpointPage = Type.Object({
  ...page(Type.Object({ seq: Type.Integer({ minimum: 1 }), hash: Digest, at: Instant, key_id: Digest, public_key: Type.String(), signature: Type.String() }, closed)).properties,
  /** the keys whose checkpoints count, the one in use first; empty where none is configured */
  keys: Type.Array(Type.Object({ key_id: Digest, public_key: Type.String({ description: '32 bytes of Ed25519 in base64url' }) }, closed)),
}, closed)
export type AuditCheckpointPage = Static<typeof AuditCheckpointPage>
export const AuditCheckpointQuery = Type.Object(PageQuery, closed)
