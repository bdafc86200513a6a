/** Opaque positions in a list. They hold sort values and an id, nothing that says how many rows there are. */
import { OFFSET_DATE_TIME_PATTERN } from '#contracts/routing.ts'

/** A cursor that this list did not make. */
export class CursorError extends Error {}

export const encodeCursor = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url')

/** The parts of a cursor, each of which must be what stands there: PostgreSQL would refuse a 30 February only when it casts it. */
export function decodeCursor(cursor: string, checks: readonly ((part: string) => boolean)[]): string[] {
  let parts: unknown
  try { parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) } catch { throw new CursorError('not a cursor') }
  if (!Array.isArray(parts) || parts.length !== checks.length || !parts.every((part, i) => typeof part === 'string' && checks[i]!(part))) throw new CursorError('not a cursor')
  return parts as string[]
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const isUuid = (part: string): boolean => UUID.test(part)

const OFFSET_DATE_TIME = new RegExp(OFFSET_DATE_TIME_PATTERN, 'u')
/** An instant as PostgreSQL writes it in UTC: `2026-09-29 08:00:00.5+00`. */
export const isStoredInstant = (part: string): boolean =>
  part[10] === ' ' && OFFSET_DATE_TIME.test(part.replace(' ', 'T').replace(/(\.[0-9]{1,6})?\+00$/, 'Z'))

/** An instant, or `infinity` where a list sorts what has none behind all others. */
export const isStoredInstantOrNever = (part: string): boolean => part === 'infinity' || isStoredInstant(part)

/** A name that can stand in a text column. */
export const isName = (part: string): boolean => part.length >= 1 && part.length <= 400 && part.isWellFormed() && !part.includes('\u0000')
