import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
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
    assert.deepEqual([edited.status, /^edited\.jsonl:3: broken at number 2 \(edited\)/.test(edited.said)], [1, true], edited.said)
    const cut = verify(save('cut.jsonl', lines.slice(0, 3)))
    assert.deepEqual([cut.status, /^cut\.jsonl: broken at number 3 \(truncated\)/.test(cut.said)], [1, true], cut.said)
    await admin.put('/api/market-clock', { clock: '2026-09-29T09:13:00+01:00', reason: 'a minute later' })
    const later = save('later.jsonl', (await admin.get('/api/audit-events/export')).text.trimEnd().split('\n'))
    assert.equal(verify(later, whole).status, 0)
    assert.match(verify(whole, later).said, /whole\.jsonl: broken at number 4 \(truncated\)/)
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
