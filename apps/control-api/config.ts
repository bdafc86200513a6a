/**
 * The one place that reads process.env. Everything else gets typed values; what a browser may know is a type of its own, so that a
 * secret cannot be put there by habit.
 */
import { join } from 'node:path'

export type Config = {
  readonly host: string
  readonly port: number
  /** exact origins that a page of ours may have, e.g. http://127.0.0.1:8420 */
  readonly allowedOrigins: ReadonlySet<string>
  /** `host` behind TLS; `local` over plain http on localhost */
  readonly cookie: 'host' | 'local'
  /** how many reverse proxies stand in front and set X-Forwarded-For; 0 ignores the header */
  readonly trustedProxies: number
  readonly databaseUrl: string
  /** base64url of at least 32 bytes, the same that the migrator stored */
  readonly tenantKey: string
  readonly databasePoolMax: number
  /** false behind a pooler in transaction mode, which cannot keep prepared statements */
  readonly preparedStatements: boolean
  readonly opaUrl: string | null
  readonly logLevel: string
  readonly portalsDir: string
  readonly metricsToken: string | null
  readonly browser: BrowserConfig
}

/** What GET /api/portal/config answers: public by its type. */
export type BrowserConfig = {
  readonly version: string
  /** true when this server was started with the demo tenant, whose accounts are printed for everyone */
  readonly demo: boolean
}

export class ConfigError extends Error {}

type Env = Readonly<Record<string, string | undefined>>

/** Reads and checks the environment; throws a ConfigError that names the variable and never its value. */
export function loadConfig(env: Env, root: string, version: string): Config {
  const port = wholeNumber(env, env['FLOWCLAW_PORT'] ? 'FLOWCLAW_PORT' : 'PORT', 8420, 0, 65535)
  const host = env['FLOWCLAW_HOST'] ?? '127.0.0.1'
  const publicOrigin = env['FLOWCLAW_PUBLIC_ORIGIN'] === undefined ? null : originOf(env['FLOWCLAW_PUBLIC_ORIGIN'])
  const databaseUrl = env['DATABASE_URL']
  if (!databaseUrl) throw new ConfigError('DATABASE_URL is not set')
  const tenantKey = env['FLOWCLAW_TENANT_KEY']
  if (!tenantKey) throw new ConfigError('FLOWCLAW_TENANT_KEY is not set')
  return {
    host, port,
    allowedOrigins: allowedOrigins(port, publicOrigin),
    cookie: publicOrigin?.startsWith('https://') === true ? 'host' : 'local',
    trustedProxies: wholeNumber(env, 'FLOWCLAW_TRUSTED_PROXIES', 0, 0, 10),
    databaseUrl,
    tenantKey,
    databasePoolMax: wholeNumber(env, 'FLOWCLAW_DATABASE_POOL', 16, 1, 200),
    preparedStatements: flag(env, 'FLOWCLAW_PREPARED_STATEMENTS', true),
    opaUrl: env['OPA_URL'] || null,
    logLevel: oneOf(env, 'FLOWCLAW_LOG', 'warn', ['silent', 'fatal', 'error', 'warn', 'info', 'debug']),
    portalsDir: join(root, 'apps', 'portals', 'dist'),
    metricsToken: env['FLOWCLAW_METRICS_TOKEN'] || null,
    browser: { version, demo: flag(env, 'FLOWCLAW_DEMO', false) },
  }
}

/** The origins under which pages of this server are reached; the loopback names only where no public one is configured. */
export function allowedOrigins(port: number, publicOrigin: string | null): ReadonlySet<string> {
  if (publicOrigin !== null) return new Set([publicOrigin])
  return new Set([`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`])
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.origin !== text) throw new ConfigError('FLOWCLAW_PUBLIC_ORIGIN must be an origin: https, a host, nothing after it')
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !local) throw new ConfigError('FLOWCLAW_PUBLIC_ORIGIN must be https, or localhost')
  return url.origin
}

function wholeNumber(env: Env, name: string, fallback: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new ConfigError(`${name} must be a whole number from ${min} to ${max}`)
  return value
}

function oneOf(env: Env, name: string, fallback: string, allowed: readonly string[]): string {
  const value = env[name] ?? fallback
  if (!allowed.includes(value)) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}`)
  return value
}

function flag(env: Env, name: string, fallback: boolean): boolean {
  const value = env[name]
  if (value === undefined || value === '') return fallback
  if (value !== '0' && value !== '1') throw new ConfigError(`${name} must be 0 or 1`)
  return value === '1'
}
