/**
 * The keeping of artifacts: bytes come in through the spool, their form is checked, they go into the store, and a row says so (the API writes it).
 * Then, in rounds of the server's own (rounds.ts): verdicts over what is quarantined, the end of what is past its time, and the sweeping of bytes
 * that no row holds. May import the store, contracts and the rooms of platform beside it.
 */
import { pipeline, type Readable } from 'node:stream'
import { err, ok, type Result } from '#contracts/result.ts'
import type { StoredBytes } from '#database/index.ts'
import { checkForm, type FormFault, type MediaType } from '#platform/scanning/index.ts'
import { StoreUnavailable, type ArtifactStore, type Spooled } from '#platform/storage/index.ts'
import { createRounds, type RoundOptions, type Rounds } from './rounds.ts'
import { createQueue, createSlots } from './slots.ts'
import { verifiedStream } from './verified-stream.ts'

export { artifactReach, isReadingAudited, mayStore } from './access.ts'
export { keepDaysOf } from './retention.ts'
export type { ArtifactCount, ArtifactTrouble } from './rounds.ts'

export type ArtifactLimits = {
  /** the most that one file may have */
  readonly bytes_max: number
  /** the most that all files of a tenant may have together */
  readonly quota_bytes: number
}
export type ArtifactOptions = Omit<RoundOptions, 'store'> & { readonly store: ArtifactStore | null; readonly limits: ArtifactLimits }

export type Artifacts = Rounds & {
  readonly limits: ArtifactLimits
  /** takes the bytes of one upload in; `busy` where too many come at once, of all or of this person */
  receive(user_id: string, source: AsyncIterable<Buffer>): Promise<Result<Spooled, { readonly code: 'file_too_large' | 'file_empty' | 'busy' }>>
  /** what the file is, or what is wrong with its form */
  check(file_name: string, declared: string, file: Spooled): Promise<{ readonly media_type: MediaType } | { readonly fault: FormFault }>
  /** puts the bytes into the store and answers their key. Throws StoreUnavailable */
  keep(tenant_id: string, file: Spooled): Promise<string>
  /** the bytes, which break off where they are not what their row says; null where they are gone. Throws StoreUnavailable */
  open(stored: StoredBytes): Promise<Readable | null>
  /** takes bytes away that no row holds any more. A store that is away is no fault here: the sweep comes back */
  forget(storage_key: string): Promise<void>
}

/** Uploads that come in at once, and of one person. */
const AT_ONCE = 12
const OF_ONE = 4

/** Puts the keeping together. No round runs before `start`. */
export function createArtifacts(options: ArtifactOptions): Artifacts {
  const { store, spool, limits } = options
  const slots = createSlots({ all: AT_ONCE, of_one: OF_ONE })
  // Checking holds a file in memory: one at a time, whatever comes in.
  const inTurn = createQueue()
  const theStore = (): ArtifactStore => {
    if (store === null) throw new StoreUnavailable('no store is configured')
    return store
  }
  return {
    limits,
    ...createRounds(options),
    async receive(user_id, source) {
      const leave = slots.take(user_id)
      if (leave === null) return err({ code: 'busy' })
      try {
        const received = await spool.receive(source, limits.bytes_max)
        return received.ok ? ok(received.value) : received
      } finally {
        leave()
      }
    },
    check: (file_name, declared, file) => inTurn(async () => checkForm(file_name, declared, await file.bytes())),
    keep: (tenant_id, file) => theStore().put(tenant_id, file),
    async open(stored) {
      const bytes = await theStore().open(stored.storage_key)
      if (bytes === null) return null
      const verified = verifiedStream(stored)
      pipeline(bytes, verified, (cause) => { if (cause) options.onTrouble({ what: 'content_differs', id: stored.id, cause }) })
      return verified
    },
    async forget(storage_key) {
      try {
        await theStore().remove(storage_key)
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable)) throw cause
        options.onTrouble({ what: 'store_unavailable', cause })
      }
    },
  }
}
