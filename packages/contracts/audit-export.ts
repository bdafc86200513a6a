/**
 * The exported audit, judged line by line by nothing but itself: first the tenant, its genesis and the keys that its server signs with, then the
 * signed checkpoints, then each event with the text whose bytes were hashed, last the head. Format 1 had neither keys nor checkpoints.
 */
import type { ChainBreak } from './api/audit.ts'
import { asCheckpoint, holdsCheckpoint } from './audit-checkpoint.ts'
import { chainGenesis, payloadOf, walkChain, type ChainHead } from './audit-chain.ts'

export const AUDIT_EXPORT_FORMAT = 'flowclaw-audit-export-2'
const FORMATS: readonly unknown[] = [AUDIT_EXPORT_FORMAT, 'flowclaw-audit-export-1']

/** What signatures say about an export that holds. */
export type SignedPart = {
  /** the last number that a counted checkpoint signs; null where there is none */
  readonly up_to: number | null
  readonly at: string | null
  readonly checkpoints: number
  /** fingerprints of the keys of the counted checkpoints */
  readonly key_ids: readonly string[]
  /** by pinned keys, or by keys that only the export itself declares */
  readonly pinned: boolean
  /** good signatures of keys that are not pinned, which count for nothing where keys are pinned */
  readonly by_other_keys: number
}
export type ExportVerdict =
  | { readonly ok: true; readonly tenant_id: string; readonly events: number; readonly head: ChainHead; readonly signed: SignedPart }
  /** `line` counts from 1; null where what is wrong is that a line is not there. `bad_checkpoint`: the signature of this number's is not its key's */
  | { readonly ok: false; readonly tenant_id: string; readonly events: number; readonly first_bad_seq: number; readonly how: ChainBreak | 'bad_checkpoint'; readonly line: number | null }
  /** not an export at all, or another tenant's than it says */
  | { readonly ok: false; readonly tenant_id: null; readonly why: string }

type Line = Readonly<Record<string, unknown>>
const HASH = /^[0-9a-f]{64}$/
const AT = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\.([0-9]{6})Z$/
const encoder = new TextEncoder()

/** A time with microseconds as their number since 1970, or null. */
function microseconds(at: unknown): bigint | null {
  const match = typeof at === 'string' ? AT.exec(at) : null
  const seconds_ms = match === null ? Number.NaN : Date.parse(`${match[1]!}Z`)
  // Written back it must be the same, so that two spellings of one time are not both right.
  if (!Number.isSafeInteger(seconds_ms) || new Date(seconds_ms).toISOString().slice(0, 19) !== match![1]) return null
  return BigInt(seconds_ms) * 1000n + BigInt(match![2]!)
}

/**
 * A line as the server writes it, or null: with a field twice, or in another spelling, one reader would see what another does not, and what nobody
 * hashed would pass for verified.
 */
function plainLine(text: string): Line | null {
  const line = payloadOf(encoder.encode(text))
  return line !== null && JSON.stringify(line) === text && Object.keys(line).every((field) => FIELDS[String(line['type'])]?.includes(field) === true) ? line : null
}
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  genesis: ['type', 'format', 'tenant_id', 'genesis', 'keys'], checkpoint: ['type', 'tenant_id', 'seq', 'hash', 'at', 'key_id', 'public_key', 'signature'],
  event: ['type', 'seq', 'at', 'payload', 'hash'], head: ['type', 'seq', 'hash'],
}

const isEvent = (line: Line): line is { seq: number; at: string; payload: string; hash: string } =>
  line['type'] === 'event' && Number.isSafeInteger(line['seq']) && typeof line['payload'] === 'string' && typeof line['hash'] === 'string' && HASH.test(line['hash'])
const isHead = (line: Line): line is { seq: number; hash: string } =>
  line['type'] === 'head' && Number.isSafeInteger(line['seq']) && typeof line['hash'] === 'string' && HASH.test(line['hash'])

export type ExportCheck = {
  /** hashes that were kept elsewhere, by number: a history that was written again from some number on holds in itself and shows against them alone */
  readonly kept?: ReadonlyMap<number, string> | undefined
  /** fingerprints of the keys whose checkpoints count; without them every key that the export declares does */
  readonly pinned?: ReadonlySet<string> | undefined
  /** told every hash that holds */
  readonly each?: (seq: number, hash: string) => void
}

/** Recomputes every hash of an export, checks every signature, and holds the chain against what was signed and what was kept. */
export async function verifyAuditExport(lines: AsyncIterable<string> | Iterable<string>, { kept, pinned, each }: ExportCheck = {}): Promise<ExportVerdict> {
  let walk: ReturnType<typeof walkChain> | null = null
  let tenant_id = ''
  let head: ChainHead | null = null
  let badLine: number | null = null
  let number = 0
  let walked = false
  let badCheckpoint: { seq: number; line: number } | null = null
  const signed = { up_to: null as number | null, at: null as string | null, checkpoints: 0, key_ids: new Set<string>(), by_other_keys: 0 }
  for await (const text of lines) {
    number += 1
    const line = plainLine(text) ?? {}
    if (walk === null) {
      if (line['type'] !== 'genesis' || !FORMATS.includes(line['format']) || typeof line['tenant_id'] !== 'string') return { ok: false, tenant_id: null, why: `line 1 does not begin an export of format ${AUDIT_EXPORT_FORMAT}` }
      tenant_id = line['tenant_id']
      if (line['genesis'] !== chainGenesis(tenant_id).toString('hex')) return { ok: false, tenant_id: null, why: 'line 1: the genesis is not that of the tenant' }
      walk = walkChain(tenant_id, kept)
      continue
    }
    const wasWhole = walk.whole
    const at_us = microseconds(line['at'])
    const checkpoint = line['type'] === 'checkpoint' ? asCheckpoint(line) : null
    // Nothing stands behind the head: it is the last line.
    if (head !== null) { head = null; walk.unreadable() } else if (isHead(line)) head = { seq: line.seq, hash: line.hash }
    else if (isEvent(line) && at_us !== null) {
      const payload = encoder.encode(line.payload)
      walked = true
      walk.add({ seq: line.seq, at_us, payload, hash: Buffer.from(line.hash, 'hex') }, payloadOf(payload)?.['tenant_id'] === tenant_id)
      if (walk.whole) each?.(line.seq, line.hash)
    } else if (checkpoint !== null && !walked) {
      if (checkpoint.tenant_id !== tenant_id || !(await holdsCheckpoint(checkpoint))) badCheckpoint ??= { seq: checkpoint.seq, line: number }
      else if (pinned !== undefined && !pinned.has(checkpoint.key_id)) signed.by_other_keys += 1
      else {
        walk.keep(checkpoint.seq, checkpoint.hash)
        signed.checkpoints += 1
        signed.key_ids.add(checkpoint.key_id)
        if (checkpoint.seq > (signed.up_to ?? 0)) { signed.up_to = checkpoint.seq; signed.at = checkpoint.at }
      }
    } else walk.unreadable()
    if (wasWhole && !walk.whole) badLine = number
  }
  if (walk === null) return { ok: false, tenant_id: null, why: 'the file is empty' }
  const verdict = walk.end(head)
  if (!verdict.ok) return { ok: false, tenant_id, events: verdict.rows, first_bad_seq: verdict.broken_at, how: verdict.how, line: badLine }
  if (badCheckpoint !== null) return { ok: false, tenant_id, events: verdict.rows, first_bad_seq: badCheckpoint.seq, how: 'bad_checkpoint', line: badCheckpoint.line }
  return { ok: true, tenant_id, events: verdict.rows, head: verdict.head, signed: { ...signed, key_ids: [...signed.key_ids], pinned: pinned !== undefined } }
}
