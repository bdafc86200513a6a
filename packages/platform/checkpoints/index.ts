/**
 * Signed checkpoints of the audit chains: made by the server on a schedule and for each export, stored in the database and kept outside it, and
 * held against the chain. May import the store and contracts.
 */
import { holdsCheckpoint, type AuditCheckpoint, type PublicCheckpointKey } from '#contracts/audit-checkpoint.ts'
import type { ChainVerdict } from '#contracts/audit-chain.ts'
import {
  appendCheckpoint, CHECKPOINTS_A_BATCH, readAuditHead, readCheckpointBatch, readLastCheckpoint, readTenantsToSign, serverContext, walkAuditChain, withTenantRead, type Database, type Tx,
} from '#database/index.ts'
import type { CheckpointKeys } from './key-file.ts'
import type { KeptFolder } from './kept-folder.ts'

export { CheckpointKeyError, checkpointKeysOf, makeCheckpointKeyFile, newCheckpointKey, readCheckpointKeys, type CheckpointKeys } from './key-file.ts'
export { openKeptFolder, type KeptFolder } from './kept-folder.ts'

export type CheckpointOptions = {
  readonly db: Database
  /** null where no key is configured: nothing is signed, and what was signed before counts for nothing */
  readonly keys: CheckpointKeys | null
  /** null where checkpoints are kept in the database alone */
  readonly folder: KeptFolder | null
  /** a chain is signed once it grew by so many events, or by one and the last checkpoint is so old */
  readonly every_events: number
  readonly every_s: number
  readonly now: () => Date
  /** told of a chain that is not signed because it broke, once for each break, and of a round that failed */
  readonly onTrouble: (what: { readonly tenant_id: string | null; readonly broken_at?: number; readonly how?: string; readonly cause?: unknown }) => void
}

type Broken = Extract<ChainVerdict, { readonly ok: false }>
export type SignOutcome =
  /** signed now, or signed up to its end before */
  | { readonly status: 'signed' | 'current'; readonly checkpoint: AuditCheckpoint }
  /** another server is signing it, or it is not time, or there is nothing to sign or no key */
  | { readonly status: 'left' }
  /** what was signed before and what is stored now do not go together: such a chain is never signed */
  | { readonly status: 'broken'; readonly verdict: Broken }

/** What holds a chain against rewriting. */
export type Evidence = {
  /** hashes by number, from checkpoints whose key counts and whose signature holds */
  readonly kept: ReadonlyMap<number, string>
  readonly signed_up_to: number | null
  readonly signed_at: string | null
  /** checkpoints in the store or the folder by a key that counts, whose signature does not hold: somebody wrote them */
  readonly refused: number
  /** checkpoints by keys that are not in the key file */
  readonly by_other_keys: number
}

export type Checkpoints = {
  readonly keys: readonly PublicCheckpointKey[]
  /** whether they are kept outside the database too */
  readonly kept_outside: boolean
  /** signs the end of a tenant's chain if it is time, or at once; first walks it from what was signed last */
  sign(tenant_id: string, when: 'if_due' | 'now'): Promise<SignOutcome>
  evidence(tenant_id: string): Promise<Evidence>
  /** signs what is due, of every tenant */
  round(): Promise<void>
  /** runs rounds until stopped; nothing where there is no key */
  start(): void
  /** no round begins any more; resolves when the running one has ended */
  stop(): Promise<void>
}

/** How often a server looks whether a checkpoint is due. */
const ROUND_EVERY_MS = 15_000
const SIGNATURES_AT_ONCE = 64

/** Puts the signer together. Nothing runs before `start`. */
export function createCheckpoints(options: CheckpointOptions): Checkpoints {
  const { db, keys, folder, now } = options
  const trusted = new Set((keys?.trusted ?? []).map(({ key_id }) => key_id))
  /** the newest checkpoint that this server knows to be in its folder, by tenant */
  const lastKept = new Map<string, AuditCheckpoint | null>()
  /** breaks that were told */
  const told = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const reads = (tenant_id: string) => <T>(work: (tx: Tx) => Promise<T>): Promise<T> => withTenantRead(db, serverContext(tenant_id), work)

  /** Of many checkpoints, those that count. */
  async function weigh(all: readonly AuditCheckpoint[]): Promise<{ good: AuditCheckpoint[]; refused: number; by_other_keys: number }> {
    const good: AuditCheckpoint[] = []
    const known = all.filter(({ key_id }) => trusted.has(key_id))
    for (let i = 0; i < known.length; i += SIGNATURES_AT_ONCE) {
      const some = known.slice(i, i + SIGNATURES_AT_ONCE)
      const holds = await Promise.all(some.map(holdsCheckpoint))
      good.push(...some.filter((_, n) => holds[n]))
    }
    return { good, refused: known.length - good.length, by_other_keys: all.length - known.length }
  }

  async function readStored(tenant_id: string, after: number): Promise<AuditCheckpoint[]> {
    const all: AuditCheckpoint[] = []
    for (let from = after; ; ) {
      const batch = await reads(tenant_id)((tx) => readCheckpointBatch(tx, { after: from, up_to: Number.MAX_SAFE_INTEGER }))
      all.push(...batch)
      if (batch.length < CHECKPOINTS_A_BATCH) return all
      from = batch.at(-1)!.seq
    }
  }

  const newest = (checkpoints: readonly AuditCheckpoint[]): AuditCheckpoint | null => checkpoints.reduce<AuditCheckpoint | null>((last, each) => (last === null || each.seq > last.seq ? each : last), null)

  async function lastInFolder(tenant_id: string): Promise<AuditCheckpoint | null> {
    if (folder === null) return null
    if (!lastKept.has(tenant_id)) lastKept.set(tenant_id, newest((await weigh(await folder.read(tenant_id))).good))
    return lastKept.get(tenant_id)!
  }

  /** Writes into the folder what the store has beyond it: what another server signed, or this one just before it died. */
  async function keep(tenant_id: string, after: AuditCheckpoint | null): Promise<void> {
    if (folder === null) return
    const { good } = await weigh(await readStored(tenant_id, after?.seq ?? 0))
    await folder.add(good)
    lastKept.set(tenant_id, newest(good) ?? after)
  }

  const broken = (rows: number, broken_at: number, how: Broken['how']): SignOutcome => ({ status: 'broken', verdict: { ok: false, rows, broken_at, how } })

  async function sign(tenant_id: string, when: 'if_due' | 'now'): Promise<SignOutcome> {
    if (keys === null) return { status: 'left' }
    const inFolder = await lastInFolder(tenant_id)
    const [head, stored] = await reads(tenant_id)((tx) => Promise.all([readAuditHead(tx), readLastCheckpoint(tx, [...trusted])]))
    if (stored !== null && !(await holdsCheckpoint(stored))) return broken(stored.seq - 1, stored.seq, 'edited')
    if (stored !== null && inFolder !== null && stored.seq === inFolder.seq && stored.hash !== inFolder.hash) return broken(stored.seq - 1, stored.seq, 'forked')
    const last = stored === null || (inFolder !== null && inFolder.seq > stored.seq) ? inFolder : stored
    const grown = head.seq - (last?.seq ?? 0)
    const aged_s = last === null ? Number.POSITIVE_INFINITY : (now().getTime() - Date.parse(last.at)) / 1000
    const due = grown > 0 && (when === 'now' || grown >= options.every_events || aged_s >= options.every_s)
    if (grown < 0 || due || when === 'now') {
      const verdict = await walkAuditChain(reads(tenant_id), tenant_id, last === null ? {} : { after: { seq: last.seq, hash: last.hash } })
      if (!verdict.ok) return { status: 'broken', verdict }
      if (due) {
        const checkpoint = keys.sign({ tenant_id, seq: verdict.head.seq, hash: verdict.head.hash, at: `${now().toISOString().slice(0, 19)}Z` })
        const ours = await appendCheckpoint(db, checkpoint)
        await keep(tenant_id, inFolder)
        return ours ? { status: 'signed', checkpoint } : { status: 'left' }
      }
    }
    // Another server may have signed what stands in no folder of ours.
    if (stored !== null && folder !== null && stored.seq > (inFolder?.seq ?? 0)) await keep(tenant_id, inFolder)
    return last !== null && grown === 0 ? { status: 'current', checkpoint: last } : { status: 'left' }
  }

  async function round(): Promise<void> {
    for (const tenant_id of await readTenantsToSign(db)) {
      if (stopped) return
      const outcome = await sign(tenant_id, 'if_due')
      if (outcome.status !== 'broken') continue
      const { broken_at, how } = outcome.verdict
      if (told.has(`${tenant_id} ${broken_at} ${how}`)) continue
      told.add(`${tenant_id} ${broken_at} ${how}`)
      options.onTrouble({ tenant_id, broken_at, how })
    }
  }

  const next = (): void => {
    timer = setTimeout(() => {
      running = round().catch((cause: unknown) => options.onTrouble({ tenant_id: null, cause })).finally(() => { if (!stopped) next() })
    }, ROUND_EVERY_MS)
    timer.unref()
  }

  return {
    keys: keys?.trusted ?? [], kept_outside: folder !== null, sign, round,
    async evidence(tenant_id) {
      const found = await weigh([...(await readStored(tenant_id, 0)), ...(folder === null ? [] : await folder.read(tenant_id))])
      const last = newest(found.good)
      // Where store and folder part, the folder counts: it stands behind, and it is what nobody of the database could write.
      return { kept: new Map(found.good.map(({ seq, hash }) => [seq, hash])), signed_up_to: last?.seq ?? null, signed_at: last?.at ?? null, refused: found.refused, by_other_keys: found.by_other_keys }
    },
    start() { if (keys !== null && !stopped) next() },
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}
