/**
 * Keeps secrets and personal notes out of logs: by name (everything the schema marks as secret or as a note, and what carries credentials on the
 * wire) and by shape, also where a secret sits in the middle of a text. An error keeps its kind, code and place, never its message: a message
 * is where a database or a library quotes the value that it choked on. Works on any value; `pinoRedaction` plugs it into pino.
 */

/** Columns marked `secret:` in the database; redaction.test.ts holds this list against the catalog. */
export const SECRET_COLUMNS = ['account_number', 'cnaps', 'code_hash', 'inner_pad', 'outer_pad', 'password_hash', 'secret_hash', 'token_hash', 'totp_secret'] as const

/** Fields that people write to people (`note` in contracts/text.ts); redaction.test.ts holds this list against the API's schemas. */
export const NOTE_FIELDS = ['confirmed_with', 'description', 'instructions', 'merchant_note', 'note', 'reason', 'text'] as const

/** Other names under which a secret travels: request fields, headers, settings. */
const SECRET_NAMES = ['storage_key', 's3_secret_access_key', 'password', 'token', 'session_token', 'csrf_token', 'tenantkey', 'tenant_key', 'authorization', 'cookie', 'set-cookie', 'x-csrf-token', 'secret', 'api_key', 'apikey', 'x-api-key', 'database_url', 'account', 'account_reference', 'account_holder', 'notes', 'comment'] as const

const names: ReadonlySet<string> = new Set([...SECRET_COLUMNS, ...NOTE_FIELDS, ...SECRET_NAMES].map((name) => name.replaceAll(/[-_]/g, '').toLowerCase()))
/** Part of a name that is a secret whatever stands around it: new_password, recovery_codes. */
const SECRET_PART = /password|passphrase|secret|token|recoverycode|totp/
const isSecretName = (name: string): boolean => {
  const plain = name.replaceAll(/[-_]/g, '').toLowerCase()
  return names.has(plain) || SECRET_PART.test(plain)
}

export const REDACTED = '[redacted]'

/** Shapes of secrets inside a text. Bounded in length, so that no input makes them slow. */
const PATTERNS: readonly RegExp[] = [
  // What a password is kept as, a session's cookie, and headers that carry one, written out as in a dump of a request.
  /\$argon2[a-z]{1,2}\$[^\s"']{1,300}/g,
  /(?<=(?:__Host-)?flowclaw=)[A-Za-z0-9_-]{20,100}/g,
  /(?<=\b(?:proxy-authorization|authorization|set-cookie|cookie|x-csrf-token|x-api-key|apikey)["']?[ \t]{0,5}[:=][ \t]{0,5}["']?)[^\s"'][^\r\n"']{0,4000}/gi,
  /(?<=\b(?:Bearer|Basic|Digest)(?: |%20))[A-Za-z0-9._~+/=%-]{8,4000}/gi,
  // JWTs and what looks like one, signed or not; Supabase's anon and service_role keys are JWTs.
  /\beyJ[A-Za-z0-9_-]{10,4000}(?:\.[A-Za-z0-9_-]{0,4000}){1,4}/g,
  // Keys of platforms that a deployment may hold, and our own API keys.
  /\bsb_secret_[A-Za-z0-9_-]{8,200}/g,
  /\bsbp_[A-Za-z0-9_]{16,200}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bfck_[A-Za-z0-9_-]{8,200}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{1,8000}(?:-----END|$)/g,
  /\botpauth:\/\/[^\s"']{1,500}/g,
  // Single-use links carry their token in the fragment.
  /(?<=#link=)[A-Za-z0-9_-]{16,200}/g,
  // Database addresses with a password, and the signed tenant of a transaction.
  /\b(?:postgres|postgresql):\/\/[^\s"'@]{0,200}:[^\s"'@]{1,300}@/g,
  /\b[0-9a-f-]{36}\|[0-9]{9,12}\|[0-9a-f]{64}\b/g,
]

/** The text with every secret shape replaced. */
export const redactText = (text: string): string => PATTERNS.reduce((now, pattern) => now.replaceAll(pattern, REDACTED), text)

/** Whether some part of the text has the shape of a secret. */
export const holdsSecret = (text: string): boolean => redactText(text) !== text

const DEPTH_MAX = 12

/** A copy of the value without secrets: by name at any depth, by shape in any text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX || Buffer.isBuffer(value) || value instanceof Uint8Array) return REDACTED
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (value instanceof Error) return errorFacts(value, depth)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, isSecretName(name) ? REDACTED : redact(item, depth + 1)]))
}

/** One line of a stack: where in the code, and nothing that a message could have put there. */
const FRAME = /^ {4}at (?:(?:async |new )?[\w.<>$#[\] ]{1,200} \((?:<anonymous>|native|index \d{1,6}|(?:(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s()]{1,400}|\[eval\]):\d{1,7}(?::\d{1,7})?)\)|(?:async )?(?:(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s()]{1,400}|\[eval\]):\d{1,7}(?::\d{1,7})?)$/
const CODE = /^[A-Za-z0-9_]{1,60}$/

/** Kind, code and place of an error, and of what caused it. */
function errorFacts(error: Error, depth: number): Record<string, unknown> {
  const { code, constraint, cause } = error as Error & { code?: unknown; constraint?: unknown }
  const name = (text: unknown): string | undefined => (typeof text === 'string' && CODE.test(text) ? text : undefined)
  return Object.fromEntries(Object.entries({
    type: name(error.name) ?? 'Error', code: name(code), constraint: name(constraint), stack: framesOf(error),
    cause: cause instanceof Error && depth < DEPTH_MAX ? errorFacts(cause, depth + 1) : undefined,
  }).filter(([, value]) => value !== undefined))
}

/** The frames at the end of a stack; a message whose lines look like frames is cut off first. */
function framesOf({ stack, message, name }: Error): string {
  const text = String(stack ?? '')
  const head = [`${name}: ${message}`, `Error: ${message}`, message].find((start) => start !== '' && text.startsWith(start)) ?? ''
  const lines = text.slice(head.length).split('\n')
  const last = lines.findLastIndex((line) => !FRAME.test(line))
  return lines.slice(last + 1).map(redactText).join('\n')
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
