/** Checkpoints kept outside the database: a folder with a file a tenant, one line a checkpoint, only ever appended to. */
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asCheckpoint, checkpointLine, type AuditCheckpoint } from '#contracts/audit-checkpoint.ts'
import { payloadOf } from '#contracts/audit-chain.ts'

export type KeptFolder = {
  /** the checkpoints of a tenant's file in its order; their signatures have not been looked at. A line that is none is passed over */
  read(tenant_id: string): Promise<AuditCheckpoint[]>
  /** appends, and returns once they are on the disk */
  add(checkpoints: readonly AuditCheckpoint[]): Promise<void>
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** A folder of kept checkpoints, made with the first one. */
export function openKeptFolder(folder: string): KeptFolder {
  const fileOf = (tenant_id: string): string => {
    if (!UUID.test(tenant_id)) throw new Error('a tenant is a UUID')
    return join(folder, `${tenant_id}.jsonl`)
  }
  return {
    async read(tenant_id) {
      let text: string
      try {
        text = await readFile(fileOf(tenant_id), 'utf8')
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw cause
      }
      return text.split('\n').flatMap((line) => {
        const checkpoint = asCheckpoint(payloadOf(Buffer.from(line)) ?? {})
        return checkpoint === null || checkpoint.tenant_id !== tenant_id ? [] : [checkpoint]
      })
    },
    async add(checkpoints) {
      const [first] = checkpoints
      if (first === undefined) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = await open(fileOf(first.tenant_id), 'a+', 0o600)
      try {
        const { size } = await file.stat()
        // A line that a crash cut short must not swallow the next one.
        const end = size === 0 ? '\n' : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString('utf8')
        await file.appendFile(`${end === '\n' ? '' : '\n'}${checkpoints.map(checkpointLine).join('')}`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}
