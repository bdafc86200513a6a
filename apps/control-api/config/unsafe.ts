/** What a server that others reach must not have. Each rule gives its reason in one sentence; a start names all of them at once. */
import { ConfigError, isLoopback, type Environment, type Settings } from './settings.ts'

/** Whether `npm start` runs its own PostgreSQL beside it, which only somebody at this machine does. */
export type StartedBy = { readonly embeddedDatabase: boolean }

/**
 * What is not said is production, so that a deployment cannot forget to say it: only `npm start` with its own database, listening on this
 * machine alone, is development by itself.
 */
export function environmentOf(settings: Settings, by: StartedBy): Environment {
  if (settings.FLOWCLAW_ENV !== null) return settings.FLOWCLAW_ENV
  return by.embeddedDatabase && isLoopback(settings.FLOWCLAW_HOST) && !isPublic(settings.FLOWCLAW_PUBLIC_ORIGIN) ? 'development' : 'production'
}

const isPublic = (origin: string | null): boolean => origin !== null && !isLoopback(new URL(origin).hostname)

/** More proxies than this before one server is a wrong count, and each one too many lets a caller write its own address. */
const TRUSTED_PROXIES_MAX = 3
const SECRET_BYTES_MIN = 32
const METRICS_TOKEN_CHARACTERS_MIN = 24
/** Random bytes have about 30 different values in 32; a repeated or typed-in key has few. */
const DIFFERENT_BYTES_MIN = 16
const KNOWN_PASSWORDS: ReadonlySet<string> = new Set(['postgres', 'password', 'flowclaw', 'app_rt', 'secret', 'admin', 'changeme', 'change-me', 'flowclaw-test-only', '123456', 'example'])

/** Each rule: the reason where the settings break it, null where they do not. */
const RULES: readonly ((settings: Settings) => string | null)[] = [
  (s) => (s.FLOWCLAW_DEMO === true ? 'FLOWCLAW_DEMO is 1: the passwords of demo accounts are printed for everyone.' : null),
  (s) => (s.FLOWCLAW_PUBLIC_ORIGIN === null ? 'FLOWCLAW_PUBLIC_ORIGIN is not set: browsers need one https origin, whose cookie no other site can read or set.'
    : s.FLOWCLAW_PUBLIC_ORIGIN.startsWith('https://') ? null : 'FLOWCLAW_PUBLIC_ORIGIN is plain http: passwords and sessions would travel readable.'),
  (s) => (!isLoopback(s.FLOWCLAW_HOST) && s.FLOWCLAW_PUBLIC_ORIGIN?.startsWith('https://') !== true ? 'FLOWCLAW_HOST is open to other machines without TLS in front: listen on 127.0.0.1, or name the https origin of the proxy that ends TLS.' : null),
  (s) => (s.FLOWCLAW_TRUSTED_PROXIES > TRUSTED_PROXIES_MAX ? `FLOWCLAW_TRUSTED_PROXIES is above ${TRUSTED_PROXIES_MAX}: a count too high lets callers write their own address into X-Forwarded-For and pass the sign-in delay.` : null),
  (s) => (s.FLOWCLAW_TENANT_KEY === null ? null : isWeakKey(s.FLOWCLAW_TENANT_KEY) ? 'FLOWCLAW_TENANT_KEY is short, repeated or published: who guesses it signs for any tenant, so use 32 random bytes in base64url.' : null),
  (s) => (s.FLOWCLAW_LOG === 'debug' ? 'FLOWCLAW_LOG is debug: a server that others use logs no more than info.' : null),
  (s) => (s.FLOWCLAW_METRICS_TOKEN === null ? 'FLOWCLAW_METRICS_TOKEN is not set: behind a proxy every scraper looks as if it were on this machine.'
    : s.FLOWCLAW_METRICS_TOKEN.length < METRICS_TOKEN_CHARACTERS_MIN ? `FLOWCLAW_METRICS_TOKEN is shorter than ${METRICS_TOKEN_CHARACTERS_MIN} characters: it can be guessed.` : null),
  ...(['DATABASE_URL', 'FLOWCLAW_OWNER_DATABASE_URL'] as const).flatMap((name) => [
    (s: Settings) => (s[name] !== null && !isPrivateLine(new URL(s[name])) ? `${name} names another machine without verified TLS: add sslmode=verify-full, else who sits between reads and writes everything.` : null),
    (s: Settings) => (s[name] !== null && KNOWN_PASSWORDS.has(decodeURIComponent(new URL(s[name]).password).toLowerCase()) ? `${name} has a password that everyone knows: choose a random one.` : null),
  ]),
  (s) => (s.FLOWCLAW_S3_URL !== null && new URL(s.FLOWCLAW_S3_URL).protocol === 'http:' && !isLoopback(new URL(s.FLOWCLAW_S3_URL).hostname) ? 'FLOWCLAW_S3_URL is plain http to another machine: who sits between reads every uploaded file.' : null),
  (s) => (s.FLOWCLAW_CLAMD !== null && 'host' in s.FLOWCLAW_CLAMD && !isLoopback(s.FLOWCLAW_CLAMD.host) ? 'FLOWCLAW_CLAMD is on another machine: its protocol has no encryption, so who sits between reads every file and may call it clean. Run it beside this server.' : null),
  (s) => (s.OPA_URL !== null && new URL(s.OPA_URL).protocol === 'http:' && !isLoopback(new URL(s.OPA_URL).hostname) ? 'OPA_URL is plain http to another machine: who sits between could allow any payment.' : null),
]

/** Throws a ConfigError that lists every unsafe setting of a production server, a line each; development refuses only what nobody could mean. */
export function refuseUnsafe(settings: Settings, environment: Environment): void {
  if (environment === 'development') {
    if (isPublic(settings.FLOWCLAW_PUBLIC_ORIGIN)) throw new ConfigError('FLOWCLAW_ENV is development and FLOWCLAW_PUBLIC_ORIGIN is one that others reach: leave FLOWCLAW_ENV out.')
    return
  }
  const reasons = RULES.flatMap((rule) => rule(settings) ?? [])
  if (reasons.length === 0) return
  throw new ConfigError(['FlowClaw does not start in production with these settings (FLOWCLAW_ENV=development is for a server that only this machine reaches):', ...reasons.map((reason) => `- ${reason}`)].join('\n'))
}

function isWeakKey(key: string): boolean {
  const bytes = Buffer.from(key, 'base64url')
  return bytes.length < SECRET_BYTES_MIN || new Set(bytes).size < DIFFERENT_BYTES_MIN
}

/** A socket, this machine, or TLS whose certificate is verified. node-postgres verifies under `require` too, unless told to do as libpq does. */
function isPrivateLine(url: URL): boolean {
  const host = url.searchParams.get('host') ?? url.hostname
  if (host === '' || host.startsWith('/') || isLoopback(host)) return true
  const mode = url.searchParams.get('sslmode')
  return mode === 'verify-full' || ((mode === 'require' || mode === 'verify-ca') && url.searchParams.get('uselibpqcompat') !== 'true')
}
