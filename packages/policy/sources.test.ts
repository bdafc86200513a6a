// Guarantee: the policy that runs is the policy that is read; sources, compiled form and revision cannot part unnoticed.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { policyRevision, revisionRego } from '#tools/policy-build.ts'
import { CLEAN, LIMITS } from '#tools/policy-cases.ts'
import { openPolicy, type PolicyManifest } from './index.ts'

const read = (name: string) => readFile(new URL(`../../policies/${name}`, import.meta.url))
const manifest = JSON.parse(String(await read('flowclaw.wasm.json'))) as PolicyManifest

test('the committed wasm was compiled from the committed sources', async () => {
  const { policy_revision, sources } = policyRevision()
  assert.deepEqual(manifest.sources, sources, 'policies/flowclaw.rego changed: run npm run policy:build')
  assert.equal(manifest.policy_revision, policy_revision)
  assert.equal(manifest.wasm_sha256, sha256Hex(await read('flowclaw.wasm')))
  assert.equal(String(await read('revision.rego')), revisionRego(policy_revision))
})

test('the compiled policy names its own revision in every answer', async () => {
  const policy = await openPolicy()
  const answer = await policy.judge([CLEAN], LIMITS, 'revision')
  assert.equal(answer.status, 'answered')
  assert.equal(answer.policy_revision, manifest.policy_revision)
})

test('a compiled policy that is not the one its manifest names does not start', async () => {
  const { mkdtemp, writeFile, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { pathToFileURL } = await import('node:url')
  const directory = await mkdtemp(`${tmpdir()}/flowclaw-policy-`)
  try {
    await writeFile(`${directory}/flowclaw.wasm`, await read('flowclaw.wasm'))
    await writeFile(`${directory}/flowclaw.wasm.json`, JSON.stringify({ ...manifest, wasm_sha256: '0'.repeat(64) }))
    await assert.rejects(openPolicy({ directory: pathToFileURL(`${directory}/`) }), /not the file its manifest names/)
  } finally {
    await rm(directory, { recursive: true })
  }
})
