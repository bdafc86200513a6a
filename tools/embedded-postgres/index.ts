/**
 * A real PostgreSQL beside FlowClaw, for machines that have none. It listens on a private socket alone, keeps its data in one folder, and
 * cannot outlive the process that started it: a shell holds the other end of a pipe and shuts it down when the pipe closes, even by kill -9.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, closeSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { installBinaries } from './binaries.ts'
import { chooseLocation, openFolderFor, shortHash, SOCKET_FOLDER_MAX, type RunAs } from './location.ts'

export type EmbeddedPostgres = {
  /** connects as the owner of the database `flowclaw`: for migrations and seeds, never for serving */
  readonly url: string
  /** connects as the cluster's superuser: for tests */
  readonly superuser_url: string
  readonly folder: string
  readonly pid: number
  /** shuts down and resolves when no process is left */
  stop(): Promise<void>
}
export type EmbeddedOptions = {
  /** the folder for programs, data and log */
  readonly data_dir: string
  /** false for tests alone: commits do not wait for the disk */
  readonly durable?: boolean
  readonly log?: (line: string) => void
}

/** The folder of this repository's database: FLOWCLAW_DATA_DIR, or .flowclaw in its root. */
export const defaultDataDir = (root: string, given: string | null): string => resolve(given ?? join(root, '.flowclaw'))

const START_LIMIT_MS = 30_000
const OWNER = 'flowclaw_owner'
const DATABASE = 'flowclaw'

/** Starts it, creating the cluster on first use and recovering it after a crash. Refuses a folder that another FlowClaw uses. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { folder, run_as, moved } = chooseLocation(resolve(options.data_dir))
  if (moved !== null) options.log?.(`Database files are in ${folder}, because ${moved}. Set FLOWCLAW_DATA_DIR to keep them elsewhere.`)
  const bin = installBinaries(folder)
  const cluster = join(folder, 'cluster')
  const fresh = !existsSync(cluster)
  if (fresh) createCluster(bin, folder, cluster, run_as)
  else await awaitPredecessor(cluster)
  const socket = makeSocketFolder(folder, run_as)
  const log = join(folder, 'postgres.log')
  const { keeper, exited, pid } = await launchAndWait(() => launch(bin, cluster, socket, log, run_as, options.durable ?? true), cluster, log)
  const urlOf = (user: string, database: string) => `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socket)}`
  const stop = async () => { keeper.ref(); keeper.stdin!.end(); await exited }
  try {
    if (fresh || !existsSync(join(folder, 'cluster.ready'))) await createDatabase(urlOf('postgres', 'postgres'), folder)
  } catch (cause) {
    await stop()
    throw cause
  }
  return { url: urlOf(OWNER, DATABASE), superuser_url: urlOf('postgres', 'postgres'), folder, pid, stop }
}

/** Into a folder of another name first, so that a cluster that was cut short is never taken for one. */
function createCluster(bin: string, folder: string, cluster: string, run_as: RunAs | null): void {
  const unfinished = `${cluster}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(join(folder, 'cluster.ready'), { force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  if (run_as !== null) chownSync(unfinished, run_as.uid, run_as.gid)
  const done = spawnSync(join(bin, 'initdb'), [
    '-D', unfinished, '-U', 'postgres', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C',
    // Whoever gets into the 0700 socket folder is that user or root already; there is no other way in.
    '--auth-local=trust', '--auth-host=reject', '--no-instructions',
  ], { cwd: '/', encoding: 'utf8', env: plainEnv(), ...asUser(run_as) })
  if (done.status !== 0) throw new Error(`initdb failed: ${(done.stderr || String(done.error ?? '')).trim()}`)
  renameSync(unfinished, cluster)
}

const asUser = (run_as: RunAs | null) => (run_as === null ? {} : { uid: run_as.uid, gid: run_as.gid })
/** Nothing of our environment reaches it: no secret, no PG* variable, no foreign locale. */
const plainEnv = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' })

/** After kill -9 of FlowClaw the old server may still be shutting down; a pid file whose process is gone is PostgreSQL's own to clear. */
async function awaitPredecessor(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  for (let waited_ms = 0; existsSync(file); waited_ms += 20) {
    const pid = Number(readLines(file)[0])
    if (!Number.isInteger(pid) || !isOurPostmaster(pid, cluster)) { rmSync(file, { force: true }); return }
    // One that shuts down says so in the eighth line, and the keeper forces its end; one that stays ready is somebody's.
    if (waited_ms > (readLines(file)[7]?.startsWith('ready') ? 1_500 : 8_000)) throw new Error(`another FlowClaw uses ${cluster} (process ${pid}): stop it first, or set FLOWCLAW_DATA_DIR`)
    await sleep(20)
  }
}

function isOurPostmaster(pid: number, cluster: string): boolean {
  try { process.kill(pid, 0) } catch (cause) { if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false }
  if (process.platform !== 'linux') return true
  // A number can be given to another process after a restart of the machine.
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster) } catch { return false }
}

const readLines = (file: string): string[] => { try { return readFileSync(file, 'utf8').split('\n') } catch { return [] } }

/** Owned by the server's user and closed to all others. Beside the data, or under a temporary folder where that path is too long for a socket. */
function makeSocketFolder(folder: string, run_as: RunAs | null): string {
  const near = join(folder, 'socket')
  const path = near.length <= SOCKET_FOLDER_MAX ? near : openFolderFor(`flowclaw-socket-${shortHash(folder)}`, run_as)
  if (path === null) throw new Error(`the path ${near} is too long for a socket: set FLOWCLAW_DATA_DIR to a shorter one`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (run_as !== null) chownSync(path, run_as.uid, run_as.gid)
  chmodSync(path, 0o700)
  // No server is left on this cluster (awaitPredecessor): a socket's lock of a killed one would only be in the way.
  for (const name of readdirSync(path)) if (name.startsWith('.s.PGSQL.')) rmSync(join(path, name), { force: true })
  return path
}

/**
 * Waits for end of file on the pipe, which comes with our death too, then stops the server: politely, after 3 s at once, after 5 s by force.
 * `read` is the shell's own, so that no helper process can be left over.
 */
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
(
  read -r nothing <&3
  kill -INT $server; i=0
  while kill -0 $server && [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); [ $i -eq 60 ] && kill -QUIT $server; done
  kill -KILL $server
) 2>/dev/null & watcher=$!
exec 3<&-
wait $server; code=$?
kill $watcher 2>/dev/null
exit $code`

function launch(bin: string, cluster: string, socket: string, log: string, run_as: RunAs | null, durable: boolean): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '', unix_socket_directories: socket, unix_socket_permissions: '0700', max_connections: durable ? '100' : '400', shared_buffers: '128MB',
    // One writer's worth of processes: no replication, no parallel plans on a small machine.
    wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '512MB', io_method: 'sync', jit: 'off', timezone: 'UTC', log_timezone: 'UTC',
    max_parallel_workers_per_gather: '0', log_min_messages: 'warning', log_checkpoints: 'off', cluster_name: 'flowclaw',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  }
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const out = openSync(log, 'a', 0o600)
  try {
    const keeper = spawn('/bin/sh', ['-c', KEEPER, 'flowclaw-keeper', join(bin, 'postgres'), ...args], {
      // Its own session: Ctrl-C reaches FlowClaw alone, which then stops the server after its last request.
      detached: true, cwd: '/', env: plainEnv(), stdio: ['pipe', out, out], ...asUser(run_as),
    })
    keeper.stdin!.on('error', () => { /* it ended by itself; awaitReady and stop see that */ })
    keeper.unref()
    ;(keeper.stdin as unknown as { unref?: () => void }).unref?.()
    return keeper
  } finally {
    closeSync(out)
  }
}

/** What PostgreSQL says while sessions of a server that was killed have not noticed yet; they end by themselves within moments. */
const SESSIONS_LEFT = 'pre-existing shared memory block'
const SESSIONS_LEFT_LIMIT_MS = 10_000

/** Launches until the server is ready; once more where sessions of its killed predecessor were still about. */
async function launchAndWait(launched: () => ChildProcess, cluster: string, log: string): Promise<{ keeper: ChildProcess; exited: Promise<void>; pid: number }> {
  for (const started = Date.now(); ;) {
    const logged_bytes = existsSync(log) ? statSync(log).size : 0
    const keeper = launched()
    let over: number | null = null
    const exited = new Promise<void>((done) => keeper.once('exit', (code) => { over = code ?? 1; done() }))
    const pid = await awaitReady(cluster, () => over)
    if (pid !== null) return { keeper, exited, pid }
    // What this launch said and no earlier one; the log is only read where something is wrong.
    const said = readFileSync(log).subarray(logged_bytes).toString('utf8').replaceAll('\n', ' ').trim()
    if (over === null) { keeper.stdin!.end(); throw new Error(`PostgreSQL was not ready within ${START_LIMIT_MS / 1000} s; see ${log}`) }
    if (!said.includes(SESSIONS_LEFT) || Date.now() - started > SESSIONS_LEFT_LIMIT_MS) throw new Error(`PostgreSQL did not start (exit ${over}): ${said}`)
    await sleep(50)
  }
}

/** The server's process, or null where it ended or took too long. PostgreSQL writes "ready" into the eighth line of its pid file. */
async function awaitReady(cluster: string, over: () => number | null): Promise<number | null> {
  const file = join(cluster, 'postmaster.pid')
  for (const started = Date.now(); Date.now() - started < START_LIMIT_MS;) {
    const lines = readLines(file)
    if (lines[7]?.startsWith('ready')) return Number(lines[0])
    if (over() !== null) return null
    await sleep(4)
  }
  return null
}

/** The owner may create roles and owns the database, and is no superuser: row-level security holds for it too. */
async function createDatabase(superuser_url: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuser_url })
  await client.connect()
  try {
    const { rows } = await client.query('select (select count(*) from pg_roles where rolname = $1) as owners, (select count(*) from pg_database where datname = $2) as databases', [OWNER, DATABASE])
    if (rows[0].owners === '0') await client.query(`create role ${OWNER} login createrole nosuperuser nobypassrls`)
    if (rows[0].databases === '0') await client.query(`create database ${DATABASE} owner ${OWNER}`)
  } finally {
    await client.end()
  }
  closeSync(openSync(join(folder, 'cluster.ready'), 'w'))
}
