import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
const run = (args: readonly string[], env: Record<string, string> = {}, imports: readonly string[] = []) =>
  spawnSync(process.execPath, [...imports.flatMap((file) => ['--import', file]), 'tools/intents.ts', ...args], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } })

type Row = { id: string; flags: string[]; expectations: { kind: string; value: unknown; holds: boolean }[] }

for (const [file, complete] of [['data/requests.json', false], ['data/requests-generated.json', true]] as const) {
  test(`every expectation of ${file} holds${complete ? ', and no other flag is said' : ''}`, () => {
    const { status, stdout } = run([file, '--json'])
    const rows = JSON.parse(stdout) as Row[]
    assert.deepEqual(rows.flatMap((r) => r.expectations.filter((e) => !e.holds).map((e) => `${r.id} ${e.kind} ${JSON.stringify(e.value)}`)), [])
    assert.equal(status, 0)
    const intents = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { id: string; expect: { must_flag: string[] } }[]
    assert.equal(rows.length, intents.length)
    assert.ok(rows.every((r) => r.expectations.length > 0))
    if (complete) for (const row of rows) assert.deepEqual(row.flags, [...intents.find((i) => i.id === row.id)!.expect.must_flag].sort(), row.id)
  })
}

test('the committed table is what the command prints', () => {
  assert.equal(run(['data/requests.json']).stdout, readFileSync(join(ROOT, 'docs/intents.txt'), 'utf8'), 'run: npm run intents -- data/requests.json > docs/intents.txt')
})

test('the answers do not depend on the wall clock, the time zone or the locale', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-clock-'))
  try {
    const clock = join(folder, 'clock.mjs')
    // Nothing in the engine may read the wall clock: here it stands at 2027-03-01.
    writeFileSync(clock, `const Real = Date; const fixed = Real.parse('2027-03-01T12:00:00Z')
      globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(fixed) } static now() { return fixed } }`)
    const plain = run(['data/requests.json', '--json'])
    const moved = run(['data/requests.json', '--json'], { TZ: 'Pacific/Auckland', LANG: 'zh_CN.UTF-8', LC_ALL: 'zh_CN.UTF-8' }, [clock])
    assert.equal(moved.status, 0, moved.stderr)
    assert.equal(moved.stdout, plain.stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an expectation that does not hold, an unknown key and an unknown corridor each fail the command and say where', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowclaw-intents-'))
  try {
    const intents = JSON.parse(readFileSync(join(ROOT, 'data/requests.json'), 'utf8')) as Record<string, any>[]
    const write = (change: (intent: Record<string, any>) => void): string => {
      const intent = structuredClone(intents[0]!)
      change(intent)
      const file = join(folder, 'intents.json')
      writeFileSync(file, JSON.stringify([intent]))
      return file
    }
    const wrong = run([write((i) => { i['expect'].cheapest.cost_bps = '100.00' })])
    assert.equal(wrong.status, 1)
    assert.match(wrong.stdout, /FAILS +cheapest\.cost_bps "100\.00"/)
    const unknown = run([write((i) => { i['supplier_settlement'].colour = 'red' })])
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /req-001: supplier_settlement: .*colour/)
    const corridor = run([write((i) => { i['corridor_id'] = 'ng-xx' })])
    assert.equal(corridor.status, 2)
    assert.match(corridor.stderr, /corridor_id/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
