/** Bytes on their way to a reader, held against what they must be. */
import { createHash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'

/**
 * Passes bytes on and holds the last of them back until all are known to be what the row says; else it breaks off with an error, so that nobody
 * gets a whole file that is another one.
 */
export function verifiedStream(expected: { readonly sha256: string; readonly size_bytes: number }): Transform {
  const hash = createHash('sha256')
  let seen = 0
  let held: Buffer | null = null
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      seen += chunk.length
      if (seen > expected.size_bytes) return done(new Error('stored bytes are more than their row says'))
      hash.update(chunk)
      const before = held
      held = chunk
      return before === null ? done() : done(null, before)
    },
    flush(done: TransformCallback) {
      if (seen !== expected.size_bytes || hash.digest('hex') !== expected.sha256) return done(new Error('stored bytes are not those that came in'))
      return done(null, held)
    },
  })
}
