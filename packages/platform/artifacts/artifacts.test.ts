import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { ARTIFACT_CLASSES } from '#contracts/api/artifacts.ts'
import { ROLES } from '#contracts/roles.ts'
import { artifactReach, isReadingAudited, mayStore } from './access.ts'
import { keepDaysOf } from './retention.ts'
import { createSlots } from './slots.ts'
import { verifiedStream } from './verified-stream.ts'

const MERCHANT = '11111111-0000-4000-8000-000000002001'

// Guarantee: what each role sees and may store, written out: the desk everything, a merchant its own of two classes and stores one, everybody else nothing.
test('who sees and stores what', () => {
  const table = ROLES.map((role) => {
    const actor = { role, merchant_id: role === 'merchant_client' ? MERCHANT : null }
    return [role, artifactReach(actor), ARTIFACT_CLASSES.filter((each) => mayStore(actor, each))]
  })
  assert.deepEqual(table, [
    ['platform_admin', null, ['public', 'merchant', 'desk', 'restricted']],
    ['desk_operator', null, ['public', 'merchant', 'desk', 'restricted']],
    ['merchant_client', { merchant_id: MERCHANT, classes: ['public', 'merchant'] }, ['merchant']],
    ['settlement_agent', { merchant_id: '00000000-0000-0000-0000-000000000000', classes: [] }, []],
  ])
  assert.deepEqual(artifactReach({ role: 'merchant_client', merchant_id: null }), { merchant_id: '00000000-0000-0000-0000-000000000000', classes: ['public', 'merchant'] }, 'a merchant user without a merchant sees nothing')
  assert.deepEqual(artifactReach({ role: 'root' as never, merchant_id: null })?.classes, [])
  assert.deepEqual(ARTIFACT_CLASSES.filter(isReadingAudited), ['restricted'])
})

// Guarantee: no file is kept for less than its table says, and a kind that nobody listed for the longest time.
test('how long a file is kept', () => {
  assert.deepEqual(['report', 'quote', 'message', 'screening', 'PROFORMA_INVOICE', 'mt103_or_pacs008', 'constructor', '__proto__'].map(keepDaysOf), [730, 730, 730, 1826, 2557, 2557, 2557, 2557])
})

// Guarantee: bytes that are not those of the row never arrive whole: the last of them is held back until all are known to be right.
test('a stream that differs breaks off before its end', async () => {
  const bytes = randomBytes(300_000)
  const row = { sha256: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length }
  const through = async (sent: Buffer): Promise<Buffer> => {
    const got: Buffer[] = []
    await pipeline(Readable.from(Array.from({ length: Math.ceil(sent.length / 50_000) }, (_, i) => sent.subarray(i * 50_000, (i + 1) * 50_000))), verifiedStream(row), async (source) => { for await (const part of source as AsyncIterable<Buffer>) got.push(part) }).catch(() => undefined)
    return Buffer.concat(got)
  }
  assert.deepEqual(await through(bytes), bytes)
  const changed = Buffer.from(bytes)
  changed[10]! ^= 1
  for (const wrong of [changed, bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('x')]), Buffer.alloc(0)]) assert.ok((await through(wrong)).length < bytes.length)
})

// Guarantee: no more come in at once than there are places, one person takes no more than a share of them, and a place is given back once.
test('places for uploads', () => {
  const slots = createSlots({ all: 3, of_one: 2 })
  const [a, b] = [slots.take('a'), slots.take('a')]
  assert.ok(a !== null && b !== null)
  assert.equal(slots.take('a'), null)
  const c = slots.take('b')
  assert.ok(c !== null)
  assert.equal(slots.take('c'), null)
  a()
  a()
  assert.ok(slots.take('c') !== null)
  assert.equal(slots.take('c'), null)
})
