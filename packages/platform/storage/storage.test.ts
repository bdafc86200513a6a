import assert from 'node:assert/strict'
import { randomBytes, createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { cleanFileName, contentDisposition, openLocalStore, openS3Store, openSpool, StoreUnavailable, type ArtifactStore, type Spooled } from './index.ts'
import { SHA256_OF_NOTHING, signedHeaders } from './s3-signature.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowclaw-store-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const TENANT = '11111111-0000-4000-8000-000000000001'
const spool = openSpool(join(folder, 'incoming'))
const chunks = async function* (...parts: readonly Buffer[]): AsyncGenerator<Buffer> { yield* parts }
const spooled = async (bytes: Buffer): Promise<Spooled> => {
  const received = await spool.receive(chunks(bytes), 1_000_000)
  assert.ok(received.ok)
  return received.value
}
const bytesOf = async (store: ArtifactStore, key: string): Promise<Buffer> => Buffer.concat(await (await store.open(key))!.toArray() as Buffer[])
const listed = async (store: ArtifactStore): Promise<string[]> => {
  const keys: string[] = []
  for await (const { storage_key } of store.list(TENANT)) keys.push(storage_key)
  return keys.sort()
}

// Guarantee: a spool keeps what came, counted and hashed, and of whatever ends badly (too much, nothing, a source that breaks off) not one file.
test('a spool keeps whole files alone', async () => {
  const bytes = randomBytes(100_000)
  const whole = await spool.receive(chunks(bytes.subarray(0, 10), bytes.subarray(10)), bytes.length)
  assert.ok(whole.ok)
  assert.deepEqual([whole.value.size_bytes, whole.value.sha256], [bytes.length, createHash('sha256').update(bytes).digest('hex')])
  await whole.value.discard()
  await whole.value.discard()
  assert.deepEqual(await spool.receive(chunks(bytes), bytes.length - 1), { ok: false, error: { code: 'file_too_large' } })
  assert.deepEqual(await spool.receive(chunks(), 10), { ok: false, error: { code: 'file_empty' } })
  await assert.rejects(spool.receive((async function* () { yield bytes; throw new Error('gone') })(), 1_000_000), /gone/)
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})

// Guarantee: what a server that died left in the spool is swept once it is old, and what is still coming in is not.
test('a spool sweeps what is old', async () => {
  const file = await spooled(Buffer.from('x'))
  assert.equal(await spool.sweep(statSync(file.path).mtimeMs - 1), 0)
  assert.equal(await spool.sweep(statSync(file.path).mtimeMs + 1), 1)
})

// Guarantee: the folder gives back what it was given, under keys that nobody can guess or steer, readable by its owner alone, and forgets it when told.
test('the folder keeps, lists and forgets', async () => {
  const root = join(folder, 'files')
  const store = openLocalStore(root)
  const bytes = randomBytes(5_000)
  const file = await spooled(bytes)
  // On the same disk, as the product has it.
  const key = await store.put(TENANT, file)
  assert.match(key, new RegExp(`^${TENANT}/[A-Za-z0-9_-]{43}$`))
  assert.deepEqual(await bytesOf(store, key), bytes)
  assert.equal(statSync(join(root, TENANT)).mode & 0o777, 0o700)
  assert.equal(statSync(join(root, key)).mode & 0o777, 0o600)
  assert.notEqual(await store.put(TENANT, await spooled(bytes)), key, 'the same content has another key')
  writeFileSync(join(root, TENANT, 'not-ours.txt'), 'x')
  assert.equal((await listed(store)).length, 2)
  await store.remove(key)
  await store.remove(key)
  assert.equal(await store.open(key), null)
  assert.equal((await listed(store)).length, 1)
  for (const wrong of ['../../etc/passwd', `${TENANT}/../${key.split('/')[1]}`, `${TENANT}/x`, '', `${key}/..`, `${TENANT}\0/x`]) {
    await assert.rejects(store.open(wrong), /not a storage key/, wrong)
    await assert.rejects(store.remove(wrong), /not a storage key/, wrong)
  }
  await assert.rejects(store.put('../evil', await spooled(bytes)), /a tenant is a UUID/)
})

// Guarantee: requests are signed as the service's own documents say, by their published examples.
test('the signature of AWS’s examples', () => {
  const credentials = { access_key_id: ['AKIA', 'IOSFODNN7EXAMPLE'].join(''), secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' }
  const at = new Date('2013-05-24T00:00:00Z')
  const host = 'https://examplebucket.s3.amazonaws.com'
  const signature = (path: string, headers: Record<string, string> = {}, method: 'GET' | 'PUT' = 'GET', payload_sha256 = SHA256_OF_NOTHING) =>
    signedHeaders({ method, url: new URL(`${host}${path}`), payload_sha256, at, headers }, credentials)['authorization']!.split('Signature=')[1]
  assert.equal(signature('/test.txt', { range: 'bytes=0-9' }), 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  assert.equal(signature('/?lifecycle='), 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')
  assert.equal(signature('/?max-keys=2&prefix=J'), '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
  assert.equal(signature('/test$file.text', { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, 'PUT', '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'), '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd')
})

// Guarantee: attack 36: a service that answers 500, a redirect, a page, nothing, too slowly or half is unavailable in bounded time: nothing counts as stored, read, removed or listed, no redirect is followed, and no message holds the key.
test('attack 36: whatever is not an answer of S3 is none', async () => {
  const followed: string[] = []
  const faults: Readonly<Record<string, (response: ServerResponse, path: string) => void>> = {
    '500': (response) => { response.writeHead(500).end('<Error><Code>InternalError</Code></Error>') }, '503': (response) => { response.writeHead(503).end() }, '403': (response) => { response.writeHead(403).end() },
    'a redirect': (response, path) => { if (path === '/elsewhere') followed.push(path); response.writeHead(302, { location: '/elsewhere' }).end() }, 'a permanent redirect': (response) => { response.writeHead(301, { location: '/elsewhere' }).end() },
    'a page': (response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>') }, 'nothing': (response) => { response.destroy() }, 'hangs': () => undefined,
    'hangs in its body': (response) => { response.writeHead(200, { etag: '"x"' }); response.write('<ListBucketResult>') }, 'an empty listing that is none': (response) => { response.writeHead(200).end('') },
  }
  for (const [name, fault] of Object.entries(faults)) {
    const server = createServer((request, response) => { request.resume(); fault(response, request.url!) }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const store = openS3Store({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bucket: 'files', region: 'us-east-1', access_key_id: 'x', secret_access_key: 'y' }, { fetch, now: () => new Date(), timeout_ms: 400 })
    const key = `${TENANT}/${'k'.repeat(43)}`
    const file = await spooled(Buffer.from('bytes'))
    const started = performance.now()
    const unavailable = async (work: () => Promise<unknown>, what: string): Promise<void> => assert.rejects(work, (error: Error) => {
      assert.ok(error instanceof StoreUnavailable, `${name} ${what}: ${error.message}`)
      assert.ok(!error.message.includes('kkkk'))
      return true
    }, `${name}: ${what}`)
    if (name !== 'hangs in its body') {
      await unavailable(() => store.put(TENANT, file), 'put')
      await unavailable(() => store.open(key), 'open')
      if (!['a page', 'an empty listing that is none'].includes(name)) await unavailable(() => store.remove(key), 'remove')
    }
    await unavailable(() => listed(store), 'list')
    assert.ok(performance.now() - started < 5_000, name)
    await file.discard()
    server.closeAllConnections()
    server.close()
  }
  assert.deepEqual(followed, [])
})

// Guarantee: whatever a file was called, its kept name is one visible line without path, and the header made of it is one that it cannot end.
test('any name becomes a name', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 })), fc.constantFrom('', '.pdf', '.PNG', '.a-long-extension'), (stem, extension) => {
    const name = cleanFileName(`${stem}${extension}`)
    assert.ok(name.length >= 1 && [...name].length <= 130, name)
    assert.doesNotMatch(name, /[\p{Cc}\p{Cf}\p{Cs}/\\<>:"|?*%;]/u)
    assert.ok(!name.startsWith('.') && name === name.trim())
    assert.match(contentDisposition('attachment', name), /^attachment; filename="[ -!#-$&-[\]-~]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*$/)
    assert.equal(cleanFileName(name), name)
  }), { numRuns: 3_000 })
})
