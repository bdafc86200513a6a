/**
 * What is soaked: a PostgreSQL that waits for the disk, two servers of the product as processes of their own, and a policy server, all on this machine, with
 * the ways to hurt each of them. A server that ends is started again, as an operator's supervisor does.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { migrate } from '#database/index.ts'
import { makeKeyringOnce, openKeyring, type KeyProvider } from '#platform/keys/index.ts'
import { startEmbeddedPostgres } from '#tools/embedded-postgres/index.ts'
import type { PolicyFault } from './policy-faults.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const SERVERS = 2

export type Owner = { readonly owner_url: string; readonly serving_url: string; readonly tenantKey: string; readonly keyProvider: KeyProvider }
export type Stand = Owner & {
  /** a superuser of the database, to look behind everything */
  readonly superuser_url: string
  /** where the servers listen, whether they are up or not */
  readonly urls: readonly string[]
  /** how often a server ended without being killed here: it should never */
  readonly crashes: number
  killServer(i: number): Promise<void>
  killDatabase(): Promise<void>
  policy(fault: PolicyFault): void
  stop(): Promise<void>
}

/** Starts the database, brings it to this version, lets `fill` put a company into it, then starts the servers. */
export async function openStand(fill: (owner: Owner) => Promise<void>): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-soak-'))
  // As root PostgreSQL runs as another account, which must get in.
  chmodSync(folder, 0o755)
  let postgres = await startEmbeddedPostgres({ data_dir: folder })
  const folders = new Set([folder, postgres.folder])
  const closing: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const close of closing.reverse()) await close()
    await postgres.stop()
    for (const each of folders) rmSync(each, { recursive: true, force: true })
  }
  try {
    const keyring = join(folder, 'keyring.json')
    makeKeyringOnce(keyring)
    const { appUrl, tenantKey } = await migrate({ url: postgres.url })
    const owner = { owner_url: postgres.url, serving_url: appUrl, tenantKey, keyProvider: openKeyring({ file: keyring }) }
    await fill(owner)
    const opa = await startPolicy()
    closing.push(() => end(opa.child))
    const servers = await Promise.all(Array.from({ length: SERVERS }, (_, i) => superviseServer(join(folder, `server-${i + 1}.log`), {
      DATABASE_URL: appUrl, FLOWCLAW_TENANT_KEY: tenantKey, FLOWCLAW_KEYRING_FILE: keyring, FLOWCLAW_ARTIFACTS_DIR: join(folder, 'artifacts'), OPA_URL: opa.url, FLOWCLAW_ENV: 'development', FLOWCLAW_DEMO: '0', FLOWCLAW_LOG: 'error',
    })))
    closing.push(() => Promise.all(servers.map((server) => server.stop())))
    return {
      ...owner, superuser_url: onDatabase(postgres.superuser_url, postgres.url), urls: servers.map(({ url }) => url),
      get crashes() { return servers.reduce((sum, server) => sum + server.crashes, 0) },
      killServer: (i) => servers[i]!.kill(),
      async killDatabase() {
        process.kill(postgres.pid, 'SIGKILL')
        // The folder is the same and so is the socket: it recovers from its log.
        postgres = await startEmbeddedPostgres({ data_dir: folder })
      },
      policy: (fault) => { opa.child.send({ fault }) },
      stop,
    }
  } catch (cause) {
    await stop()
    throw cause
  }
}

function onDatabase(superuser_url: string, url: string): string {
  const address = new URL(superuser_url)
  address.pathname = new URL(url).pathname
  return address.href
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function startPolicy(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(join(import.meta.dirname, 'policy-server.ts'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ port }] = await once(child, 'message') as [{ port: number }]
  return { child, url: `http://127.0.0.1:${port}` }
}

/** A port that nobody has now: a server that is started again listens where it listened. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

type Supervised = { readonly url: string; readonly crashes: number; kill(): Promise<void>; stop(): Promise<void> }

/** Resolves when it listens for the first time. */
async function superviseServer(log: string, settings: Readonly<Record<string, string>>): Promise<Supervised> {
  const port = await freePort()
  const out = createWriteStream(log)
  let [stopping, up, meant, crashes] = [false, false, false, 0]
  let child: ChildProcess
  let first: () => void
  const listening = new Promise<void>((done) => { first = done })
  const start = (): void => {
    up = false
    // Ended with us, even by kill -9: that is what the lifeline looks after.
    child = spawn(process.execPath, ['--import', join(ROOT, 'tools', 'lifeline.ts'), join(ROOT, 'apps', 'control-api', 'main.ts')], {
      env: { ...settings, FLOWCLAW_PORT: String(port), FLOWCLAW_LAUNCHER_PID: String(process.pid) }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout!.on('data', (text: Buffer) => { out.write(text); if (text.includes('FlowClaw is ready')) { up = true; first() } })
    child.stderr!.pipe(out, { end: false })
    child.once('exit', () => {
      if (stopping) return
      // Before it listens it may end: it does not start without its database, and is started again until there is one.
      if (up && !meant) crashes += 1
      meant = false
      setTimeout(() => { if (!stopping) start() }, RESTART_AFTER_MS)
    })
  }
  start()
  const failed = wait(START_LIMIT_MS, undefined, { ref: false }).then(() => { throw new Error(`a server did not start; see ${log}`) })
  await Promise.race([listening, failed])
  failed.catch(() => undefined)
  return {
    url: `http://127.0.0.1:${port}`,
    get crashes() { return crashes },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      meant = true
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      stopping = true
      await end(child)
      out.end()
    },
  }
}
const RESTART_AFTER_MS = 200
const START_LIMIT_MS = 120_000
