/**
 * The exported audit, judged line by line by nothing but itself: first the tenant and its genesis, then each event with the text whose bytes
 * were hashed, last the head.
 */
import type { ChainBreak } from './api/audit.ts'
import { chainGenesis, payloadOf, walkChain, type ChainHead } from './audit-chain.ts'

export const AUDIT_EXPORT_FORMAT = 'flowclaw-audit-export-1'

export type ExportVerdict =
  | { readonly ok: true; readonly tenant_id: string; readonly events: number; readonly head: ChainHead }
  /** `line` counts from 1; null where what is wrong is that a line is not there */
  | { readonly ok: false; readonly tenant_id: string; readonly events: number; readonly first_bad_seq: number; readonly how: ChainBreak; readonly line: number | null }
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

const isEvent = (line: Line): line is { seq: number; at: string; payload: string; hash: string } =>
  line['type'] === 'event' && Number.isSafeInteger(line['seq']) && typeof line['payload'] === 'string' && typeof line['hash'] === 'string' && HASH.test(line['hash'])
const isHead = (line: Line): line is { seq: number; hash: string } =>
  line['type'] === 'head' && Number.isSafeInteger(line['seq']) && typeof line['hash'] === 'string' && HASH.test(line['hash'])

/**
 * Recomputes every hash of an export. `kept` are hashes of an earlier export, by number: a history that was written again from some number on holds
 * in itself and shows against them alone. `each` is told every hash that holds.
 */
export async function verifyAuditExport(lines: AsyncIterable<string> | Iterable<string>, kept?: ReadonlyMap<number, string>, each?: (seq: number, hash: string) => void): Promise<ExportVerdict> {
  let walk: ReturnType<typeof walkChain> | null = null
  let tenant_id = ''
  let head: ChainHead | null = null
  let badLine: number | null = null
  let number = 0
  for await (const text of lines) {
    number += 1
    const line = payloadOf(encoder.encode(text)) ?? {}
    if (walk === null) {
      if (line['type'] !== 'genesis' || line['format'] !== AUDIT_EXPORT_FORMAT || typeof line['tenant_id'] !== 'string') return { ok: false, tenant_id: null, why: `line 1 does not begin an export of format ${AUDIT_EXPORT_FORMAT}` }
      tenant_id = line['tenant_id']
      if (line['genesis'] !== chainGenesis(tenant_id).toString('hex')) return { ok: false, tenant_id: null, why: 'line 1: the genesis is not that of the tenant' }
      walk = walkChain(tenant_id, kept)
      continue
    }
    const wasWhole = walk.whole
    const at_us = microseconds(line['at'])
    // Nothing stands behind the head: it is the last line.
    if (head !== null) { head = null; walk.unreadable() } else if (isHead(line)) head = { seq: line.seq, hash: line.hash }
    else if (isEvent(line) && at_us !== null) {
      const payload = encoder.encode(line.payload)
      walk.add({ seq: line.seq, at_us, payload, hash: Buffer.from(line.hash, 'hex') }, payloadOf(payload)?.['tenant_id'] === tenant_id)
      if (walk.whole) each?.(line.seq, line.hash)
    } else walk.unreadable()
    if (wasWhole && !walk.whole) badLine = number
  }
  if (walk === null) return { ok: false, tenant_id: null, why: 'the file is empty' }
  const verdict = walk.end(head)
  return verdict.ok ? { ok: true, tenant_id, events: verdict.rows, head: verdict.head }
    : { ok: false, tenant_id, events: verdict.rows, first_bad_seq: verdict.broken_at, how: verdict.how, line: badLine }
}
