// Needs `clamd` (Debian: /usr/sbin/clamd) and no signature database of anybody: its one signature is made here. Run by `node tools/test.ts --server`.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClamav, type ScanVerdict, type Scanner } from './index.ts'

/** The test file that every scanner knows, in two halves, so that none takes this file for it. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''))
const folder = mkdtempSync(join(tmpdir(), 'flowclaw-clamd-'))
const socket = join(folder, 'clamd.sock')
let daemon: ChildProcess
let scanner: Scanner

before(async () => {
  chmodSync(folder, 0o755)
  // name:type:offset:hex, anywhere in any file.
  writeFileSync(join(folder, 'own.ndb'), `FlowClaw.Test.EICAR:0:*:${EICAR.toString('hex')}\n`)
  writeFileSync(join(folder, 'clamd.conf'), `LocalSocket ${socket}\nDatabaseDirectory ${folder}\nForeground yes\nUser root\nStreamMaxLength 1M\nMaxThreads 2\nLogSyslog no\n`)
  daemon = spawn('/usr/sbin/clamd', ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' })
  scanner = createClamav({ path: socket }, 5_000)
  for (let attempt = 0; attempt < 300; attempt++) {
    if (existsSync(socket) && (await scanner.scan(Buffer.from('x'))).verdict === 'clean') return
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  throw new Error('clamd did not start within 30 s')
})
after(() => {
  daemon.kill()
  rmSync(folder, { recursive: true, force: true })
})

const verdictOf = async (bytes: Buffer): Promise<string> => {
  const answer: ScanVerdict = await scanner.scan(bytes)
  return answer.verdict === 'infected' ? answer.signature : answer.verdict
}

// Guarantee: a real ClamAV finds what it has a signature of, at any place of a file of many chunks, passes the rest, says its version, and gives no verdict of what is longer than it takes.
test('a real clamd judges', async () => {
  assert.equal(await verdictOf(EICAR), 'FlowClaw.Test.EICAR.UNOFFICIAL')
  assert.equal(await verdictOf(Buffer.concat([Buffer.alloc(300_000, 'a'), EICAR, Buffer.alloc(300_000, 'b')])), 'FlowClaw.Test.EICAR.UNOFFICIAL')
  const clean = await scanner.scan(Buffer.alloc(700_000, 'a'))
  assert.equal(clean.verdict, 'clean')
  assert.match((clean as { scanner: string }).scanner, /^ClamAV [0-9]+\./)
  assert.deepEqual(await scanner.scan(Buffer.alloc(1_200_000, 'a')), { verdict: 'unavailable', why: 'scanner_size_limit' })
})

// Guarantee: many files at once get each its own verdict.
test('verdicts do not mix', async () => {
  const files = Array.from({ length: 12 }, (_, n) => (n % 3 === 0 ? EICAR : Buffer.alloc(50_000 + n, 'c')))
  const verdicts = await Promise.all(files.map(verdictOf))
  assert.deepEqual(verdicts, files.map((bytes) => (bytes === EICAR ? 'FlowClaw.Test.EICAR.UNOFFICIAL' : 'clean')))
})
