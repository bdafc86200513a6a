/**
 * Compiled snapshots by digest: a snapshot never changes, so one compilation serves every request of every tenant that stands on the
 * same data. How the files are found is an argument. Data with an overlay shares all that the overlay leaves alone with the data below it.
 */
import type { MarketOverlay } from '#contracts/market-overlay.ts'
import { parseDataset, type DatasetFiles } from './dataset.ts'
import { withOverlay } from './overlay.ts'
import { compileSnapshot, type Snapshot } from './snapshot.ts'

const KEPT_MAX = 16

/** The files of a digest, and what is laid over them where it is of both. */
export type StoredMarket = DatasetFiles & { readonly over?: { readonly base_digest: string; readonly overlay: MarketOverlay } }

export type SnapshotCache = {
  /** The snapshot of a digest; null where the store has none. Throws when what is stored does not give that digest. */
  get(digest: string, load: () => Promise<StoredMarket | null>): Promise<Snapshot | null>
  /** the same, without asking anyone */
  peek(digest: string): Snapshot | undefined
}

/** Two requests for the same new digest share one compilation. */
export function createSnapshotCache(): SnapshotCache {
  const ready = new Map<string, Snapshot>()
  const pending = new Map<string, Promise<Snapshot | null>>()

  async function compile(digest: string, load: () => Promise<StoredMarket | null>): Promise<Snapshot | null> {
    const stored = await load()
    if (stored === null) return null
    const { over, ...files } = stored
    if (over === undefined) return keep(digest, compileSnapshot(parseDataset(files)))
    const base = (await get(over.base_digest, async () => files))!
    return keep(digest, withOverlay(base, over.overlay))
  }

  function keep(digest: string, snapshot: Snapshot): Snapshot {
    if (snapshot.digest !== digest) throw new Error(`snapshot ${digest} was stored with files of ${snapshot.digest}`)
    ready.set(digest, snapshot)
    if (ready.size > KEPT_MAX) ready.delete(ready.keys().next().value!)
    return snapshot
  }

  async function get(digest: string, load: () => Promise<StoredMarket | null>): Promise<Snapshot | null> {
    const known = ready.get(digest)
    if (known !== undefined) return known
    const running = pending.get(digest) ?? compile(digest, load).finally(() => pending.delete(digest))
    pending.set(digest, running)
    return running
  }

  return { peek: (digest) => ready.get(digest), get }
}
