// Needs `opa` on the PATH; run by `node tools/test.ts --server`.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { compile } from '#tools/policy-build.ts'

const POLICIES = fileURLToPath(new URL('../../policies/', import.meta.url))

test('compiling the committed sources again gives the committed wasm, byte for byte', () => {
  assert.equal(sha256Hex(compile()), sha256Hex(readFileSync(`${POLICIES}flowclaw.wasm`)))
})

test('the Rego unit tests pass', () => {
  assert.match(execFileSync('opa', ['test', POLICIES], { encoding: 'utf8' }), /^PASS: (\d+)\/\1$/m)
})

test('the Rego is formatted and passes strict checks', () => {
  assert.equal(execFileSync('opa', ['fmt', '--list', POLICIES], { encoding: 'utf8' }), '')
  execFileSync('opa', ['check', '--strict', POLICIES])
})
