/** What the server does with artifacts by itself: each round visits every tenant, and what it does is written into that tenant's audit as the server's own doing. */
import type { Readable } from 'node:stream'
import type { ARTIFACT_REFUSALS } from '#contracts/api/artifacts.ts'
import { sha256Hex } from '#contracts/canonical-json.ts'
import {
  appendAlone, byServer, judgeArtifact, NOTHING_DONE, noteWhyItWaits, readHeldKeys, readPastKeeping, readQuarantined, readTenantsToSign, removeArtifact, serverContext, withTenantRead, withTenantUpkeep,
  type AuditEntry, type Database, type StoredBytes,
} from '#database/index.ts'
import { checkForm, FORM_CHECK, type Scanner } from '#platform/scanning/index.ts'
import { StoreUnavailable, type ArtifactStore, type Spool } from '#platform/storage/index.ts'

export type ArtifactTrouble = { readonly what: 'store_unavailable' | 'scanner_unavailable' | 'content_differs' | 'bytes_missing' | 'round_failed'; readonly id?: string; readonly count?: number; readonly cause?: unknown }
/** What is counted for the metrics. */
export type ArtifactCount = 'waiting' | 'rows_without_bytes' | 'orphans_removed'

export type RoundOptions = {
  readonly db: Database
  readonly store: ArtifactStore | null
  readonly spool: Spool
  /** null where no virus scanner is configured: then the form check alone judges, under its own name */
  readonly scanner: Scanner | null
  readonly now: () => Date
  readonly onTrouble: (trouble: ArtifactTrouble) => void
  readonly count: (what: ArtifactCount, n: number) => void
}
export type Rounds = {
  /** a verdict over each quarantined file that can be judged now; answers how many got one. Stops at a scanner or store that does not answer */
  scanRound(): Promise<number>
  /** removes what is past its time; answers how many */
  retentionRound(): Promise<number>
  /** removes bytes that no row holds, and counts rows whose bytes are gone */
  sweepRound(): Promise<{ readonly orphans: number; readonly rows_without_bytes: number }>
  /** there is something to judge: the next scan round begins now */
  wake(): void
  /** runs rounds until stopped */
  start(): void
  /** no round begins any more; resolves when the running one has ended */
  stop(): Promise<void>
}

const SCAN_EVERY_MS = 15_000
/** A scanner that does not answer is asked less and less often, up to this. */
const SCAN_RETRY_MAX_MS = 5 * 60_000
const SWEEP_EVERY_MS = 60 * 60_000
/** Bytes that no row holds are an upload that died, or one that is still on its way: an hour tells them apart. */
export const ORPHAN_AFTER_MS = 60 * 60_000
const A_TENANT_AT_A_TIME = 20

type Outcome = 'judged' | 'waits' | 'nobody_answers'

export function createRounds({ db, store, spool, scanner, now, onTrouble, count }: RoundOptions): Rounds {
  let stopped = false
  let failures = 0
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let swept_ms = 0
  let again = false

  const reads = <T>(tenant_id: string, work: Parameters<typeof withTenantRead<T>>[2]): Promise<T> => withTenantRead(db, serverContext(tenant_id), work)
  const record = (tenant_id: string, entry: AuditEntry, before: Parameters<typeof appendAlone>[4]): Promise<boolean> => appendAlone(db, byServer(tenant_id), entry, { request_id: 'server' }, before)

  async function judge(tenant_id: string, file: StoredBytes, refused_because: (typeof ARTIFACT_REFUSALS)[number] | null, by: string, signature?: string): Promise<void> {
    const judged = await record(tenant_id, {
      action: refused_because === null ? 'artifact.passed' : 'artifact.refused', entity: 'artifact', entity_id: file.id, transition_seq: 2,
      facts: { scanner: by, sha256: file.sha256, ...(refused_because === null ? {} : { because: refused_because }), ...(signature === undefined ? {} : { signature }) },
    }, async (tx) => ((await judgeArtifact(tx, file.id, { scanner: by, refused_because })) ? undefined : NOTHING_DONE))
    // After the verdict: bytes that are gone while their file still waits would look like a loss.
    if (judged && refused_because !== null) await remove(file.storage_key)
  }

  async function remove(storage_key: string): Promise<void> {
    try {
      await store?.remove(storage_key)
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause
      // The sweep takes it: no row holds these bytes any more.
      onTrouble({ what: 'store_unavailable', cause })
    }
  }

  async function scanOne(tenant_id: string, file: StoredBytes): Promise<Outcome> {
    const waits = async (why: Parameters<typeof noteWhyItWaits>[2], outcome: Outcome): Promise<Outcome> => {
      await withTenantUpkeep(db, serverContext(tenant_id), (tx) => noteWhyItWaits(tx, file.id, why))
      return outcome
    }
    const by = scanner === null ? `${FORM_CHECK}, no virus scanner` : `${FORM_CHECK}, ${scanner.name}`
    try {
      const stream = await store!.open(file.storage_key)
      if (stream === null) {
        await judge(tenant_id, file, 'bytes_missing', by)
        return 'judged'
      }
      const bytes = await upTo(stream, file.size_bytes)
      if (bytes === null || sha256Hex(bytes) !== file.sha256) {
        await judge(tenant_id, file, 'bytes_differ', by)
        return 'judged'
      }
      if ('fault' in checkForm(file.file_name, file.media_type, bytes)) {
        await judge(tenant_id, file, 'form', by)
        return 'judged'
      }
      const answer = scanner === null ? null : await scanner.scan(bytes)
      if (answer?.verdict === 'unavailable') {
        if (answer.why === 'scanner_unavailable') onTrouble({ what: 'scanner_unavailable', id: file.id })
        return waits(answer.why, answer.why === 'scanner_unavailable' ? 'nobody_answers' : 'waits')
      }
      const judged_by = answer === null ? by : `${FORM_CHECK}, ${answer.scanner}`
      if (answer?.verdict === 'infected') await judge(tenant_id, file, 'infected', judged_by, answer.signature)
      else await judge(tenant_id, file, null, judged_by)
      return 'judged'
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause
      onTrouble({ what: 'store_unavailable', cause })
      return waits('storage_unavailable', 'nobody_answers')
    }
  }

  async function scanRound(): Promise<number> {
    let judged = 0
    let waiting = 0
    if (store === null) return 0
    for (const tenant_id of await readTenantsToSign(db)) {
      const files = await reads(tenant_id, (tx) => readQuarantined(tx, A_TENANT_AT_A_TIME))
      const before = judged
      for (const file of files) {
        if (stopped) return judged
        const outcome = await scanOne(tenant_id, file)
        if (outcome === 'judged') judged++
        else waiting++
        if (outcome === 'nobody_answers') {
          failures++
          count('waiting', waiting)
          return judged
        }
      }
      if (files.length === A_TENANT_AT_A_TIME && judged > before) again = true
    }
    failures = 0
    count('waiting', waiting)
    return judged
  }

  async function retentionRound(): Promise<number> {
    let removed = 0
    for (const tenant_id of await readTenantsToSign(db)) {
      for (const file of await reads(tenant_id, (tx) => readPastKeeping(tx, A_TENANT_AT_A_TIME))) {
        if (stopped) return removed
        const done = await record(tenant_id, { action: 'artifact.removed', entity: 'artifact', entity_id: file.id, transition_seq: 3, facts: { because: 'retention', sha256: file.sha256 } },
          async (tx) => ((await removeArtifact(tx, file.id, 'retention')) ? undefined : NOTHING_DONE))
        if (!done) continue
        await remove(file.storage_key)
        removed++
      }
    }
    return removed
  }

  async function sweepRound(): Promise<{ orphans: number; rows_without_bytes: number }> {
    let [orphans, rows_without_bytes] = [0, 0]
    const before_ms = now().getTime() - ORPHAN_AFTER_MS
    await spool.sweep(before_ms)
    if (store === null) return { orphans, rows_without_bytes }
    // Tenants of this database alone: what lies under another prefix is another installation's.
    for (const tenant_id of await readTenantsToSign(db)) {
      if (stopped) break
      const first = await reads(tenant_id, readHeldKeys)
      const listed = new Map<string, number>()
      for await (const { storage_key, written_ms } of store.list(tenant_id)) listed.set(storage_key, written_ms)
      // Read again after the listing: a row that came while it ran holds its bytes, and one that ended then lost none.
      const held = new Set((await reads(tenant_id, readHeldKeys)).map(({ storage_key }) => storage_key))
      for (const [storage_key, written_ms] of listed) {
        if (held.has(storage_key) || written_ms >= before_ms) continue
        await store.remove(storage_key)
        orphans++
      }
      for (const { storage_key, id } of first) {
        if (listed.has(storage_key) || !held.has(storage_key)) continue
        rows_without_bytes++
        onTrouble({ what: 'bytes_missing', id })
      }
    }
    count('orphans_removed', orphans)
    count('rows_without_bytes', rows_without_bytes)
    return { orphans, rows_without_bytes }
  }

  async function round(): Promise<void> {
    again = false
    await scanRound()
    if (now().getTime() - swept_ms < SWEEP_EVERY_MS) return
    swept_ms = now().getTime()
    await retentionRound()
    await sweepRound()
  }

  const nextIn = (ms: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      timer = null
      running = round().catch((cause: unknown) => onTrouble({ what: cause instanceof StoreUnavailable ? 'store_unavailable' : 'round_failed', cause }))
        .finally(() => { if (!stopped && timer === null) nextIn(again && failures === 0 ? 0 : Math.min(SCAN_EVERY_MS * 2 ** failures, SCAN_RETRY_MAX_MS)) })
    }, ms)
    timer.unref()
  }
  let started = false

  return {
    scanRound, retentionRound, sweepRound,
    wake() {
      again = true
      // A round that runs goes on with what came in the meantime; a scanner that was away is not asked by each upload.
      if (started && !stopped && timer !== null && failures === 0) nextIn(0)
    },
    start() {
      started = true
      if (!stopped) nextIn(0)
    },
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}

/** All of the stream; null where it has more than so many bytes. */
async function upTo(stream: Readable, bytes_max: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      if ((size += part.length) > bytes_max) return null
      parts.push(part)
    }
  } catch (cause) {
    throw new StoreUnavailable('the bytes broke off', { cause })
  }
  return Buffer.concat(parts)
}
