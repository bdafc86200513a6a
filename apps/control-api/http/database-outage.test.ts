import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'node:net'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { outageOf } from './database-outage.ts'

const failure = (message: string, code?: string): Error & { code?: string } => Object.assign(new Error(message), code === undefined ? {} : { code })

// Guarantee: whatever way a killed database shows itself in is told as an outage to come back from, and nothing else is.
test('a database that died is an outage, however it shows', async () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P03']) assert.equal(outageOf(failure('gone', code)), 'unavailable', code)
  for (const message of ['Connection terminated unexpectedly', 'Connection terminated', 'Client has encountered a connection error and is not queryable', 'Client was closed and is not queryable']) assert.equal(outageOf(failure(message)), 'unavailable', message)
  assert.equal(outageOf(failure('timeout exceeded when trying to connect')), 'busy')
  assert.equal(outageOf(failure('lock', '55P03')), 'busy')
  for (const other of [failure('a bug'), failure('duplicate', '23505')]) assert.equal(outageOf(other), null)
})

// Guarantee: the socket that a killed server left no file of is an outage; a file of ours that is missing stays a bug.
test('a socket that is not there is not a file that is not there', async () => {
  const path = join(tmpdir(), 'flowclaw-no-such-socket')
  const socket = connect(path)
  const [cause] = await once(socket, 'error') as [Error]
  assert.equal(outageOf(cause), 'unavailable')
  assert.equal(outageOf(await readFile(path).catch((error: Error) => error) as Error), null)
})
