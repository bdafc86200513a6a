/** The server: configuration → wiring → listen. The only place where the parts are put together; everything else is given what it needs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, refuseDemoTenant, refuseMightyRole, type Database } from '#database/index.ts'
import { createCheckpoints, openKeptFolder, readCheckpointKeys, type Checkpoints } from '#platform/checkpoints/index.ts'
import { createSnapshotCache } from '#orchestrator/snapshot-cache.ts'
import { createTenantKeys, openKeyring } from '#platform/keys/index.ts'
import { RATE_LIMITS, type RateLimits } from '#platform/rate-limits/index.ts'
import { openPolicy } from '#policy/index.ts'
import { buildApp } from './build-app.ts'
import { loadConfig, type Config } from './config.ts'
import { createDecisions } from './decisions.ts'
import type { AppDeps } from './deps.ts'
import { createMetrics } from './http/metrics.ts'
import { openArtifacts } from './open-artifacts.ts'
import { createLogger } from './logger.ts'
import { createReadiness } from './readiness.ts'

export type Running = {
  /** where it listens, e.g. http://127.0.0.1:8420 */
  readonly url: string
  readonly db: Database
  /** stops taking requests, lets the running ones finish, closes every connection */
  stop(): Promise<void>
}

export const ROOT = join(import.meta.dirname, '..', '..')
/** The version of package.json, the only thing that is read from it. */
export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version

const EVENT_LOOP_DELAY_MAX_MS = 2_000
/** How long a shutdown waits for the requests that run. */
const DRAINED_AFTER_MS = 20_000

/**
 * Starts the server with this configuration. `demoAccounts` are shown to everyone, so they are only ever those of a demo tenant. Other limits than those of
 * the product are for a benchmark, which measures what the server can do and not what it lets one caller do.
 */
export async function serve(config: Config, demoAccounts: AppDeps['demoAccounts'] = [], rateLimits: RateLimits = RATE_LIMITS): Promise<Running> {
  const logger = createLogger(config.logLevel)
  const keyring = openKeyring(config.keyring)
  const policy = await openPolicy({ opa_url: config.opaUrl ?? undefined })
  const db = openDatabase({
    url: config.databaseUrl, tenantKey: config.tenantKey, max: config.databasePoolMax, prepared: config.preparedStatements,
    onConnectionLost: (cause) => logger.warn({ err: cause }, 'database connection lost'),
  })
  await refuseMightyRole(db)
  if (config.environment === 'production') await refuseDemoTenant(db)
  const snapshots = createSnapshotCache()
  const checkpoints = openCheckpoints(config, db, logger)
  const now = (): Date => new Date()
  const metrics = createMetrics({ processMetrics: true })
  const artifacts = await openArtifacts(config.artifacts, db, metrics, logger, now)
  const app = await buildApp({
    config, db, policy, snapshots, keysOf: createTenantKeys(db, keyring), demoAccounts, rateLimits, now,
    logger, metrics, artifacts, decisions: createDecisions(db, snapshots), checkpoints, readiness: createReadiness(db, policy),
    refuseAboveEventLoopDelay_ms: EVENT_LOOP_DELAY_MAX_MS,
  })
  // Node would print the error's message, which may quote anything; then it ends all the same.
  const crash = (cause: unknown): void => {
    logger.fatal({ err: cause instanceof Error ? cause : new Error('something that is no error was thrown') }, 'crash')
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  const url = await app.listen({ host: config.host, port: config.port })
  checkpoints.start()
  artifacts.start()
  return {
    url, db,
    async stop() {
      process.off('uncaughtException', crash)
      // What still runs then waits for somebody who does not come: a client that stopped sending, a lock that is not given up.
      const late = setTimeout(() => { logger.warn('requests were cut off at the end'); app.server.closeAllConnections() }, DRAINED_AFTER_MS)
      await app.close()
      clearTimeout(late)
      await checkpoints.stop()
      await artifacts.stop()
      await db.close()
    },
  }
}

/** The signer of audit checkpoints. A chain that broke is an error in the log, once; a wrong key file stops the start. */
function openCheckpoints(config: Config, db: Database, logger: ReturnType<typeof createLogger>): Checkpoints {
  if (config.checkpointKeyFile === null) logger.warn('audit checkpoints are not signed: FLOWCLAW_CHECKPOINT_KEY_FILE is not set')
  return createCheckpoints({
    db, keys: config.checkpointKeyFile === null ? null : readCheckpointKeys(config.checkpointKeyFile), folder: config.checkpointsDir === null ? null : openKeptFolder(config.checkpointsDir),
    every_s: config.checkpointEvery_s, every_events: config.checkpointEveryEvents, now: () => new Date(),
    onTrouble: ({ cause, ...what }) => logger.error({ ...what, ...(cause === undefined ? {} : { err: cause }) }, cause === undefined ? 'an audit chain broke and is not signed any more' : 'audit checkpoints could not be made'),
  })
}

if (import.meta.main) {
  const running = await serve(loadConfig(process.env, ROOT, VERSION))
  let stopping: Promise<void> | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { stopping ??= running.stop().then(() => process.exit(0)) })
  process.stdout.write(`FlowClaw is ready at ${running.url}\n`)
}
