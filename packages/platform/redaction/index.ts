/**
 * Keeps secrets out of logs: by name (everything the schema marks as secret, and what carries credentials on the wire) and by shape, also
 * where a secret sits in the middle of a text. Works on any value; `pinoRedaction` plugs it into pino.
 */

/** Columns marked `secret:` in the database; redaction.test.ts holds this list against the catalog. */
export const SECRET_COLUMNS = ['account_number', 'cnaps', 'inner_pad', 'outer_pad', 'password_hash', 'token_hash'] as const

/** Other names under which a secret travels: request fields, headers, settings. */
const SECRET_NAMES = ['password', 'token', 'session_token', 'csrf_token', 'tenantkey', 'tenant_key', 'authorization', 'cookie', 'set-cookie', 'x-csrf-token', 'secret', 'api_key', 'database_url'] as const

const names: ReadonlySet<string> = new Set([...SECRET_COLUMNS, ...SECRET_NAMES].map((name) => name.replaceAll(/[-_]/g, '').toLowerCase()))
const isSecretName = (name: string): boolean => names.has(name.replaceAll(/[-_]/g, '').toLowerCase())

export const REDACTED = '[redacted]'

/** Shapes of secrets inside a text. Bounded in length, so that no input makes them slow. */
const PATTERNS: readonly RegExp[] = [
  /\$argon2[a-z]{1,2}\$[^\s"']{1,300}/g,
  /(?<=(?:__Host-)?flowclaw=)[A-Za-z0-9_-]{20,100}/g,
  /\b(?:postgres|postgresql):\/\/[^\s"'@]{0,200}:[^\s"'@]{1,300}@/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/=-]{8,4000}/gi,
  /\b[0-9a-f-]{36}\|[0-9]{9,12}\|[0-9a-f]{64}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
]

/** The text with every secret shape replaced. */
export const redactText = (text: string): string => PATTERNS.reduce((now, pattern) => now.replaceAll(pattern, REDACTED), text)

const DEPTH_MAX = 12

/** A copy of the value without secrets: by name at any depth, by shape in any text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX || Buffer.isBuffer(value) || value instanceof Uint8Array) return REDACTED
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (value instanceof Error) return redact({ type: value.name, message: value.message, stack: value.stack, code: (value as Error & { code?: unknown }).code }, depth)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, isSecretName(name) ? REDACTED : redact(item, depth + 1)]))
}

const redactArgument = (arg: unknown): unknown => (arg instanceof Error ? { err: redact(arg) } : redact(arg))

/** Options for pino: every object, error and message passes through redact before pino looks at it. */
export const pinoRedaction = {
  hooks: {
    logMethod(this: unknown, args: unknown[], method: (...args: never[]) => void): void {
      method.apply(this, args.map(redactArgument) as never[])
    },
  },
} as const
