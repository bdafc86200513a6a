/**
 * One server process of its own over a test database, started by instances.ts. It tells its address over the IPC channel, and on an order
 * from there ends itself by SIGKILL at the nth time a write comes to a named crash point, or holds a write there until it is told to go on.
 */
import { openDatabase } from '#database/index.ts'
import type { CrashPoint } from '#database/crash-points.ts'
import { openPolicy } from '#policy/index.ts'
import { createSnapshotCache } from '#orchestrator/snapshot-cache.ts'
import { buildApp } from '#api/build-app.ts'
import { worldDeps } from './world.ts'

export type Order = { readonly die_at: CrashPoint; readonly nth: number } | { readonly stop: true }
export type Report = { readonly url: string } | { readonly armed: true } | { readonly stopped: true }

const [url, tenantKey, files] = process.argv.slice(2) as [string, string, string]
const tell = (report: Report): void => { process.send!(report) }

let die_at: CrashPoint | null = null
let left = 0
const db = openDatabase({
  url, tenantKey, max: 10,
  reach: (point) => { if (point === die_at && --left === 0) process.kill(process.pid, 'SIGKILL') },
})
const app = await buildApp(worldDeps(db, await openPolicy(), createSnapshotCache(), files))

process.on('message', (order: Order) => {
  if ('stop' in order) {
    void app.close().then(() => db.close()).then(() => { tell({ stopped: true }); process.disconnect() })
    return
  }
  die_at = order.die_at
  left = order.nth
  tell({ armed: true })
})
// A parent that died leaves no server behind.
process.on('disconnect', () => process.exit(0))
tell({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
