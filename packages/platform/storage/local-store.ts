/** Artifacts in a folder of this machine: <folder>/<tenant>/<key>, readable by the server's own account alone. */
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkedKey, isStorageKey, newStorageKey, StoreUnavailable, type ArtifactStore } from './store.ts'

/** The store in this folder. The spool must lie on the same disk: a file comes in by its rename. */
export function openLocalStore(folder: string): ArtifactStore {
  const pathOf = (storage_key: string): string => join(folder, ...checkedKey(storage_key).split('/'))
  return {
    name: 'folder',
    async put(tenant_id, file) {
      const storage_key = newStorageKey(tenant_id)
      const path = pathOf(storage_key)
      return orUnavailable(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        // The spool has synced the bytes; with the folder synced the name survives a power cut too.
        await rename(file.path, path)
        await syncFolder(dirname(path))
        return storage_key
      })
    },
    open: (storage_key) => orUnavailable(async () => {
      const path = pathOf(storage_key)
      if (!(await exists(path))) return null
      return createReadStream(path)
    }),
    remove: (storage_key) => orUnavailable(async () => {
      const path = pathOf(storage_key)
      await rm(path, { force: true })
      if (await exists(dirname(path))) await syncFolder(dirname(path))
    }),
    async* list(tenant_id) {
      const names = await orUnavailable(async () => ((await exists(join(folder, tenant_id))) ? readdir(join(folder, tenant_id)) : []))
      for (const name of names) {
        const storage_key = `${tenant_id}/${name}`
        // Whatever else lies there is not ours to judge.
        if (!isStorageKey(storage_key)) continue
        const found = await stat(pathOf(storage_key)).catch(() => null)
        if (found !== null) yield { storage_key, written_ms: found.ctimeMs }
      }
    },
  }
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'ENOENT') return false
  throw cause
})

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause
    throw new StoreUnavailable('the folder of artifacts', { cause })
  }
}
