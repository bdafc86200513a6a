import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { appendAlone } from '#database/index.ts'
import { openWorld } from '#api/testing/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'fc-audit-'))
after(() => rmSync(folder, { recursive: true }))

function verify(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'audit-verify.ts'), ...args], { encoding: 'utf8', cwd: folder })
  return { status, said: stdout + stderr }
}
const save = (name: string, lines: readonly string[]): string => {
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''))
  return name
}

// Guarantee: a file that the server exported is verified by one command without it, and a changed one fails with its line and number.
test('an exported file is judged offline', async () => {
  const world = await openWorld()
  try {
    const admin = await world.as(world.a, 'platform_admin')
    for (const minute of [10, 11, 12]) await admin.put('/api/market-clock', { clock: `2026-09-29T09:${minute}:00+01:00`, reason: 'a minute later' })
    const lines = (await admin.get('/api/audit-events/export')).text.trimEnd().split('\n')
    const whole = save('whole.jsonl', lines)
    assert.equal(verify(whole).status, 0)
    assert.match(verify(whole).said, /whole\.jsonl: verified\. 3 events of tenant 11111111-0000-4000-8000-000000000001, head 3 [0-9a-f]{64}/)
    const edited = verify(save('edited.jsonl', lines.map((line) => line.replace('2026-09-29T09:11', '2026-09-29T09:21'))))
    assert.deepEqual([edited.status, /^edited\.jsonl:4: broken at number 2 \(edited\)/.test(edited.said)], [1, true], edited.said)
    const cut = verify(save('cut.jsonl', lines.slice(0, 4)))
    assert.deepEqual([cut.status, /^cut\.jsonl: broken at number 3 \(truncated\)/.test(cut.said)], [1, true], cut.said)
    await admin.put('/api/market-clock', { clock: '2026-09-29T09:13:00+01:00', reason: 'a minute later' })
    // JSON holds U+2028 as it is, and it ends no line.
    await appendAlone(world.deps.db, { tenant_id: world.a.id, user_id: world.a.users.platform_admin, role: 'platform_admin', merchant_id: null },
      { action: 'market_clock.set', entity: 'market_clock', entity_id: 'x', transition_seq: null, facts: { text: 'a\u2028b' } }, { request_id: 'x' })
    const later = save('later.jsonl', (await admin.get('/api/audit-events/export')).text.trimEnd().split('\n'))
    assert.equal(verify(later, whole).status, 0)
    assert.match(verify(whole, later).said, /whole\.jsonl: broken at number 4 \(truncated\)/)
    // Signed by a key that only the file declares, until its fingerprint is pinned.
    const [{ keys: [{ key_id }] }] = [JSON.parse(lines[0]!)] as [{ keys: [{ key_id: string }] }]
    assert.match(verify(whole).said, /Signed up to number 3 at .* by keys that only this file declares/)
    const pinned = verify(whole, '--pin', key_id)
    assert.deepEqual([pinned.status, pinned.said.includes(`keys pinned: ${key_id}`)], [0, true], pinned.said)
    assert.deepEqual([verify(whole, '--pin', '0'.repeat(64)).status, verify(whole, '--pin', 'x').status], [1, 2])
    // The file of checkpoints that a server keeps, against a history that was cut with its head.
    const checkpoints = save('kept.jsonl', (await admin.get('/api/audit-checkpoints')).json.items.map((each: object) => JSON.stringify({ type: 'checkpoint', tenant_id: world.a.id, ...each })))
    const shorter = save('shorter.jsonl', [...lines.filter((line) => !line.includes('"checkpoint"')).slice(0, 3), JSON.stringify({ type: 'head', seq: 2, hash: JSON.parse(lines.at(-3)!).hash })])
    assert.equal(verify(shorter).status, 0)
    assert.match(verify(shorter, checkpoints, '--pin', key_id).said, /shorter\.jsonl: broken at number 3 \(truncated\)/)
    assert.match(verify(shorter).said, /Nothing of it is signed/)
    assert.equal(verify(later, checkpoints, whole, '--pin', key_id).status, 0)
  } finally {
    await world.close()
  }
})

// Guarantee: a wrong call is told apart from a broken chain.
test('what cannot be read exits 2', () => {
  assert.equal(verify().status, 2)
  assert.equal(verify('no-such-file.jsonl').status, 2)
  assert.equal(verify(save('other.jsonl', ['{}'])).status, 1)
})
