/**
 * Where the bytes of an upload lie while they come in: a file of their own in a folder that only the server reads, under a name that it made.
 * They are counted and hashed on the way and never held in memory, so that a slow or endless sender costs a file and nothing else.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { err, ok, type Result } from '#contracts/result.ts'

export type Spooled = {
  readonly path: string
  readonly size_bytes: number
  /** SHA-256 of the bytes, in hex */
  readonly sha256: string
  bytes(): Promise<Buffer>
  stream(): Readable
  /** takes the file away where it still lies here; may be called twice */
  discard(): Promise<void>
}

export type Spool = {
  /** takes everything that comes, up to so many bytes, onto the disk. Whatever ends badly leaves no file behind; a source that breaks off throws */
  receive(source: AsyncIterable<Buffer>, bytes_max: number): Promise<Result<Spooled, { readonly code: 'file_too_large' | 'file_empty' }>>
  /** takes away what was left by a server that died, last written before this instant (ms); answers how many files */
  sweep(before_ms: number): Promise<number>
}

/** A spool in this folder, which is made, for its owner alone, with the first file. */
export function openSpool(folder: string): Spool {
  return {
    async receive(source, bytes_max) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, randomBytes(24).toString('base64url'))
      const hash = createHash('sha256')
      let size_bytes = 0
      let whole = false
      const file = await open(path, 'wx', 0o600)
      try {
        for await (const chunk of source) {
          size_bytes += chunk.length
          if (size_bytes > bytes_max) return err({ code: 'file_too_large' })
          hash.update(chunk)
          await file.writeFile(chunk)
        }
        if (size_bytes === 0) return err({ code: 'file_empty' })
        await file.sync()
        whole = true
      } finally {
        await file.close()
        if (!whole) await rm(path, { force: true })
      }
      return ok({ path, size_bytes, sha256: hash.digest('hex'), bytes: () => readFile(path), stream: () => createReadStream(path), discard: () => rm(path, { force: true }) })
    },
    async sweep(before_ms) {
      let swept = 0
      for (const name of await readdir(folder).catch(() => [] as string[])) {
        const path = join(folder, name)
        const found = await stat(path).catch(() => null)
        if (found === null || !found.isFile() || found.mtimeMs >= before_ms) continue
        await rm(path, { force: true })
        swept++
      }
      return swept
    },
  }
}
