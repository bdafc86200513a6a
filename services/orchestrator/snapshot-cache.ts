/**
 * Compiled snapshots by digest: a snapshot never changes, so one compilation serves every request of every tenant that stands on the
 * same data. How the files are found is an argument.
 */
import { parseDataset, type DatasetFiles } from './dataset.ts'
import { compileSnapshot, type Snapshot } from './snapshot.ts'

const KEPT_MAX = 16

export type SnapshotCache = {
  /** The snapshot of a digest; null where the store has none. Throws when the stored files do not give that digest. */
  get(digest: string, load: () => Promise<DatasetFiles | null>): Promise<Snapshot | null>
  /** the same, without asking anyone */
  peek(digest: string): Snapshot | undefined
}

/** Two requests for the same new digest share one compilation. */
export function createSnapshotCache(): SnapshotCache {
  const ready = new Map<string, Snapshot>()
  const pending = new Map<string, Promise<Snapshot | null>>()

  async function compile(digest: string, load: () => Promise<DatasetFiles | null>): Promise<Snapshot | null> {
    const files = await load()
    if (files === null) return null
    const snapshot = compileSnapshot(parseDataset(files))
    if (snapshot.digest !== digest) throw new Error(`snapshot ${digest} was stored with files of ${snapshot.digest}`)
    ready.set(digest, snapshot)
    if (ready.size > KEPT_MAX) ready.delete(ready.keys().next().value!)
    return snapshot
  }

  return {
    peek: (digest) => ready.get(digest),
    async get(digest, load) {
      const known = ready.get(digest)
      if (known !== undefined) return known
      const running = pending.get(digest) ?? compile(digest, load).finally(() => pending.delete(digest))
      pending.set(digest, running)
      return running
    },
  }
}
