/** ClamAV's daemon, spoken to by INSTREAM over its socket: the bytes go in chunks, one line comes back. It is asked nothing else and believed nothing else. */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScanVerdict, Scanner } from './scanner.ts'

export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number }

const CHUNK = 64 * 1024
const TIMEOUT_MS = 30_000
/** What a send ends with where clamd has hung up: it does so as soon as a file is longer than it takes. */
const HUNG_UP = /EPIPE|ECONNRESET/
const PAUSE_MS = 50
/** An answer is a short line; what goes on is none. */
const ANSWER_MAX = 4_096

/** `unix:/path/of.sock` or `tcp:host:port`; null for anything else. */
export function clamdAddress(text: string): ClamdAddress | null {
  const unix = /^unix:(\/[^\0]{1,100})$/.exec(text)
  if (unix !== null) return { path: unix[1]! }
  const tcp = /^tcp:(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):([1-9][0-9]{0,4})$/.exec(text)
  if (tcp === null || Number(tcp[2]) > 65_535) return null
  return { host: tcp[1]!.replaceAll(/[[\]]/g, ''), port: Number(tcp[2]) }
}

/** Everything that comes back until the other side closes. Throws where it takes too long, says too much or breaks off. */
function converse(address: ClamdAddress, timeout_ms: number, frames: (write: (bytes: Buffer) => Promise<void>) => Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address })
    let answer = ''
    const fail = (why: string): void => {
      clearTimeout(late)
      socket.destroy()
      reject(new Error(why))
    }
    const late = setTimeout(() => fail('clamd takes too long'), timeout_ms)
    socket.on('data', (bytes) => { if ((answer += bytes.toString('latin1')).length > ANSWER_MAX) fail('clamd says too much') })
    // Whoever hangs up on what was still sent has answered before: a whole answer counts.
    socket.on('error', (cause) => { if (!answer.endsWith('\0')) fail(`clamd: ${(cause as NodeJS.ErrnoException).code ?? 'error'}`) })
    socket.on('close', () => {
      clearTimeout(late)
      resolve(answer)
    })
    socket.on('connect', () => {
      // Bytes go out one piece after the other, and what came back is heard before the next: clamd answers that a file is too long and hangs up while it is sent.
      const write = (bytes: Buffer): Promise<void> => new Promise((go, stop) => {
        if (answer !== '' || socket.destroyed) return go()
        socket.write(bytes, (cause) => (cause ? stop(cause) : setImmediate(go)))
      })
      frames(write).catch((cause: unknown) => { if (!answer.endsWith('\0')) fail(String(cause)) })
    })
  })
}

/** The adapter. `timeout_ms` bounds one sending of a file, connection and answer included. */
export function createClamav(address: ClamdAddress, timeout_ms = TIMEOUT_MS): Scanner {
  async function scan(bytes: Buffer): Promise<ScanVerdict> {
    const length = (n: number): Buffer => { const four = Buffer.alloc(4); four.writeUInt32BE(n); return four }
    let at = 0
    const send = (slow_from: number): Promise<string> => converse(address, timeout_ms, async (write) => {
      await write(Buffer.from('zINSTREAM\0'))
      for (at = 0; at < bytes.length; at += CHUNK) {
        if (at >= slow_from) await sleep(PAUSE_MS)
        const chunk = bytes.subarray(at, at + CHUNK)
        await write(Buffer.concat([length(chunk.length), chunk]))
      }
      await write(length(0))
    })
    // A write that finds nobody ends the connection before the answer in it is read, so the file is sent once more, and slowly where it broke off.
    const answer = await send(Infinity).catch((cause: unknown) => (HUNG_UP.test(String(cause)) ? send(at - 2 * CHUNK) : Promise.reject(cause)))
    const line = answer.replace(/\0$/, '')
    if (line === 'stream: OK') return { verdict: 'clean', scanner: await versionOf() }
    const found = /^stream: ([\x21-\x7e]{1,200}) FOUND$/.exec(line)
    if (found !== null) return { verdict: 'infected', signature: found[1]!, scanner: await versionOf() }
    return { verdict: 'unavailable', why: /size limit exceeded/i.test(line) ? 'scanner_size_limit' : 'scanner_unavailable' }
  }
  async function versionOf(): Promise<string> {
    const line = (await converse(address, timeout_ms, (write) => write(Buffer.from('zVERSION\0')))).replace(/\0$/, '')
    const version = /^ClamAV [0-9A-Za-z.\-/]+/.exec(line)?.[0]
    if (version === undefined) throw new Error('clamd does not say its version')
    return version.slice(0, 60)
  }
  return {
    name: 'ClamAV',
    // Whatever goes wrong on the way is no verdict.
    scan: (bytes) => scan(bytes).catch(() => ({ verdict: 'unavailable', why: 'scanner_unavailable' })),
  }
}
