/**
 * Every setting, one entry each: how its text is read, what stands when it is absent, what it means. A new setting is a new entry here and a
 * row in docs/operations.md (a test compares the two); `readSettings` then has it typed under its own name.
 */

import { clamdAddress, type ClamdAddress } from '#platform/scanning/index.ts'

export class ConfigError extends Error {}

export type Env = Readonly<Record<string, string | undefined>>

type Setting<T> = {
  /** the text of the environment, undefined where the variable is absent or empty; throws a Fault that says what it must be */
  readonly read: (text: string | undefined) => T
  /** as the table of settings prints it */
  readonly fallback: string
  readonly meaning: string
}

/** What is wrong with one value, as the end of a sentence that begins with the variable's name. Never holds the value. */
class Fault extends Error {}

const setting = <T>(fallback: string, meaning: string, read: Setting<T>['read']): Setting<T> => ({ read, fallback, meaning })
const text = (value: string | undefined): string | null => value ?? null
const textOr = (fallback: string) => (value: string | undefined): string => value ?? fallback

const wholeNumber = (fallback: number, min: number, max: number) => (value: string | undefined): number => wholeNumberOrNull(min, max)(value) ?? fallback
const wholeNumberOrNull = (min: number, max: number) => (value: string | undefined): number | null => {
  if (value === undefined) return null
  const number = /^[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min && number <= max)) throw new Fault(`must be a whole number from ${min} to ${max}`)
  return number
}
const oneOf = <const T extends string>(allowed: readonly T[]) => (value: string | undefined): T | null => {
  if (value === undefined) return null
  if (!(allowed as readonly string[]).includes(value)) throw new Fault(`must be one of ${allowed.join(', ')}`)
  return value as T
}
const oneOfOr = <const T extends string>(fallback: T, allowed: readonly T[]) => (value: string | undefined): T => oneOf(allowed)(value) ?? fallback
const flag = (value: string | undefined): boolean | null => {
  if (value === undefined) return null
  if (value !== '0' && value !== '1') throw new Fault('must be 0 or 1')
  return value === '1'
}
const flagOr = (fallback: boolean) => (value: string | undefined): boolean => flag(value) ?? fallback

/** An address as its parts; null where the variable is absent. */
const addressOf = (schemes: readonly string[], what: string) => (value: string | undefined): string | null => {
  if (value === undefined) return null
  if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol)) throw new Fault(`must be ${what}`)
  return value
}
const databaseUrl = addressOf(['postgres:', 'postgresql:'], 'a postgres:// address')

function origin(value: string | undefined): string | null {
  if (value === undefined) return null
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || url.origin !== value) throw new Fault('must be an origin: https, a host, nothing after it')
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) throw new Fault('must be https, or localhost')
  return value
}

function clamd(value: string | undefined): ClamdAddress | null {
  if (value === undefined) return null
  const address = clamdAddress(value)
  if (address === null) throw new Fault('must be unix:/path of a socket, or tcp:host:port')
  return address
}
function bucket(value: string | undefined): string | null {
  if (value !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)) throw new Fault('must be the name of a bucket')
  return value ?? null
}

/** Names and addresses that never leave this machine. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(host)

export const ENVIRONMENTS = ['development', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

export const SETTINGS = {
  FLOWCLAW_ENV: setting('development for `npm start` with its own database, else production', 'what is refused at start: see [Production](#production)', oneOf(ENVIRONMENTS)),
  PORT: setting('8420', 'the one port', wholeNumberOrNull(0, 65535)),
  FLOWCLAW_PORT: setting('`PORT`', 'the same, and goes before it', wholeNumberOrNull(0, 65535)),
  FLOWCLAW_HOST: setting('127.0.0.1', 'where it listens', textOr('127.0.0.1')),
  FLOWCLAW_PUBLIC_ORIGIN: setting('–', 'the https origin that browsers use; without it only localhost is accepted, over plain http', origin),
  FLOWCLAW_TRUSTED_PROXIES: setting('0', 'how many reverse proxies in front set `X-Forwarded-For`; 0 ignores the header', wholeNumber(0, 0, 10)),
  DATABASE_URL: setting('embedded PostgreSQL 18', "a PostgreSQL 15 to 18; with `FLOWCLAW_OWNER_DATABASE_URL` it may be the serving role's", databaseUrl),
  FLOWCLAW_OWNER_DATABASE_URL: setting('`DATABASE_URL`', "the owner of the tables, used for migrations, demo data and the owner's commands alone", databaseUrl),
  FLOWCLAW_TENANT_KEY: setting('made and kept in the database', 'signs the tenant of each transaction; base64url, 32 bytes or more', text),
  FLOWCLAW_KEYRING_FILE: setting('`keyring.json` beside the embedded database, made once', "the keyring that wraps the data keys, which seal suppliers' bank details and the metadata of accounts with providers; keep a copy away from the database", text),
  FLOWCLAW_KEYRING: setting('–', 'the keyring itself, instead of a file', text),
  FLOWCLAW_DATABASE_POOL: setting('16', 'connections', wholeNumber(16, 1, 200)),
  FLOWCLAW_PREPARED_STATEMENTS: setting('1', '0 behind a pooler in transaction mode', flagOr(true)),
  FLOWCLAW_DATA_DIR: setting('`.flowclaw`', "the embedded database's folder", text),
  FLOWCLAW_CHECKPOINT_KEY_FILE: setting('beside the embedded database', 'the key that signs audit checkpoints, mode 600; with another database nothing is signed without it', text),
  FLOWCLAW_CHECKPOINTS_DIR: setting('beside the embedded database', 'where signed checkpoints are kept outside the database', text),
  FLOWCLAW_CHECKPOINT_EVERY_S: setting('300', 'how old the last checkpoint of a chain that grew may be', wholeNumber(300, 1, 86_400)),
  FLOWCLAW_CHECKPOINT_EVERY_EVENTS: setting('1000', 'by how many events a chain may be ahead of its last checkpoint', wholeNumber(1_000, 1, 1_000_000)),
  FLOWCLAW_ARTIFACTS_DIR: setting('beside the embedded database', 'the folder where files that people upload are kept, for the server alone; with S3 only what is still coming in. With another database and neither, uploads are refused', text),
  FLOWCLAW_ARTIFACT_MIB_MAX: setting('20', 'the most that one uploaded file may have, in MiB', wholeNumber(20, 1, 200)),
  FLOWCLAW_ARTIFACTS_QUOTA_MIB: setting('5120', 'the most that all files of one company may have together, in MiB', wholeNumber(5_120, 1, 100_000_000)),
  FLOWCLAW_S3_URL: setting('–', 'an S3-compatible service that keeps the files instead of a folder; the four settings below belong to it', addressOf(['http:', 'https:'], 'an http or https address')),
  FLOWCLAW_S3_BUCKET: setting('–', 'the bucket, which must exist and hold nothing else', bucket),
  FLOWCLAW_S3_REGION: setting('us-east-1', 'the region that requests are signed for', textOr('us-east-1')),
  FLOWCLAW_S3_ACCESS_KEY_ID: setting('–', 'who asks: an account that may read, write, list and delete in that bucket and nothing else', text),
  FLOWCLAW_S3_SECRET_ACCESS_KEY: setting('–', 'the secret of that account', text),
  FLOWCLAW_CLAMD: setting('–', "ClamAV's daemon: `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`; without it files are judged by their form alone, and every screen says so", clamd),
  OPA_URL: setting('–', 'an OPA server with `policies/`; without it the compiled policy runs in process', addressOf(['http:', 'https:'], 'an http or https address')),
  FLOWCLAW_DEMO: setting('1 in development under `npm start`, else 0', '0: no demo tenant, no printed accounts', flag),
  FLOWCLAW_METRICS_TOKEN: setting('–', 'lets a scraper that is not on this machine read `/metrics`', text),
  FLOWCLAW_LOG: setting('warn', 'silent, fatal, error, warn, info, debug', oneOfOr('warn', ['silent', 'fatal', 'error', 'warn', 'info', 'debug'])),
} as const satisfies Readonly<Record<string, Setting<unknown>>>

export type SettingName = keyof typeof SETTINGS
export type Settings = { readonly [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]['read']> }

/** Every setting read and checked; throws one ConfigError that names all wrong variables and none of their values. */
export function readSettings(env: Env): Settings {
  const faults: string[] = []
  const read = Object.entries(SETTINGS).map(([name, { read: readOne }]) => {
    // An empty variable is how a shell or a unit file says that there is none.
    try { return [name, readOne(env[name] === '' ? undefined : env[name])] } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      faults.push(`${name} ${fault.message}`)
      return [name, undefined]
    }
  })
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return Object.fromEntries(read) as Settings
}
