import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { generateKeyPairSync, sign } from 'node:crypto'
import { checkpointBytes, checkpointKeyId, publicKeyText } from './audit-checkpoint.ts'
import { chainGenesis, chainHash } from './audit-chain.ts'
import { AUDIT_EXPORT_FORMAT, verifyAuditExport } from './audit-export.ts'

const TENANT = '11111111-0000-4000-8000-000000000001'
type Event = { type: 'event'; seq: number; at: string; payload: string; hash: string }
const START_US = 1_790_000_000_000_000n

const atOf = (us: bigint): string => `${new Date(Number(us / 1000n)).toISOString().slice(0, 19)}.${String(us % 1_000_000n).padStart(6, '0')}Z`
const payloadOf = (seq: number, note: string): string => JSON.stringify({ action: 'test.done', facts: { note }, n: seq, tenant_id: TENANT })

/** Events from a number on, as the append function chains them. */
function chain(from: number, to: number, before: Uint8Array, note: string): Event[] {
  let hash = before
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const seq = from + i
    const at_us = START_US + BigInt(seq) * 1_500_007n
    const payload = payloadOf(seq, note)
    hash = chainHash(hash, { seq, at_us, payload: Buffer.from(payload) })
    return { type: 'event', seq, at: atOf(at_us), payload, hash: Buffer.from(hash).toString('hex') }
  })
}
const head = (event: Event) => ({ type: 'head', seq: event.seq, hash: event.hash })
const first = { type: 'genesis', format: AUDIT_EXPORT_FORMAT, tenant_id: TENANT, genesis: chainGenesis(TENANT).toString('hex') }
const LENGTH = 40
const WHOLE = chain(1, LENGTH, chainGenesis(TENANT), '温州')
const HEAD = head(WHOLE.at(-1)!)
const lines = (events: readonly object[], end: object | null = HEAD): string[] => [first, ...events, ...(end === null ? [] : [end])].map((line) => JSON.stringify(line))
const verdict = async (file: readonly string[], kept?: ReadonlyMap<number, string>, pinned?: ReadonlySet<string>) => {
  const said = await verifyAuditExport(file, { kept, pinned })
  return said.ok ? 'verified' : said.tenant_id === null ? said.why : [said.first_bad_seq, said.how]
}
const without = (from: number, count = 1): Event[] => WHOLE.filter(({ seq }) => seq < from || seq >= from + count)
const withEvent = (seq: number, change: Partial<Event>): Event[] => WHOLE.map((event) => (event.seq === seq ? { ...event, ...change } : event))
const UNSIGNED = { up_to: null, at: null, checkpoints: 0, key_ids: [], pinned: false, by_other_keys: 0 }
const position = fc.integer({ min: 1, max: LENGTH })
const holds = <T>(property: fc.IAsyncProperty<T>): Promise<void> => fc.assert(property, { numRuns: 400 })

// Guarantee: an export as it was made is verified, the empty one too.
test('a whole export', async () => {
  assert.deepEqual(await verifyAuditExport(lines(WHOLE)), { ok: true, tenant_id: TENANT, events: LENGTH, head: { seq: LENGTH, hash: HEAD.hash }, signed: UNSIGNED })
  assert.equal(await verdict([JSON.stringify({ ...first, format: 'flowclaw-audit-export-1' }), ...lines(WHOLE).slice(1)]), 'verified')
  assert.equal(await verdict(lines([], { type: 'head', seq: 0, hash: first.genesis })), 'verified')
})

// Guarantee: a line in which something stands that nobody hashed, a field twice or one more, is not verified.
test('a line says nothing beside what was hashed', async () => {
  const [genesis, event, ...rest] = lines(WHOLE)
  for (const forged of [event!.replace('{', '{"payload":"{\\"action\\":\\"another\\"}",'), event!.replace('{', '{"who":"somebody else",'), event!.replace('{', '{ '), event!.replace('"type"', '"\\u0074ype"')]) {
    assert.notEqual(forged, event)
    assert.deepEqual(await verdict([genesis!, forged, ...rest]), [1, 'edited'], forged)
  }
})

// Guarantee: whichever event is edited, in any field and at any character, the edit is found at its number.
test('an edit is found at its number', async () => {
  await holds(fc.asyncProperty(position, fc.constantFrom('payload', 'at', 'hash'), fc.nat(), fc.constantFrom('0', '1', 'x', ' ', '"', '温'), async (seq, field, at, letter) => {
    const event = WHOLE[seq - 1]!
    const text = event[field as 'payload' | 'at' | 'hash']
    const place = at % text.length
    const edited = text.slice(0, place) + letter + text.slice(place + 1)
    fc.pre(edited !== text)
    const [number, how] = (await verdict(lines(withEvent(seq, { [field]: edited })))) as [number, string]
    assert.equal(number, seq)
    // A time moved past its neighbours reads as a row that was moved.
    assert.ok(how === 'edited' || (field === 'at' && how === 'reordered'), how)
  }))
})

// Guarantee: an event that was rewritten together with its own hash shows at the next one, and at the head when it is the last.
test('an event with a hash of its own', async () => {
  await holds(fc.asyncProperty(position, async (seq) => {
    const before = seq === 1 ? chainGenesis(TENANT) : Buffer.from(WHOLE[seq - 2]!.hash, 'hex')
    const [forged] = chain(seq, seq, before, 'forged')
    assert.deepEqual(await verdict(lines(withEvent(seq, forged!))), seq === LENGTH ? [LENGTH, 'forked'] : [seq + 1, 'edited'])
  }))
})

// Guarantee: events that are gone are found at the first number of them; at the end the file is cut.
test('a removal is found at its number', async () => {
  await holds(fc.asyncProperty(position, fc.integer({ min: 1, max: 5 }), async (seq, count) => {
    assert.deepEqual(await verdict(lines(without(seq, count))), [seq, seq + count > LENGTH ? 'truncated' : 'missing'])
  }))
})

// Guarantee: a line moved to any other place is found at the first number that it leaves wrong.
test('another order is found at its number', async () => {
  await holds(fc.asyncProperty(position, position, async (from, to) => {
    fc.pre(from !== to)
    const moved = without(from)
    moved.splice(to - 1, 0, WHOLE[from - 1]!)
    assert.deepEqual(await verdict(lines(moved)), [Math.min(from, to), 'reordered'])
  }))
})

// Guarantee: two rows that took each other's numbers are found at the lower one.
test('swapped contents are found at the lower number', async () => {
  await holds(fc.asyncProperty(position, position, async (a, b) => {
    fc.pre(a < b)
    const [low, high] = [WHOLE[a - 1]!, WHOLE[b - 1]!]
    const swapped = WHOLE.map((event) => (event.seq === a ? { ...high, seq: a } : event.seq === b ? { ...low, seq: b } : event))
    assert.deepEqual(await verdict(lines(swapped)), [a, 'reordered'])
  }))
})

// Guarantee: a file that ends early is found at the first number it lacks, with its head line or without.
test('a cut file is found at its number', async () => {
  await holds(fc.asyncProperty(fc.integer({ min: 0, max: LENGTH - 1 }), fc.boolean(), async (kept, withHead) => {
    assert.deepEqual(await verdict(lines(WHOLE.slice(0, kept), withHead ? HEAD : null)), [kept + 1, 'truncated'])
  }))
  assert.deepEqual(await verdict(lines(WHOLE, null)), [LENGTH + 1, 'truncated'])
})

// Guarantee: a second event under a number that is taken, and a tail behind the head, are found at their numbers.
test('a fork inside one file is found at its number', async () => {
  await holds(fc.asyncProperty(position, position, async (a, b) => {
    const [seq, later] = a < b ? [a, b] : [b, a]
    const [second] = chain(seq, seq, seq === 1 ? chainGenesis(TENANT) : Buffer.from(WHOLE[seq - 2]!.hash, 'hex'), 'second')
    const forked = [...WHOLE]
    forked.splice(later, 0, second!)
    assert.deepEqual(await verdict(lines(forked)), [seq, 'forked'])
  }))
  const tail = chain(LENGTH + 1, LENGTH + 3, Buffer.from(HEAD.hash, 'hex'), 'more')
  assert.deepEqual(await verdict(lines([...WHOLE, ...tail])), [LENGTH + 1, 'forked'])
  assert.deepEqual(await verdict([...lines(WHOLE), JSON.stringify(tail[0])]), [LENGTH + 1, 'edited'])
})

// Guarantee: a history that was written again from some number on, with hashes and a head of its own, is found at that number by any export that was kept and reaches it.
test('a rewritten history is found against a kept export', async () => {
  await holds(fc.asyncProperty(position, position, async (from, keptTo) => {
    const rewritten = [...WHOLE.slice(0, from - 1), ...chain(from, LENGTH, from === 1 ? chainGenesis(TENANT) : Buffer.from(WHOLE[from - 2]!.hash, 'hex'), 'another')]
    const kept = new Map(WHOLE.slice(0, keptTo).map(({ seq, hash }) => [seq, hash]))
    const file = lines(rewritten, head(rewritten.at(-1)!))
    assert.equal(await verdict(file), 'verified')
    assert.deepEqual(await verdict(file, kept), keptTo < from ? 'verified' : [from, 'forked'])
    const shorter = WHOLE.slice(0, from)
    assert.deepEqual(await verdict(lines(shorter, head(shorter.at(-1)!)), kept), keptTo <= from ? 'verified' : [from + 1, 'truncated'])
  }))
})

type Signer = { readonly key_id: string; sign(event: Event): object }
function signer(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const public_key = publicKeyText(publicKey)
  const key_id = checkpointKeyId(public_key)
  return {
    key_id,
    sign({ seq, hash }) {
      const said = { tenant_id: TENANT, seq, hash, at: '2026-09-29T08:00:00Z', key_id }
      return { type: 'checkpoint', ...said, public_key, signature: sign(null, checkpointBytes(said), privateKey).toString('base64url') }
    },
  }
}
const [ours, another] = [signer(), signer()]

// Guarantee: a whole export with checkpoints is verified, and says up to which number it is signed, by which keys, and whether those were pinned by the reader.
test('signed checkpoints in an export', async () => {
  const signed = [ours.sign(WHOLE[9]!), ours.sign(WHOLE[29]!), another.sign(WHOLE[19]!)]
  const say = async (pinned?: ReadonlySet<string>) => { const said = await verifyAuditExport(lines([...signed, ...WHOLE] as object[]), { pinned }); return said.ok ? said.signed : said }
  assert.deepEqual(await say(), { up_to: 30, at: '2026-09-29T08:00:00Z', checkpoints: 3, key_ids: [ours.key_id, another.key_id], pinned: false, by_other_keys: 0 })
  assert.deepEqual(await say(new Set([ours.key_id])), { up_to: 30, at: '2026-09-29T08:00:00Z', checkpoints: 2, key_ids: [ours.key_id], pinned: true, by_other_keys: 1 })
  assert.deepEqual(await say(new Set(['0'.repeat(64)])), { ...UNSIGNED, pinned: true, by_other_keys: 3 })
})

// Guarantee: a chain written again with hashes and a head of its own is found at the first checkpoint from there on, and a cut one at the first number that is gone, as long as one checkpoint reaches it.
test('a rewritten or cut history is found against its checkpoints', async () => {
  await holds(fc.asyncProperty(position, fc.uniqueArray(position, { minLength: 1, maxLength: 6 }), async (from, at) => {
    const signed = at.map((seq) => ours.sign(WHOLE[seq - 1]!))
    const rewritten = [...WHOLE.slice(0, from - 1), ...chain(from, LENGTH, from === 1 ? chainGenesis(TENANT) : Buffer.from(WHOLE[from - 2]!.hash, 'hex'), 'another')]
    const found = at.filter((seq) => seq >= from).sort((a, b) => a - b)[0]
    assert.deepEqual(await verdict(lines([...signed, ...rewritten], head(rewritten.at(-1)!))), found === undefined ? 'verified' : [found, 'forked'])
    const shorter = WHOLE.slice(0, from)
    assert.deepEqual(await verdict(lines([...signed, ...shorter], head(shorter.at(-1)!))), Math.max(...at) <= from ? 'verified' : [from + 1, 'truncated'])
    // Signed by a key that nobody pinned, another history proves nothing against ours.
    const forged = [...signed, ...rewritten.filter(({ seq }) => seq >= from && at.includes(seq)).map((event) => another.sign(event)), ...rewritten]
    assert.deepEqual(await verdict(lines(forged, head(rewritten.at(-1)!)), undefined, new Set([ours.key_id])), found === undefined ? 'verified' : [found, 'forked'])
  }))
})

// Guarantee: a checkpoint that was changed anywhere, or is another tenant's, is found as its number's; one that stands behind an event is no line of an export.
test('a changed checkpoint is found', async () => {
  const good = ours.sign(WHOLE[9]!) as Record<string, unknown>
  const other = signer().sign(WHOLE[9]!) as Record<string, unknown>
  for (const change of [{ seq: 11 }, { hash: '0'.repeat(64) }, { at: '2026-09-29T08:00:01Z' }, { key_id: other['key_id'] }, { public_key: other['public_key'] }, { signature: other['signature'] }, { tenant_id: '22222222-0000-4000-8000-000000000001' }]) {
    const changed = { ...good, ...change }
    assert.deepEqual(await verdict(lines([changed, ...WHOLE])), [changed['seq'], 'bad_checkpoint'], JSON.stringify(change))
  }
  assert.deepEqual(await verdict(lines([{ ...good, signature: 'x' }, ...WHOLE])), [1, 'edited'])
  assert.deepEqual(await verdict(lines([...WHOLE.slice(0, 20), good, ...WHOLE.slice(20)])), [21, 'edited'])
})

// Guarantee: what is no export is refused as such, and a line that cannot be read is found at the number it should have.
test('a file of something else', async () => {
  assert.match(String(await verdict([])), /empty/)
  for (const line of ['', 'no', '[]', 'null', '{}', JSON.stringify({ ...first, format: 'other' }), JSON.stringify(WHOLE[0])]) assert.match(String(await verdict([line])), /does not begin an export/)
  assert.match(String(await verdict([JSON.stringify({ ...first, tenant_id: '22222222-0000-4000-8000-000000000001' }), ...lines(WHOLE).slice(1)])), /genesis/)
  for (const line of ['', '{', 'null', '{"type":"event"}', JSON.stringify({ ...WHOLE[9], seq: '10' }), JSON.stringify({ ...WHOLE[9], at: '2026-02-30T00:00:00.000000Z' })]) {
    const file = lines(WHOLE)
    file[10] = line
    const said = await verifyAuditExport(file)
    assert.deepEqual(said, { ok: false, tenant_id: TENANT, events: 9, first_bad_seq: 10, how: 'edited', line: 11 }, line)
  }
})
