/** Shapes that every area of the Control API shares. */
import Type, { type TEnum, type TSchema } from 'typebox'
import { Currency, OffsetDateTime } from '../routing.ts'
import { PAYABLE } from '../money.ts'

export const closed = { additionalProperties: false } as const
export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
export const Instant = OffsetDateTime
/** The largest number that a row counts to. What a request may say is bounded by it: a larger one would be a fault of the database and not of its sender. */
export const COUNT_MAX = 2_147_483_647
/** A whole number of a request that is held against one of a row. */
export const counted = (minimum: 0 | 1) => Type.Integer({ minimum, maximum: COUNT_MAX })
export const ApiMoney = Type.Object({ amount: Type.String(), currency: Currency }, closed)
/** An object of a request in which this field is an amount of money in the field `currency`; more decimals than that has are refused. */
export const payable = (amount: string) => ({ ...closed, [PAYABLE]: amount })
/** One of these words; the type keeps them apart. */
export const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values]) as unknown as TEnum<[...T]>
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/**
 * RFC 9457. `code` is stable; `field` is a JSON pointer where one input is at fault. Nothing internal is ever in here, and nothing that
 * differs between a thing one may not see and a thing that is not there: the request id travels in the `x-request-id` header.
 */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  field: Type.Optional(Type.String()),
  retry_after_s: Type.Optional(Type.Integer()),
  /** only for duplicate_invoice: the earlier session of the same merchant */
  duplicate_of: Type.Optional(Type.Object({ id: Uuid, reference: Type.String(), requested_at: Instant }, closed)),
  /** only for market_data_invalid and rates_invalid: the first things that are wrong with the files, or the lines */
  issues: Type.Optional(Type.Array(Type.Object({ file: Type.String(), record: Type.String(), field: Type.String(), message: Type.String() }, closed))),
}, closed)

/** A page of a list; `next_cursor` is opaque and null on the last page. */
export const page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: nullable(Type.String()) }, closed)

/** Long enough for a name of 200 characters of any script. */
export const Cursor = Type.String({ minLength: 1, maxLength: 1500 })
export const PageQuery = { cursor: Type.Optional(Cursor), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }
