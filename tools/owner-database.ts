/**
 * The way of an owner's command to the database: the one that DATABASE_URL names, the embedded one of a FlowClaw that runs now, or the embedded
 * one started for the moment. Its settings are those of `npm start`.
 */
import { join } from 'node:path'
import type { Settings } from '#api/config/settings.ts'
import { migrate } from '#database/index.ts'
import { defaultDataDir, startEmbeddedPostgres } from './embedded-postgres/index.ts'
import { runningOwnerUrl } from './embedded-postgres/running.ts'

export type OwnerDatabase = { readonly url: string; readonly tenantKey: string }

const ROOT = join(import.meta.dirname, '..')

/** Runs `work` as the owner on a database that is at this version's migrations. */
export async function withOwnerDatabase<T>(settings: Settings, work: (owner: OwnerDatabase) => Promise<T>): Promise<T> {
  const data_dir = defaultDataDir(ROOT, settings.FLOWCLAW_DATA_DIR)
  const given = settings.FLOWCLAW_OWNER_DATABASE_URL ?? settings.DATABASE_URL
  const running = given ?? runningOwnerUrl(data_dir)
  const own = running === null ? await startEmbeddedPostgres({ data_dir, log: (line) => process.stderr.write(`${line}\n`) }) : null
  try {
    const url = running ?? own!.url
    const { tenantKey } = await migrate({ url, tenantKey: settings.FLOWCLAW_TENANT_KEY ?? undefined })
    return await work({ url, tenantKey })
  } finally {
    await own?.stop()
  }
}
