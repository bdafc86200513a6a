/** What becomes of files when something goes wrong: a scanner or store that is away, bytes that changed, senders that break off, servers that die, many at once. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { appendFileSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ScanVerdict } from '#platform/scanning/index.ts'
import { openLocalStore, StoreUnavailable, type ArtifactStore } from '#platform/storage/index.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { newArtifact, uploadForm } from '#api/testing/calls.ts'
import { startInstance } from '#api/testing/instances.ts'
import { openWorld, ORIGIN, type Answer, type Client, type World } from '#api/testing/world.ts'

const QUOTA = 12_000
let world: World
let desk: Client
let merchant: Client
let verdict: ScanVerdict = { verdict: 'clean', scanner: 'Test scanner 1' }
let away = false
let now = () => new Date()
/** The folder's store, which can be made to be away. */
const storeOf = (folder: string): ArtifactStore => {
  const store = openLocalStore(folder)
  const here = <A extends unknown[], T>(work: (...given: A) => T) => (...given: A): T => { if (away) throw new StoreUnavailable('away'); return work(...given) }
  return { name: 'folder', put: async (...given) => here(store.put)(...given), open: async (key) => here(store.open)(key), remove: async (key) => here(store.remove)(key), list: here(store.list) }
}
before(async () => {
  let folder = ''
  world = await openWorld({ artifacts: { limits: { bytes_max: 10_000, quota_bytes: QUOTA }, scanner: { name: 'Test scanner', scan: async () => verdict }, now: () => now(), get store() { return lazily(() => folder) } } as never })
  folder = world.files
  desk = await world.as(world.a, 'desk_operator')
  merchant = await world.as(world.a, 'merchant_client')
})
after(() => world.close())
const lazily = (folder: () => string): ArtifactStore => ({
  name: 'folder', put: (...given) => storeOf(folder()).put(...given), open: (key) => storeOf(folder()).open(key), remove: (key) => storeOf(folder()).remove(key), list: (tenant_id) => storeOf(folder()).list(tenant_id),
})

const outcome = ({ status, json }: Answer) => [status, json?.code]
const onDisk = (): string[] => readdirSync(world.files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
const rows = async (): Promise<number> => (await world.database.superuser.query<{ n: number }>('select count(*)::int as n from artifacts')).rows[0]!.n
const pathOf = async (id: string): Promise<string> => join(world.files, (await world.database.superuser.query<{ storage_key: string }>('select storage_key from artifacts where id = $1', [id])).rows[0]!.storage_key)
const upload = async (): Promise<string> => {
  const made = await merchant.post('/api/artifacts', uploadForm())
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const stateOf = async (id: string) => (await desk.get(`/api/artifacts/${id}`)).json
const lastAudit = async (n: number) => (await world.auditRows(world.a)).slice(-n) as unknown as { action: string; role: string; user_id: string; facts: Record<string, unknown> }[]
const clear = async (): Promise<void> => { await world.database.superuser.query("set session_replication_role = replica; delete from artifacts; set session_replication_role = default"); for (const path of onDisk()) rmSync(path) }

// Guarantee: without an answer of the scanner a file stays where nobody can open it, says why, and is judged once the scanner answers; the verdict is in the audit as the server's own.
test('a scanner that is away keeps files in quarantine', async () => {
  const id = await upload()
  verdict = { verdict: 'unavailable', why: 'scanner_unavailable' }
  assert.equal(await world.deps.artifacts.scanRound(), 0)
  const { state, waits_because } = await stateOf(id)
  assert.deepEqual([state, waits_because], ['quarantined', 'scanner_unavailable'])
  assert.deepEqual(outcome(await desk.get(`/api/artifacts/${id}/content`)), [409, 'artifact_quarantined'])
  verdict = { verdict: 'clean', scanner: 'Test scanner 1' }
  assert.equal(await world.deps.artifacts.scanRound(), 1)
  const judged = await stateOf(id)
  assert.deepEqual([judged.state, judged.waits_because, judged.scanner], ['clean', null, 'form check 1, Test scanner 1'])
  const [row] = await lastAudit(1)
  assert.deepEqual([row!.action, row!.role, row!.user_id], ['artifact.passed', 'server', '00000000-0000-0000-0000-000000000000'])
  const [event] = (await (await world.as(world.a, 'platform_admin')).get(`/api/audit-events?entity=artifact&entity_id=${id}&limit=1`)).json.items
  assert.deepEqual([event.who.name, event.who.role], ['FlowClaw itself', null])
  assert.equal(await world.deps.artifacts.scanRound(), 0)
  await clear()
})

// Guarantee: a file in which the scanner found something is refused for good, its bytes are gone at once, and both sides are told so.
test('an infected file is refused and its bytes go', async () => {
  const id = await upload()
  const path = await pathOf(id)
  verdict = { verdict: 'infected', signature: 'Test.Signature', scanner: 'Test scanner 1' }
  await world.deps.artifacts.scanRound()
  verdict = { verdict: 'clean', scanner: 'Test scanner 1' }
  assert.ok(!onDisk().includes(path))
  assert.deepEqual([(await stateOf(id)).state, (await merchant.get(`/api/artifacts/${id}`)).json.refused_because], ['refused', 'infected'])
  assert.deepEqual(outcome(await desk.get(`/api/artifacts/${id}/content`)), [409, 'artifact_refused'])
  const [row] = await lastAudit(1)
  assert.deepEqual([row!.action, row!.facts['because'], row!.facts['signature']], ['artifact.refused', 'infected', 'Test.Signature'])
  await world.deps.artifacts.scanRound()
  assert.equal((await stateOf(id)).state, 'refused')
  await clear()
})

// Guarantee: bytes that somebody changed where they lie are never handed out whole: not judged clean, and broken off where they were judged before.
test('bytes that changed are not handed out', async () => {
  const waiting = await upload()
  appendFileSync(await pathOf(waiting), 'x')
  await world.deps.artifacts.scanRound()
  assert.deepEqual([(await stateOf(waiting)).state, (await stateOf(waiting)).refused_because], ['refused', 'bytes_differ'])
  const { id } = await newArtifact(world, world.a, 'own')
  const path = await pathOf(id)
  appendFileSync(path, 'x')
  const answer = await desk.get(`/api/artifacts/${id}/content`)
  assert.deepEqual([answer.status, answer.json.code], [500, 'internal'])
  rmSync(path)
  assert.deepEqual(outcome(await desk.get(`/api/artifacts/${id}/content`)), [503, 'storage_unavailable'])
  await clear()
})

// Guarantee: a store that is away stores no row and keeps no bytes; what waits for its verdict goes on waiting and says why.
test('a store that is away', async () => {
  const id = await upload()
  const before = [await rows(), onDisk().length]
  away = true
  const refused = await merchant.post('/api/artifacts', uploadForm())
  assert.deepEqual([...outcome(refused), refused.headers['retry-after']], [503, 'storage_unavailable', '10'])
  await world.deps.artifacts.scanRound()
  assert.equal((await stateOf(id)).waits_because, 'storage_unavailable')
  away = false
  assert.deepEqual([await rows(), onDisk().length], before)
  await world.deps.artifacts.scanRound()
  assert.equal((await stateOf(id)).state, 'clean')
  await clear()
})

// Guarantee: attack 36: of many uploads at once no more are stored than the quota of the workspace has room for, and what found none leaves no bytes.
test('attack 36: a race for the last bytes of the quota', async () => {
  const size = uploadForm().bytes.length
  const senders = await Promise.all(Array.from({ length: 6 }, async () => (await world.member(world.a, 'merchant_client')).signIn()))
  const answers = await Promise.all(senders.flatMap((sender) => [1, 2].map(() => sender.post('/api/artifacts', uploadForm({}, `${'x'.repeat(1_200)} ${randomUUID()}`)))))
  const stored = answers.filter(({ status }) => status === 201)
  const { rows: [held] } = await world.database.superuser.query<{ bytes: string }>("select sum(size_bytes) as bytes from artifacts where state in ('quarantined', 'clean')")
  assert.ok(Number(held!.bytes) <= QUOTA && Number(held!.bytes) > QUOTA - size - 1_400, `${held!.bytes}`)
  for (const { status, json } of answers) if (status !== 201) assert.deepEqual([status, json.code], [409, 'storage_full'])
  assert.ok(stored.length < answers.length)
  assert.equal(onDisk().length, stored.length)
  await clear()
})

// Guarantee: what is past its time goes by itself, its row stays and the audit says that the server did it; what is not yet, stays.
test('retention ends files', async () => {
  const [old, young] = [await newArtifact(world, world.a, 'own'), await newArtifact(world, world.a, 'own')]
  await world.database.superuser.query("update artifacts set keep_until = now() - interval '1 second' where id = $1", [old.id])
  const kept_for_days = (Date.parse((await stateOf(young.id)).keep_until) - Date.now()) / 86_400_000
  assert.ok(kept_for_days > 2_550 && kept_for_days < 2_560, `${kept_for_days}`)
  assert.equal(await world.deps.artifacts.retentionRound(), 1)
  assert.deepEqual([(await stateOf(old.id)).state, (await stateOf(old.id)).removed_because, (await stateOf(young.id)).state], ['removed', 'retention', 'clean'])
  assert.equal(onDisk().length, 1)
  const [row] = await lastAudit(1)
  assert.deepEqual([row!.action, row!.role, row!.facts['because']], ['artifact.removed', 'server', 'retention'])
  await clear()
})

// Guarantee: attack 36: a server that dies between the storing of bytes and of their row leaves no row, and bytes that the sweep removes an hour later and not before; rows whose bytes are gone are counted.
test('attack 36: killed between bytes and row, and swept', async () => {
  const victim = await startInstance(world.database.url, world.files)
  const kept = await newArtifact(world, world.a, 'own')
  const lost = await newArtifact(world, world.a, 'own')
  rmSync(await pathOf(lost.id))
  await victim.dieAt('worked')
  const form = uploadForm()
  const headers = { cookie: `flowclaw=${merchant.token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(merchant.token), 'idempotency-key': randomUUID(), 'content-type': form.content_type }
  const before = [await rows(), onDisk().length] as const
  assert.equal(await victim.ask('POST', '/api/artifacts', { headers, body: form }), 'no answer')
  await wait(200)
  assert.deepEqual([await rows(), onDisk().length], [before[0], before[1] + 1])
  assert.deepEqual(await world.deps.artifacts.sweepRound(), { orphans: 0, rows_without_bytes: 1 })
  now = () => new Date(Date.now() + 3_700_000)
  assert.deepEqual(await world.deps.artifacts.sweepRound(), { orphans: 1, rows_without_bytes: 1 })
  now = () => new Date()
  assert.deepEqual([await rows(), onDisk().length], before)
  assert.equal((await desk.get(`/api/artifacts/${kept.id}/content`)).status, 200)
  const again = await merchant.post('/api/artifacts', form, { 'idempotency-key': headers['idempotency-key'] })
  assert.equal(again.status, 201, 'sent again under the same key it is stored')
  await clear()
})

// Guarantee: attack 36: a sender that breaks off, that announces more or less than it sends, or that never ends its form, leaves no row and no bytes.
test('attack 36: aborted streams and lies about the length', async () => {
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = world.app.server.address() as { port: number }
  const form = uploadForm()
  const before = await rows()
  /** Sends this much of the form under this length, then ends in this way; answers what came back. */
  const send = (length: number | 'chunked', bytes: Buffer, end: 'destroy' | 'end' | 'wait'): Promise<string> => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.on('data', (text) => { said += text.toString('latin1'); if (end === 'wait') socket.end() })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    const size = length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`
    socket.write(`POST /api/artifacts HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: flowclaw=${merchant.token}\r\norigin: ${ORIGIN}\r\nx-csrf-token: ${csrfTokenOf(merchant.token)}\r\nidempotency-key: ${randomUUID()}\r\ncontent-type: ${form.content_type}\r\n${size}\r\n\r\n`)
    socket.write(length === 'chunked' ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]) : bytes)
    if (end === 'destroy') setTimeout(() => socket.destroy(), 100)
    if (end === 'end') setTimeout(() => socket.end(), 100)
  })
  const half = form.bytes.subarray(0, form.bytes.length >> 1)
  assert.equal(await send(form.bytes.length, half, 'destroy'), '')
  await send(form.bytes.length, half, 'end')
  await send('chunked', half, 'destroy')
  await send('chunked', form.bytes.subarray(0, -4), 'end')
  // Less announced than sent: the rest is another request, and no form that ends where its length says.
  assert.match(await send(half.length, form.bytes, 'wait'), /^HTTP\/1\.1 400 /)
  // More announced than sent, and then waiting for it.
  await send(form.bytes.length + 5_000, form.bytes, 'destroy')
  assert.match(await send(50_000_000, half, 'wait'), /^HTTP\/1\.1 413 /)
  for (let tries = 0; onDisk().length > 0 && tries < 100; tries++) await wait(20)
  assert.deepEqual([await rows(), onDisk()], [before, []])
})
