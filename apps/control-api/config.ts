/**
 * The typed configuration of the server: the settings of config/settings.ts, refused where config/unsafe.ts says so. What a browser may know
 * is a type of its own, so that a secret cannot be put there by habit, and no value that looks like one gets through.
 */
import { join } from 'node:path'
import type { KeyringSource } from '#platform/keys/index.ts'
import type { ClamdAddress } from '#platform/scanning/index.ts'
import type { S3Settings } from '#platform/storage/index.ts'
import { holdsSecret } from '#platform/redaction/index.ts'
import { ConfigError, readSettings, type Env, type Environment, type Settings } from './config/settings.ts'
import { environmentOf, refuseUnsafe, type StartedBy } from './config/unsafe.ts'

export { ConfigError } from './config/settings.ts'

export type Config = {
  readonly environment: Environment
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
  /** where the keys are that wrap the tenants' data keys */
  readonly keyring: KeyringSource
  readonly databasePoolMax: number
  /** false behind a pooler in transaction mode, which cannot keep prepared statements */
  readonly preparedStatements: boolean
  readonly opaUrl: string | null
  readonly logLevel: string
  readonly portalsDir: string
  readonly metricsToken: string | null
  /** the file of the key that signs audit checkpoints; null: none are made */
  readonly checkpointKeyFile: string | null
  /** the folder outside the database where checkpoints are kept; null: in the database alone */
  readonly checkpointsDir: string | null
  readonly checkpointEvery_s: number
  readonly checkpointEveryEvents: number
  readonly artifacts: ArtifactsConfig
  readonly browser: BrowserConfig
}

export type ArtifactsConfig = {
  /** the folder of files, or with S3 of what is still coming in; null: with S3 a folder of the system's own, else nothing can be uploaded */
  readonly dir: string | null
  readonly s3: S3Settings | null
  /** null: files are judged by their form alone */
  readonly clamd: ClamdAddress | null
  readonly bytes_max: number
  readonly quota_bytes: number
}

/** What GET /api/portal/config answers: public by its type. */
export type BrowserConfig = {
  readonly version: string
  /** true when this server was started with the demo tenant, whose accounts are printed for everyone */
  readonly demo: boolean
}

/** Reads and checks the environment; throws a ConfigError that names every wrong variable and never a value. */
export function loadConfig(env: Env, root: string, version: string, by: StartedBy = { embeddedDatabase: false }): Config {
  const settings = readSettings(env)
  const missing = (['DATABASE_URL', 'FLOWCLAW_TENANT_KEY'] as const).filter((name) => settings[name] === null)
  const keyrings = [settings.FLOWCLAW_KEYRING, settings.FLOWCLAW_KEYRING_FILE].filter((given) => given !== null).length
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name} is not set`).join('\n'))
  const environment = environmentOf(settings, by)
  refuseUnsafe(settings, environment)
  if (keyrings !== 1) throw new ConfigError(keyrings === 0 ? 'FLOWCLAW_KEYRING_FILE is not set' : 'FLOWCLAW_KEYRING and FLOWCLAW_KEYRING_FILE are both set: name one keyring')
  const port = settings.FLOWCLAW_PORT ?? settings.PORT ?? 8420
  return {
    environment, port,
    host: settings.FLOWCLAW_HOST,
    allowedOrigins: allowedOrigins(port, settings.FLOWCLAW_PUBLIC_ORIGIN),
    cookie: settings.FLOWCLAW_PUBLIC_ORIGIN?.startsWith('https://') === true ? 'host' : 'local',
    trustedProxies: settings.FLOWCLAW_TRUSTED_PROXIES,
    databaseUrl: settings.DATABASE_URL!,
    tenantKey: settings.FLOWCLAW_TENANT_KEY!,
    keyring: settings.FLOWCLAW_KEYRING !== null ? { text: settings.FLOWCLAW_KEYRING } : { file: settings.FLOWCLAW_KEYRING_FILE! },
    databasePoolMax: settings.FLOWCLAW_DATABASE_POOL,
    preparedStatements: settings.FLOWCLAW_PREPARED_STATEMENTS,
    opaUrl: settings.OPA_URL,
    logLevel: settings.FLOWCLAW_LOG,
    portalsDir: join(root, 'apps', 'portals', 'dist'),
    metricsToken: settings.FLOWCLAW_METRICS_TOKEN,
    checkpointKeyFile: settings.FLOWCLAW_CHECKPOINT_KEY_FILE,
    checkpointsDir: settings.FLOWCLAW_CHECKPOINTS_DIR,
    checkpointEvery_s: settings.FLOWCLAW_CHECKPOINT_EVERY_S,
    checkpointEveryEvents: settings.FLOWCLAW_CHECKPOINT_EVERY_EVENTS,
    artifacts: {
      dir: settings.FLOWCLAW_ARTIFACTS_DIR, s3: s3Of(settings), clamd: settings.FLOWCLAW_CLAMD,
      bytes_max: settings.FLOWCLAW_ARTIFACT_MIB_MAX * MIB, quota_bytes: settings.FLOWCLAW_ARTIFACTS_QUOTA_MIB * MIB,
    },
    browser: browserSafe({ version, demo: settings.FLOWCLAW_DEMO ?? false }),
  }
}

const MIB = 1024 * 1024

/** The S3 settings, all of them or none. */
function s3Of(settings: Settings): S3Settings | null {
  const { FLOWCLAW_S3_URL: url, FLOWCLAW_S3_BUCKET: bucket, FLOWCLAW_S3_ACCESS_KEY_ID: access_key_id, FLOWCLAW_S3_SECRET_ACCESS_KEY: secret_access_key } = settings
  const names = { FLOWCLAW_S3_URL: url, FLOWCLAW_S3_BUCKET: bucket, FLOWCLAW_S3_ACCESS_KEY_ID: access_key_id, FLOWCLAW_S3_SECRET_ACCESS_KEY: secret_access_key }
  if (url !== null && bucket !== null && access_key_id !== null && secret_access_key !== null) return { url, bucket, region: settings.FLOWCLAW_S3_REGION, access_key_id, secret_access_key }
  const given = Object.values(names).some((value) => value !== null)
  if (given) throw new ConfigError(Object.entries(names).filter(([, value]) => value === null).map(([name]) => `${name} is not set: the settings of S3 belong together`).join('\n'))
  return null
}

/** The origins under which pages of this server are reached; the loopback names only where no public one is configured. */
export function allowedOrigins(port: number, publicOrigin: string | null): ReadonlySet<string> {
  if (publicOrigin !== null) return new Set([publicOrigin])
  return new Set([`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`])
}

/** The same values, or a ConfigError that names the one that looks like a secret (a platform's service key, a token, a database address). */
export function browserSafe<T extends object>(values: T): T {
  const wrong = Object.entries(values).filter(([, value]) => typeof value === 'string' && holdsSecret(value)).map(([name]) => name)
  if (wrong.length > 0) throw new ConfigError(`the browser configuration would show a secret to everyone: ${wrong.join(', ')}`)
  return values
}
