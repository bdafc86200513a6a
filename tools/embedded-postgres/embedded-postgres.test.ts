import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { accountToRunAs, chooseLocation, isReachable } from './location.ts'
import { startEmbeddedPostgres } from './index.ts'

const linux = process.platform === 'linux'
const root = mkdtempSync(join(tmpdir(), 'fc-embedded-'))
chmodSync(root, 0o755)
after(() => rmSync(root, { recursive: true, force: true }))

/** Processes of this machine whose command line names the folder. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number).filter((pid) => {
    try { return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) && !readlinkSync(`/proc/${pid}/exe`).includes('node') } catch { return false }
  })
}

async function query<T>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try { return (await client.query(text)).rows as T[] } finally { await client.end() }
}

/** Another Node process that starts the server, writes numbered rows as fast as it can, and prints each number once it is acknowledged. */
const WRITER = `
import pg from 'pg'
import { startEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
const server = await startEmbeddedPostgres({ data_dir: process.argv[2] })
const client = new pg.Client({ connectionString: server.url })
client.on('error', () => undefined)
await client.connect()
await client.query('create table if not exists kept (n bigint primary key)')
process.stdout.write('server ' + server.pid + '\\n')
const { rows: [{ next }] } = await client.query('select coalesce(max(n), 0) + 1 as next from kept')
for (let n = Number(next); ; n++) {
  await client.query('insert into kept values ($1)', [n])
  process.stdout.write('kept ' + n + '\\n')
}
`

async function startWriter(folder: string): Promise<{ child: ChildProcess; server_pid: number; acknowledged: () => number }> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-', folder], { cwd: join(import.meta.dirname, '..', '..'), stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin!.end(WRITER)
  let out = ''
  // Losing its server is what this process is for; what it says of that matters only if it never started.
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => { said += chunk.toString() })
  child.stdout!.on('data', (chunk: Buffer) => { out += chunk.toString() })
  for (let i = 0; i < 3_000 && !/kept [0-9]+\n/.test(out); i++) await sleep(10)
  assert.match(out, /kept [0-9]+\n/, `the writer did not start: ${said}`)
  return { child, server_pid: Number(/server ([0-9]+)/.exec(out)![1]), acknowledged: () => Number(/kept ([0-9]+)\n(?![\s\S]*kept [0-9]+\n)/.exec(out)?.[1] ?? 0) }
}

async function goneWithin(folder: string, limit_ms: number): Promise<number> {
  const started = performance.now()
  while (processesOf(folder).length > 0) {
    assert.ok(performance.now() - started < limit_ms, `still running: ${processesOf(folder).join(', ')}`)
    await sleep(5)
  }
  return performance.now() - started
}

// Guarantee: the server starts, is the version that was chosen, and leaves no process and no open port behind when it is stopped.
test('it starts, answers on its private socket alone, and stops', async () => {
  const folder = join(root, 'plain')
  const server = await startEmbeddedPostgres({ data_dir: folder })
  const [row] = await query<{ v: number; who: string; listens: string; locale: string; mighty: boolean }>(server.url, `select current_setting('server_version_num')::int as v, current_user as who, current_setting('listen_addresses') as listens,
    (select datlocale from pg_database where datname = current_database()) as locale, (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as mighty`)
  assert.deepEqual({ ...row, v: Math.trunc(row!.v / 10000) }, { v: 18, who: 'flowclaw_owner', listens: '', locale: 'C.UTF-8', mighty: false })
  assert.equal(statSync(new URL(server.url).searchParams.get('host')!).mode & 0o777, 0o700)
  if (linux && process.getuid!() === 0) assert.notEqual(statSync(`/proc/${server.pid}`).uid, 0)
  await server.stop()
  if (linux) await goneWithin(folder, 2_000)
})

// Guarantee: kill -9 of the process that started it leaves no process, and nothing that was acknowledged is lost.
test('kill -9 of node leaves nothing running and loses nothing acknowledged', { skip: linux ? false : 'reads /proc' }, async (t) => {
  const folder = join(root, 'killed-node')
  for (let round = 1; round <= 3; round++) {
    const writer = await startWriter(folder)
    await sleep(120)
    writer.child.kill('SIGKILL')
    const ms = await goneWithin(folder, 8_000)
    t.diagnostic(`round ${round}: ${writer.acknowledged()} rows acknowledged, all processes gone ${ms.toFixed(0)} ms after kill -9`)
    const server = await startEmbeddedPostgres({ data_dir: folder })
    const [kept] = await query<{ n: string; top: string }>(server.url, 'select count(*) as n, max(n) as top from kept')
    await server.stop()
    assert.ok(Number(kept!.top) >= writer.acknowledged(), `${writer.acknowledged()} was acknowledged, ${kept!.top} is there`)
    assert.equal(kept!.n, kept!.top)
  }
})

// Guarantee: kill -9 of PostgreSQL itself, under load, loses nothing acknowledged, and the next start recovers by itself.
test('kill -9 of postgres loses nothing acknowledged', { skip: linux ? false : 'reads /proc' }, async (t) => {
  const folder = join(root, 'killed-postgres')
  for (let round = 1; round <= 3; round++) {
    const writer = await startWriter(folder)
    await sleep(80)
    for (const pid of processesOf(join(folder, 'cluster'))) { try { process.kill(pid, 'SIGKILL') } catch { /* gone with its parent */ } }
    writer.child.kill('SIGKILL')
    await goneWithin(folder, 8_000)
    assert.ok(existsSync(join(folder, 'cluster', 'postmaster.pid')), 'no stale pid file: this round proves nothing')
    const started = performance.now()
    const server = await startEmbeddedPostgres({ data_dir: folder })
    t.diagnostic(`round ${round}: ${writer.acknowledged()} rows acknowledged, recovered in ${(performance.now() - started).toFixed(0)} ms`)
    const [kept] = await query<{ n: string; top: string }>(server.url, 'select count(*) as n, max(n) as top from kept')
    await server.stop()
    assert.ok(Number(kept!.top) >= writer.acknowledged())
    assert.equal(kept!.n, kept!.top)
  }
})

/** The processes that a process started. */
const childrenOf = (parent: number): number[] => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number).filter((pid) => {
  try { return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]) === parent } catch { return false }
})

// Guarantee: where a session of a killed server has not noticed yet that it is alone, the next start waits for it and then succeeds.
test('a start waits for what is left of a killed server', { skip: linux ? false : 'reads /proc' }, async () => {
  const folder = join(root, 'left-over')
  const writer = await startWriter(folder)
  const sessions = childrenOf(writer.server_pid)
  assert.ok(sessions.length > 0)
  for (const pid of sessions) process.kill(pid, 'SIGSTOP')
  process.kill(writer.server_pid, 'SIGKILL')
  writer.child.kill('SIGKILL')
  const woken = sleep(700).then(() => { for (const pid of sessions) { try { process.kill(pid, 'SIGCONT') } catch { /* gone */ } } })
  try {
    const server = await startEmbeddedPostgres({ data_dir: folder })
    const [kept] = await query<{ top: string }>(server.url, 'select max(n) as top from kept')
    await server.stop()
    assert.ok(Number(kept!.top) >= writer.acknowledged())
    assert.match(readFileSync(join(folder, 'postgres.log'), 'utf8'), /pre-existing shared memory block/)
  } finally {
    await woken
  }
})

// Guarantee: a folder that somebody else is serving from is refused, and a creation that was cut short is done anew.
test('a cluster is never shared and never half made', async () => {
  const folder = join(root, 'shared')
  mkdirSync(join(folder, 'cluster.unfinished'), { recursive: true })
  writeFileSync(join(folder, 'cluster.unfinished', 'PG_VERSION'), '18')
  const server = await startEmbeddedPostgres({ data_dir: folder })
  try {
    await assert.rejects(startEmbeddedPostgres({ data_dir: folder }), /another FlowClaw uses/)
    assert.equal((await query(server.url, 'select 1')).length, 1)
  } finally {
    await server.stop()
  }
})

// Guarantee: as root, a folder that the database's account cannot reach is not used; the place that is chosen is always the same, and said.
test('an unreachable folder is replaced by a reachable one', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async () => {
  const account = accountToRunAs()!
  const closed = join(root, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  assert.equal(isReachable(join(closed, 'data'), account), false)
  assert.equal(isReachable(root, account), true)
  const location = chooseLocation(join(closed, 'data'))
  assert.ok(location.moved?.includes(closed) && location.folder !== join(closed, 'data'))
  assert.equal(chooseLocation(join(closed, 'data')).folder, location.folder)
  const said: string[] = []
  const server = await startEmbeddedPostgres({ data_dir: join(closed, 'data'), log: (line) => said.push(line) })
  try {
    assert.equal((await query(server.url, 'select 1')).length, 1)
    assert.ok(said.some((line) => line.includes(location.folder)))
  } finally {
    await server.stop()
    rmSync(location.folder, { recursive: true, force: true })
  }
})
