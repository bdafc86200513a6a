import { createHash } from 'node:crypto'

/**
 * RFC 8785-shaped JSON for values made of strings, safe integers, booleans, null, arrays and plain objects.
 * Amounts travel as strings, so a fraction or an unsafe integer is a bug and throws: two processes could print it differently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed())
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Error(`canonicalJson: ${value} is not a safe integer`)
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  throw new Error(`canonicalJson: cannot write a ${typeof value}`)
}

/** Lower-case hex SHA-256 of a text or of the canonical JSON of a value. */
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value))
