/** Claims, messages and asks: how a desk shares its work, and how it talks with a merchant about one route session. */
import Type, { type Static } from 'typebox'
import { OffsetDateTime } from '../routing.ts'
import { note } from '../text.ts'
import { closed, counted, Cursor, Instant, nullable, oneOf, Uuid } from './common.ts'

/** Why a colleague's session is taken over. */
export const TAKEOVER_REASONS = ['holder_is_away', 'urgent', 'handed_over'] as const
export const ClaimBody = Type.Object({ /** takes it from a colleague who has it in hand */ takeover: Type.Optional(oneOf(TAKEOVER_REASONS)) }, closed)
/** Who has a session in hand, and until when; nobody after that. */
export const Claim = Type.Object({ name: Type.String(), mine: Type.Boolean(), claimed_at: Instant, expires_at: Instant }, closed)
export type Claim = Static<typeof Claim>
export const ClaimAnswer = Type.Object({ session_id: Uuid, claim: nullable(Claim) }, closed)

export const MESSAGE_MAX = 1000
const StoredFile = Type.Object({ id: Uuid, file_name: Type.String(), state: Type.String() }, closed)
export const ASK_KINDS = ['document', 'question', 'new_price', 'other_route'] as const
export const ASK_STATES = ['open', 'answered', 'withdrawn'] as const

/** What the desk asks of the merchant, as both sides see it. Nobody's name stands in it. */
export const MerchantAsk = Type.Object({
  id: Uuid, kind: oneOf(ASK_KINDS), document_code: nullable(Type.String()), text: Type.String(), due_at: Instant, state: oneOf(ASK_STATES),
  /** open, and its time is over by the market clock */
  overdue: Type.Boolean(),
  asked_at: Instant, closed_at: nullable(Instant), answer_text: nullable(Type.String()), file: nullable(StoredFile),
}, closed)
export type MerchantAsk = Static<typeof MerchantAsk>

export const AskBody = Type.Object({
  version: counted(0), kind: oneOf(ASK_KINDS), /** needed for a document, and only there */ document_code: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,59}$' })), text: note(MESSAGE_MAX), due_at: OffsetDateTime,
}, closed)
/** A text, a file, or both. */
export const AnswerBody = Type.Object({ text: Type.Optional(note(MESSAGE_MAX)), artifact_id: Type.Optional(Uuid) }, closed)
export const AskAnswer = Type.Object({ session_id: Uuid, /** of the session */ version: Type.Integer(), ask: MerchantAsk }, closed)

export const SIDES = ['desk', 'merchant'] as const
export type Side = (typeof SIDES)[number]
export const MessageBody = Type.Object({ text: Type.Optional(note(MESSAGE_MAX)), artifact_id: Type.Optional(Uuid) }, closed)
export const SessionMessage = Type.Object({
  id: Uuid, seq: Type.Integer(), from: oneOf(SIDES),
  /** "The desk" to a merchant, never a person of it */
  who: Type.String(), at: Instant, text: nullable(Type.String()), file: nullable(StoredFile), ask_id: nullable(Uuid),
}, closed)
export type SessionMessage = Static<typeof SessionMessage>
const Seen = Type.Object({ through_seq: Type.Integer(), at: nullable(Instant) }, closed)
/** Newest first. */
export const MessagePage = Type.Object({
  items: Type.Array(SessionMessage), next_cursor: nullable(Type.String()),
  /** how far each side has read; 0 and null before it read any */
  seen: Type.Object({ desk: Seen, merchant: Seen }, closed),
}, closed)
export const SeenBody = Type.Object({ through_seq: counted(1) }, closed)
export const SeenAnswer = Type.Object({ side: oneOf(SIDES), through_seq: Type.Integer() }, closed)
export const MessagesQuery = Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }, closed)
