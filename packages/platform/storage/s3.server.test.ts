// Needs `versitygw` on the PATH; run by `node tools/test.ts --server`.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openS3Store, openSpool, StoreUnavailable, type ArtifactStore, type S3Settings } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowclaw-s3-'))
const TENANTS = ['11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000001'] as const
let gateway: ChildProcess
let settings: S3Settings
const open = (change: Partial<S3Settings> = {}): ArtifactStore => openS3Store({ ...settings, ...change }, { fetch, now: () => new Date(), timeout_ms: 5_000 })

before(async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  // A folder is a bucket of the gateway.
  mkdirSync(join(folder, 'gateway', 'files'), { recursive: true })
  settings = { url: `http://127.0.0.1:${port}`, bucket: 'files', region: 'us-east-1', access_key_id: 'gateway', secret_access_key: randomBytes(24).toString('hex') }
  gateway = spawn('versitygw', ['--access', settings.access_key_id, '--secret', settings.secret_access_key, '--region', settings.region, '--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', join(folder, 'sidecar'), join(folder, 'gateway')], { stdio: ['ignore', 'ignore', 'inherit'] })
  mkdirSync(join(folder, 'sidecar'), { recursive: true })
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(settings.url).then(() => true, () => false)) return
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  throw new Error('versitygw did not start within 10 s')
})
after(() => {
  gateway.kill()
  rmSync(folder, { recursive: true, force: true })
})

const all = async <T>(list: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const one of list) found.push(one)
  return found
}
const spool = openSpool(join(folder, 'incoming'))
const put = async (store: ArtifactStore, tenant_id: string, bytes: Buffer): Promise<string> => {
  const received = await spool.receive((async function* () { yield bytes })(), 30_000_000)
  assert.ok(received.ok)
  const key = await store.put(tenant_id, received.value)
  await received.value.discard()
  return key
}

// Guarantee: a real S3 service gives back, lists by tenant over more than one page, and forgets what it was given.
test('a bucket keeps, lists and forgets', async () => {
  const store = open()
  const bytes = randomBytes(6_000_000)
  const key = await put(store, TENANTS[0], bytes)
  assert.deepEqual(Buffer.concat(await (await store.open(key))!.toArray() as Buffer[]), bytes)
  const other = await put(store, TENANTS[1], Buffer.from('of another tenant'))
  const many = [key]
  for (let n = 0; n < 1_005; n += 15) many.push(...await Promise.all(Array.from({ length: 15 }, (_, i) => put(store, TENANTS[0], Buffer.from(`${n + i}`)))))
  const found = await all(store.list(TENANTS[0]))
  assert.deepEqual(found.map(({ storage_key }) => storage_key).sort(), many.sort())
  for (const { written_ms } of found) assert.ok(Math.abs(written_ms - Date.now()) < 120_000)
  assert.deepEqual((await all(store.list(TENANTS[1]))).map(({ storage_key }) => storage_key), [other])
  await store.remove(key)
  await store.remove(key)
  assert.equal(await store.open(key), null)
})

// Guarantee: a wrong secret, a bucket that is not there and bytes other than those that were signed store nothing.
test('a service that refuses is unavailable', async () => {
  await assert.rejects(put(open({ secret_access_key: 'wrong' }), TENANTS[0], Buffer.from('x')), StoreUnavailable)
  await assert.rejects(put(open({ bucket: 'no-such-bucket' }), TENANTS[0], Buffer.from('x')), StoreUnavailable)
  await assert.rejects(all(open({ secret_access_key: 'wrong' }).list(TENANTS[0])), StoreUnavailable)
  const received = await spool.receive((async function* () { yield Buffer.from('these') })(), 100)
  assert.ok(received.ok)
  await assert.rejects(open().put(TENANTS[0], { ...received.value, bytes: async () => Buffer.from('those') }), StoreUnavailable)
})
