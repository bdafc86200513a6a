import { test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { answerBrokenRequest } from './broken-request.ts'

// Guarantee: bytes that are no request are answered like everything else: a problem, the secure headers, nothing of what was sent, and the connection closed.
test('what is no request gets a problem', async () => {
  const app = Fastify({ logger: false, clientErrorHandler: answerBrokenRequest })
  app.get('/', async () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const tries = [['canary\r\n\r\n', 400, 'bad_request'], ['GET / HTTP/1.1\r\nhost canary\r\n\r\n', 400, 'bad_request'], [`GET /?canary=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431, 'headers_too_large']] as const
  for (const [bytes, status, code] of tries) {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => { answer += chunk.toString('utf8') })
    socket.write(bytes)
    await once(socket, 'close')
    const [head, body] = answer.split('\r\n\r\n')
    assert.match(head!, new RegExp(`^HTTP/1.1 ${status} `))
    for (const name of ['content-type: application/problem\\+json', 'content-security-policy: default-src', 'x-content-type-options: nosniff', 'cache-control: no-store', 'x-request-id: [0-9a-f-]{36}']) assert.match(head!, new RegExp(name))
    assert.deepEqual([JSON.parse(body!).status, JSON.parse(body!).code], [status, code])
    assert.doesNotMatch(answer, /canary|HPE_|FST_/)
  }
  await app.close()
})
