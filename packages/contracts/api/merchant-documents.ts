/** merchant documents: papers of a merchant with number, day, expiry and value, and what of the value is used. */
import Type, { type Static } from 'typebox'
import { Amount, DAY_PATTERN, GOODS_CLASSES } from '../routing.ts'
import { visibleText as text } from '../text.ts'
import { ApiMoney, closed, Instant, nullable, oneOf, payable, Uuid } from './common.ts'

/** A day of the calendar: 2026-09-29. */
export const Day = Type.String({ pattern: DAY_PATTERN })

export const WITHDRAWALS = ['entered_wrongly', 'cancelled_by_issuer', 'no_longer_needed'] as const

export const MerchantDocumentBody = Type.Object({
  /** a document code of the corridor data */
  code: text(60),
  number: text(60),
  issued_on: Day,
  /** the last day on which it counts; at most as long as the corridor data says for such a paper */
  expires_on: Type.Optional(Day),
  /** some papers count longer for a class of goods, e.g. a Form M for plant and machinery */
  goods_class: Type.Optional(oneOf(GOODS_CLASSES)),
  /** up to how much may be paid under it */
  value: Type.Optional(Type.Object({ amount: Amount, currency: ApiMoney.properties.currency }, payable('amount'))),
  artifact_id: Type.Optional(Uuid),
  /** the live paper of the same kind whose place it takes */
  supersedes: Type.Optional(Uuid),
}, closed)
export type MerchantDocumentBody = Static<typeof MerchantDocumentBody>
export const WithdrawDocumentBody = Type.Object({ because: oneOf(WITHDRAWALS) }, closed)

export const DOCUMENT_STANDINGS = ['counts', 'expires_soon', 'expired', 'used_up', 'withdrawn', 'superseded'] as const
/** Who recorded it is said by side and by no name: its merchant reads this too. */
export const MerchantDocument = Type.Object({
  id: Uuid, merchant_id: Uuid, code: Type.String(), title: Type.String(), number: Type.String(), issued_on: Type.String(), expires_on: nullable(Type.String()),
  value: nullable(ApiMoney),
  /** what sessions use of the value that have not ended without a payment; null where it has no value */
  used: nullable(ApiMoney),
  left: nullable(ApiMoney),
  standing: oneOf(DOCUMENT_STANDINGS),
  /** days until it runs out; 0 on its last day, null where it does not or where it is over */
  days_left: nullable(Type.Integer()),
  artifact_id: nullable(Uuid), supersedes: nullable(Uuid),
  recorded_by: oneOf(['merchant', 'desk']), recorded_at: Instant,
  withdrawn_because: nullable(oneOf(WITHDRAWALS)),
}, closed)
export type MerchantDocument = Static<typeof MerchantDocument>

/** What a merchant may pay in a calendar quarter under one kind of document, and what its own sessions commit of it. */
export const PeriodUse = Type.Object({ code: Type.String(), title: Type.String(), corridor_id: Type.String(), used: ApiMoney, cap: ApiMoney, period: Type.Literal('P3M') }, closed)
export const MerchantDocuments = Type.Object({ items: Type.Array(MerchantDocument), periods: Type.Array(PeriodUse) }, closed)
export type PeriodUse = Static<typeof PeriodUse>
