// Needs `opa` on the PATH; run by `node tools/test.ts --server`.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CASE_FACTS, LIMITS } from '#tools/policy-cases.ts'
import { recordedBatches, verdictsOf } from '#tools/policy-record.ts'
import { askServer } from './ask.ts'
import { openPolicy } from './index.ts'

let opa: ChildProcess
let opa_url = ''

before(async () => {
  opa_url = `http://127.0.0.1:${await freePort()}`
  opa = spawn('opa', ['run', '--server', '--addr', opa_url.slice('http://'.length), 'flowclaw.rego', 'revision.rego'], {
    cwd: fileURLToPath(new URL('../../policies/', import.meta.url)), stdio: 'ignore',
  })
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`${opa_url}/health`).then(({ ok }) => ok, () => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('opa did not start within 10 s')
})
after(() => void opa.kill())

test('a real OPA server judges every recorded input as the compiled policy does', async () => {
  const ask = askServer(opa_url, 5_000)
  for (const { name, input, verdicts } of recordedBatches()) {
    const answer = await ask(input).catch(() => null)
    assert.deepEqual(verdictsOf(answer), verdicts, name)
  }
})

test('openPolicy gives the same answer over OPA_URL as in process', async () => {
  const [server, wasm] = await Promise.all([openPolicy({ opa_url, timeout_ms: 5_000 }), openPolicy()])
  const answer = await server.judge(CASE_FACTS, LIMITS, 'parity')
  assert.equal(answer.status, 'answered')
  assert.deepEqual(answer, await wasm.judge(CASE_FACTS, LIMITS, 'parity'))
})

test('an OPA server that serves no policy yet gives no answer', async () => {
  const empty_url = `http://127.0.0.1:${await freePort()}`
  const empty = spawn('opa', ['run', '--server', '--addr', empty_url.slice('http://'.length)], { stdio: 'ignore' })
  try {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await fetch(`${empty_url}/health`).then(({ ok }) => ok, () => false)) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const policy = await openPolicy({ opa_url: empty_url, timeout_ms: 5_000 })
    assert.deepEqual(await policy.judge(CASE_FACTS, LIMITS, 'empty'), { status: 'unavailable', cause: 'wrong_shape' })
  } finally {
    empty.kill()
  }
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
