/**
 * npm start: database, migrations, demo data, portals and server, on one port, in this process and one PostgreSQL beside it. What is
 * there already is not done again, so a second start takes a moment.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '#api/config.ts'
import { readSettings, type Settings } from '#api/config/settings.ts'
import { environmentOf, refuseUnsafe } from '#api/config/unsafe.ts'
import { ROOT, serve, VERSION } from '#api/main.ts'
import { migrate } from '#database/index.ts'
import { makeCheckpointKeyFile } from '#platform/checkpoints/index.ts'
import { makeKeyringOnce, openKeyring, type KeyringSource } from '#platform/keys/index.ts'
import { buildPortals } from '../apps/portals/build.ts'
import { defaultDataDir, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres/index.ts'
import { sealPlainDetails } from './seal-plain-details.ts'
import { DEMO_ACCOUNTS, seedDemo } from './seed.ts'

const env = process.env
const say = (line: string): void => { process.stdout.write(`${line}\n`) }
const { values: flags } = parseArgs({ options: { port: { type: 'string' } } })

/** What must be undone at the end, last first. */
const closing: (() => Promise<unknown>)[] = []
let ending: Promise<void> | null = null

/** Stops everything once, however often and by whom it is asked: a Ctrl-C reaches us from the terminal, from npm and from the launcher. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const close of closing.reverse()) await close().catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); code = 1 })
    process.exit(code)
  })()
  return ending
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

/** The database by DATABASE_URL, or our own one. Two URLs where the owner's is not the serving role's. */
async function database(settings: Settings): Promise<{ owner_url: string; serving_url: string | null; beside: string | null }> {
  const { DATABASE_URL: given, FLOWCLAW_OWNER_DATABASE_URL: owner } = settings
  if (given !== null) return owner !== null ? { owner_url: owner, serving_url: given, beside: null } : { owner_url: given, serving_url: null, beside: null }
  const embedded: EmbeddedPostgres = await startEmbeddedPostgres({ data_dir: defaultDataDir(ROOT, settings.FLOWCLAW_DATA_DIR), log: say })
  closing.push(() => embedded.stop())
  return { owner_url: embedded.url, serving_url: null, beside: embedded.folder }
}

/** Beside an embedded database lie the key that signs its audit, made once, and what was signed. For another database both are the operator's to name. */
function checkpointSettings(settings: Settings, beside: string | null): Readonly<Record<string, string>> {
  if (beside === null) return {}
  const [key, kept] = [join(beside, 'checkpoint-key.pem'), join(beside, 'checkpoints')]
  const own = settings.FLOWCLAW_CHECKPOINT_KEY_FILE === null
  if (own) makeCheckpointKeyFile(key)
  return { ...(own ? { FLOWCLAW_CHECKPOINT_KEY_FILE: key } : {}), ...(settings.FLOWCLAW_CHECKPOINTS_DIR === null ? { FLOWCLAW_CHECKPOINTS_DIR: kept } : {}) }
}

/** Beside an embedded database lie the files that people upload, unless another place is named. */
const artifactSettings = (settings: Settings, beside: string | null): Readonly<Record<string, string>> =>
  (beside === null || settings.FLOWCLAW_ARTIFACTS_DIR !== null || settings.FLOWCLAW_S3_URL !== null ? {} : { FLOWCLAW_ARTIFACTS_DIR: join(beside, 'artifacts') })

/** The keyring that was named, or our own beside our own database. It is never made for a database of somebody else: a lost one must be noticed. */
function keyringOf(settings: Settings): KeyringSource {
  const { FLOWCLAW_KEYRING: text, FLOWCLAW_KEYRING_FILE: file } = settings
  if (text !== null && file !== null) throw new ConfigError('FLOWCLAW_KEYRING and FLOWCLAW_KEYRING_FILE are both set: name one keyring')
  if (text !== null) return { text }
  if (file !== null) return { file }
  if (settings.DATABASE_URL !== null) throw new ConfigError('FLOWCLAW_KEYRING_FILE is not set: a database of your own needs a keyring that outlives this start')
  const own = join(defaultDataDir(ROOT, settings.FLOWCLAW_DATA_DIR), 'keyring.json')
  if (makeKeyringOnce(own)) say(`Keyring: made ${own}. Without it sealed bank details cannot be read: keep a copy.`)
  return { file: own }
}

async function start(): Promise<void> {
  const settings = readSettings(env)
  const by = { embeddedDatabase: settings.DATABASE_URL === null }
  const environment = environmentOf(settings, by)
  // Before anything is made: an unsafe start leaves no database and no demo accounts behind.
  refuseUnsafe(settings, environment)
  const demo = settings.FLOWCLAW_DEMO ?? environment === 'development'
  const portals = buildPortals()
  // Built beside the database's start; a failure is told when it is waited for.
  portals.catch(() => undefined)
  const { owner_url, serving_url, beside } = await database(settings)
  const keyring = keyringOf(settings)
  const keyProvider = openKeyring(keyring)
  const migrated = await migrate({ url: owner_url, tenantKey: settings.FLOWCLAW_TENANT_KEY ?? undefined })
  if (migrated.applied.length > 0) say(`Database: ${migrated.applied.length} migrations applied.`)
  const sealed = await sealPlainDetails({ url: owner_url, tenantKey: migrated.tenantKey }, keyProvider)
  if (sealed > 0) say(`Bank details: ${sealed} suppliers sealed.`)
  const databaseUrl = serving_url ?? migrated.appUrl
  if (demo) {
    const seeded = await seedDemo({ owner_url, serving_url: databaseUrl, tenantKey: migrated.tenantKey, keyProvider })
    if (seeded.seeded) say('Demo data: seeded.')
  }
  if ((await portals).built) say('Portals: built.')

  const config = loadConfig({
    ...env, ...('file' in keyring ? { FLOWCLAW_KEYRING_FILE: keyring.file } : {}), ...checkpointSettings(settings, beside), ...artifactSettings(settings, beside), DATABASE_URL: databaseUrl, FLOWCLAW_TENANT_KEY: migrated.tenantKey, FLOWCLAW_DEMO: demo ? '1' : '0',
    ...(flags.port === undefined ? {} : { FLOWCLAW_PORT: flags.port }),
  }, ROOT, VERSION, by)
  if (ending !== null) return
  const running = await serve(config, demo ? DEMO_ACCOUNTS : [])
  closing.push(() => running.stop())
  say(`FlowClaw is ready at ${running.url}`)
  if (demo) {
    const width = Math.max(...DEMO_ACCOUNTS.map(({ email }) => email.length))
    say('Demo accounts (the password of each stands beside it):')
    for (const { role, email, password, name } of DEMO_ACCOUNTS) say(`  ${email.padEnd(width)}  ${password}  ${role.replaceAll('_', ' ')}, ${name}`)
  }
}

try {
  await start()
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError || env['FLOWCLAW_LOG'] !== 'debug' ? (error as Error).message : (error as Error).stack}\n`)
  await end(1)
}
