/** Reviews of the audit's saved views. */
import Type, { type Static } from 'typebox'
import { AUDIT_VIEWS } from '../audit-views.ts'
import { note } from '../text.ts'
import { closed, Instant, nullable, oneOf, page, PageQuery, Uuid } from './common.ts'

/** POST /api/audit-reviews. The newest event that was looked at, one of the view, by its number and its hash: what is reviewed is what was seen. */
export const AuditReviewBody = Type.Object({
  view: oneOf(AUDIT_VIEWS), through_seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), hash: Type.String({ minLength: 1, maxLength: 64 }), note: Type.Optional(note(300)),
}, closed)

export const AuditReview = Type.Object({
  id: Uuid,
  view: oneOf(AUDIT_VIEWS),
  /** it covers the numbers behind `after_seq`, up to and with `through_seq` */
  after_seq: Type.Integer(),
  through_seq: Type.Integer(),
  events: Type.Integer(),
  /** of these, the reviewer's own: above 0 it is in part a review of oneself */
  own_events: Type.Integer(),
  note: nullable(Type.String()),
  reviewed_by: Type.Object({ user_id: Uuid, name: Type.String() }, closed),
  at: Instant,
}, closed)
export type AuditReview = Static<typeof AuditReview>

export const AuditReviewQuery = Type.Object(PageQuery, closed)
export const AuditReviewPage = Type.Object({
  ...page(AuditReview).properties,
  /** null on every page but the first */
  views: nullable(Type.Array(Type.Object({
    view: oneOf(AUDIT_VIEWS),
    /** events that nobody but their author has reviewed; 1000 stands for as many or more */
    unreviewed: Type.Integer(),
    /** those among them that their author did review: they wait for somebody else */
    by_author_only: Type.Integer(),
    /** how far the caller has reviewed the view; 0 where never */
    reviewed_through_seq: Type.Integer(),
    newest_seq: nullable(Type.Integer()),
    last: nullable(AuditReview),
  }, closed))),
}, closed)
export type AuditReviewPage = Static<typeof AuditReviewPage>
