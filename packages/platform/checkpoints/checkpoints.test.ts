import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkpointLine, holdsCheckpoint } from '#contracts/audit-checkpoint.ts'
import { appendAlone } from '#database/index.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestTenant, type TestTenant } from '#tools/testing/tenant.ts'
import { CheckpointKeyError, checkpointKeysOf, createCheckpoints, makeCheckpointKeyFile, newCheckpointKey, openKeptFolder, readCheckpointKeys, type CheckpointOptions } from './index.ts'

let database: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'fc-checkpoints-'))
before(async () => { database = await openTestDatabase() })
after(async () => { await database.close(); rmSync(folder, { recursive: true, force: true }) })

const KEY = newCheckpointKey()
const START_MS = Date.parse('2026-09-29T08:00:00.750Z')
let folders = 0
const freshFolder = (): string => join(folder, String(folders++))

type Signer = { readonly checkpoints: ReturnType<typeof createCheckpoints>; readonly at: string; wait(seconds: number): void; readonly trouble: unknown[] }
/** A server's signer with a clock that the test moves. */
function signer(change: Partial<CheckpointOptions> & { readonly at?: string } = {}): Signer {
  const at = change.at ?? freshFolder()
  const trouble: unknown[] = []
  let now_ms = START_MS
  const checkpoints = createCheckpoints({
    db: database.db, keys: checkpointKeysOf(KEY), folder: openKeptFolder(at), every_events: 5, every_s: 300, now: () => new Date(now_ms), onTrouble: (what) => trouble.push(what), ...change,
  })
  return { checkpoints, at, wait: (seconds) => { now_ms += seconds * 1000 }, trouble }
}
async function grow(tenant: TestTenant, events: number): Promise<void> {
  for (let n = 0; n < events; n += 1) await appendAlone(database.db, tenant.admin, { action: 'test.done', entity: 'test', entity_id: `${n}`, transition_seq: null, facts: { n } }, { request_id: 'r' })
}
const keptLines = (at: string, tenant_id: string) => readFileSync(join(at, `${tenant_id}.jsonl`), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
const storedSeqs = async (tenant_id: string): Promise<number[]> => (await database.superuser.query('select seq from audit_checkpoints where tenant_id = $1 order by seq', [tenant_id])).rows.map(({ seq }) => Number(seq))
/** As somebody with the strongest hand there is. */
async function force(...statements: string[]): Promise<void> {
  await database.superuser.query(['begin', 'set local session_replication_role = replica', ...statements, 'commit'].join('; '))
}

// Guarantee: a chain is signed once it grew by the set number of events, or by one and the set time has passed; an empty or unchanged one is not.
test('when a checkpoint is made', async () => {
  const tenant = await makeTestTenant(database)
  const { checkpoints, wait } = signer()
  const status = async () => (await checkpoints.sign(tenant.tenant_id, 'if_due')).status
  assert.equal(await status(), 'left')
  await grow(tenant, 1)
  assert.equal(await status(), 'signed')
  assert.equal(await status(), 'current')
  await grow(tenant, 4)
  assert.equal(await status(), 'left')
  await grow(tenant, 1)
  assert.equal(await status(), 'signed')
  await grow(tenant, 1)
  wait(299)
  assert.equal(await status(), 'left')
  wait(2)
  assert.equal(await status(), 'signed')
  await grow(tenant, 1)
  assert.equal((await checkpoints.sign(tenant.tenant_id, 'now')).status, 'signed')
  wait(10_000)
  assert.equal(await status(), 'current')
  assert.deepEqual(await storedSeqs(tenant.tenant_id), [1, 6, 7, 8])
})

// Guarantee: a checkpoint says tenant, number, hash, time and key of the chain's end; its signature holds, in the store and in the folder alike, and is signed once by however many servers try.
test('three servers sign one chain once', async () => {
  const tenant = await makeTestTenant(database)
  await grow(tenant, 12)
  const servers = [signer(), signer({ db: database.open() }), signer({ db: database.open() })]
  await Promise.all(servers.flatMap(({ checkpoints }) => [checkpoints.sign(tenant.tenant_id, 'now'), checkpoints.round()]))
  assert.deepEqual(await storedSeqs(tenant.tenant_id), [12])
  await Promise.all(servers.map(({ checkpoints }) => checkpoints.round()))
  const { rows: [head] } = await database.superuser.query("select encode(hash, 'hex') as hash from audit_heads where tenant_id = $1", [tenant.tenant_id])
  for (const { at } of servers) {
    const [checkpoint] = keptLines(at, tenant.tenant_id)
    assert.deepEqual([checkpoint.seq, checkpoint.hash, checkpoint.at], [12, head.hash, '2026-09-29T08:00:00Z'])
    assert.equal(await holdsCheckpoint(checkpoint), true)
  }
  assert.equal(statSync(join(servers[0]!.at, `${tenant.tenant_id}.jsonl`)).mode & 0o077, 0)
})

// Guarantee: a chain whose tail, head and checkpoints the database's owner cut or wrote again is never signed, the log says so once, and the evidence of the folder still tells.
test('a cut or rewritten chain is not signed', async () => {
  for (const how of ['truncated', 'forked', 'edited'] as const) {
    const tenant = await makeTestTenant(database)
    const own = signer()
    await grow(tenant, 8)
    await own.checkpoints.sign(tenant.tenant_id, 'now')
    await grow(tenant, 4)
    const t = `tenant_id = '${tenant.tenant_id}'`
    await force(`delete from audit_checkpoints where ${t}`, ...({
      truncated: [`delete from audit_events where ${t} and seq > 6`, `update audit_heads set seq = 6, hash = (select hash from audit_events where ${t} and seq = 6) where ${t}`],
      forked: [`update audit_events set hash = sha256('other') where ${t} and seq = 8`],
      edited: [`update audit_events set payload = convert_to(replace(convert_from(payload, 'UTF8'), '"n":2', '"n":9'), 'UTF8') where ${t} and seq = 11`],
    })[how])
    // A server that starts anew knows no more than its folder.
    for (const each of [own, signer({ at: own.at })]) {
      const outcome = await each.checkpoints.sign(tenant.tenant_id, 'now')
      assert.ok(outcome.status === 'broken', how)
      assert.deepEqual([outcome.verdict.broken_at, outcome.verdict.how], { truncated: [7, 'truncated'], forked: [8, 'forked'], edited: [11, 'edited'] }[how])
    }
    own.wait(301)
    await own.checkpoints.round()
    await own.checkpoints.round()
    assert.equal(own.trouble.filter((what) => (what as { tenant_id: string }).tenant_id === tenant.tenant_id).length, 1)
    assert.deepEqual(await storedSeqs(tenant.tenant_id), [])
    assert.equal((await own.checkpoints.evidence(tenant.tenant_id)).signed_up_to, 8)
  }
})

// Guarantee: what a server signed and did not live to keep is kept by the next round, behind a line that a crash cut short, and what is no good signature of a known key counts for nothing.
test('the folder is completed and weighed', async () => {
  const tenant = await makeTestTenant(database)
  await grow(tenant, 3)
  await signer({ folder: null }).checkpoints.sign(tenant.tenant_id, 'now')
  const { checkpoints, at } = signer()
  await checkpoints.round()
  assert.deepEqual(keptLines(at, tenant.tenant_id).map(({ seq }) => seq), [3])
  appendFileSync(join(at, `${tenant.tenant_id}.jsonl`), '{"type":"checkpoint","seq":4')
  await grow(tenant, 1)
  await checkpoints.sign(tenant.tenant_id, 'now')
  const good = JSON.parse(readFileSync(join(at, `${tenant.tenant_id}.jsonl`), 'utf8').trimEnd().split('\n').at(-1)!)
  assert.equal(good.seq, 4)
  const other = checkpointKeysOf(newCheckpointKey()).sign({ tenant_id: tenant.tenant_id, seq: 4, hash: '0'.repeat(64), at: good.at })
  appendFileSync(join(at, `${tenant.tenant_id}.jsonl`), checkpointLine(other) + checkpointLine({ ...good, hash: '0'.repeat(64) }))
  const { kept, ...evidence } = await checkpoints.evidence(tenant.tenant_id)
  assert.deepEqual(evidence, { signed_up_to: 4, signed_at: '2026-09-29T08:00:00Z', refused: 1, by_other_keys: 1 })
  assert.deepEqual([...kept.keys()], [3, 4])
  assert.equal(kept.get(4), good.hash)
})

// Guarantee: after a rotation the new key signs and the old one's checkpoints still count; without the old public key they do not, and nothing else breaks.
test('a key is rotated', async () => {
  const tenant = await makeTestTenant(database)
  await grow(tenant, 2)
  const old = checkpointKeysOf(KEY)
  const { checkpoints } = signer()
  await checkpoints.sign(tenant.tenant_id, 'now')
  await grow(tenant, 2)
  const next = newCheckpointKey()
  const oldPublic = createPublicKey(KEY).export({ type: 'spki', format: 'pem' }) as string
  const rotated = signer({ keys: checkpointKeysOf(next + oldPublic) })
  assert.deepEqual(rotated.checkpoints.keys.map(({ key_id }) => key_id), [checkpointKeysOf(next).trusted[0].key_id, old.trusted[0].key_id])
  assert.equal((await rotated.checkpoints.sign(tenant.tenant_id, 'now')).status, 'signed')
  assert.deepEqual([...(await rotated.checkpoints.evidence(tenant.tenant_id)).kept.keys()], [2, 4])
  const forgotten = await signer({ keys: checkpointKeysOf(next) }).checkpoints.evidence(tenant.tenant_id)
  assert.deepEqual([[...forgotten.kept.keys()], forgotten.by_other_keys], [[4], 1])
})

// Guarantee: a key file is made once and closed to others; one that others may read, or that holds something else, is refused without a word of what it holds.
test('the key file', () => {
  const file = join(folder, 'key.pem')
  makeCheckpointKeyFile(file)
  const made = readFileSync(file, 'utf8')
  makeCheckpointKeyFile(file)
  assert.equal(readFileSync(file, 'utf8'), made)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(readCheckpointKeys(file).trusted.length, 1)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  for (const text of ['', 'canary', rsa, made + made, made.replace('MC4CAQ', 'AAAAAA')]) {
    writeFileSync(file, text)
    assert.throws(() => readCheckpointKeys(file), (error: Error) => error instanceof CheckpointKeyError && !error.message.includes('canary'), text.slice(0, 40))
  }
  writeFileSync(file, made)
  chmodSync(file, 0o640)
  assert.throws(() => readCheckpointKeys(file), /chmod 600/)
  assert.throws(() => readCheckpointKeys(join(folder, 'none.pem')), /cannot be read \(ENOENT\)/)
})
