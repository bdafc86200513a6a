/** invoices: the payments of one invoice against its total. Its merchant reads it too, so it says nothing that the merchant-safe view does not. */
import Type, { type Static } from 'typebox'
import { PAID_WHEN } from '../routing.ts'
import { ApiMoney, closed, Instant, nullable, oneOf, Uuid } from './common.ts'

/** `offered`: recommended and not agreed to; `stopped`: it will pay nothing. Neither counts towards the invoice. */
export const INVOICE_GROUPS = ['offered', 'planned', 'on_its_way', 'done', 'stopped'] as const
export const InvoiceStanding = Type.Object({
  number: Type.String(),
  /** the whole invoice, as it was said last; null where nobody said it, and then no share of it is known */
  total: nullable(ApiMoney),
  /** planned, on its way and done together */
  covered: ApiMoney,
  done: ApiMoney,
  /** percent with two decimals, down: 100.00 is all of it */
  covered_pct: nullable(Type.String()), done_pct: nullable(Type.String()),
  open: nullable(ApiMoney), open_pct: nullable(Type.String()),
  /** more than the whole invoice is covered */
  over: Type.Boolean(),
  /** an amount in another currency was converted at mid */
  at_mid: Type.Boolean(),
  parts: Type.Array(Type.Object({
    session_id: Uuid, reference: Type.String(), paid: oneOf(PAID_WHEN), group: oneOf(INVOICE_GROUPS), amount: ApiMoney, at_mid: Type.Boolean(), pct: nullable(Type.String()), requested_at: Instant,
  }, closed)),
}, closed)
export type InvoiceStanding = Static<typeof InvoiceStanding>
