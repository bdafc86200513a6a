import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { recordedBatches, verdictsOf } from '#tools/policy-record.ts'
import { askWasm } from './ask.ts'

test('the compiled policy judges every recorded input as it was recorded', async () => {
  const ask = askWasm(new Uint8Array(readFileSync(new URL('../../policies/flowclaw.wasm', import.meta.url))))
  for (const { name, input, verdicts } of recordedBatches()) {
    const answer = await ask(input).catch(() => null)
    assert.deepEqual(verdictsOf(answer), verdicts, name)
  }
})

test('no recorded input that is malformed is allowed', () => {
  const malformed = recordedBatches().filter(({ file, name }) => file === 'malformed.json' && name !== 'candidate id in Chinese')
  for (const { name, verdicts } of malformed) {
    assert.ok(verdicts === null || (verdicts as { allow: boolean }[]).every(({ allow }) => !allow), name)
  }
})
