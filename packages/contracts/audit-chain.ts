/**
 * The audit chain as arithmetic: what a row's hash covers, and how a walk finds the first number at which a chain does not hold. The server walks
 * its database with it and `npm run audit:verify` an exported file. Appending is migration 0006's.
 */
import { createHash } from 'node:crypto'
import type { ChainBreak } from './api/audit.ts'

/** One row as it was hashed; `at_us` is its time in microseconds since 1970. */
export type ChainLink = { readonly seq: number; readonly at_us: bigint; readonly payload: Uint8Array; readonly hash: Uint8Array }
export type ChainHead = { readonly seq: number; readonly hash: string }
export type ChainVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: ChainHead }
  | { readonly ok: false; readonly rows: number; readonly broken_at: number; readonly how: ChainBreak }

/** What stands before a tenant's first row. */
export const chainGenesis = (tenant_id: string): Buffer => createHash('sha256').update(`flowclaw audit v1|${tenant_id}`).digest()

/** The hash of a row: over the hash before it, its number, its time and the stored bytes. */
export const chainHash = (before: Uint8Array, { seq, at_us, payload }: Omit<ChainLink, 'hash'>): Buffer =>
  createHash('sha256').update(before).update(int64(BigInt(seq))).update(int64(at_us)).update(payload).digest()

const int64 = (value: bigint): Buffer => { const bytes = Buffer.alloc(8); bytes.writeBigInt64BE(value); return bytes }

export type ChainWalk = {
  /** the next row, in the order in which it is stored; `fits` is false where something beside the hashed bytes contradicts them */
  add(link: ChainLink, fits?: boolean): void
  /** marks the next number as changed: there is something, and it is no row */
  unreadable(): void
  /** adds a hash that was kept elsewhere, of a number that the walk has not reached; where two of one number part, the row cannot be both */
  keep(seq: number, hash: string): void
  /** whether nothing is wrong so far; after a break one more row is looked at to name it */
  readonly whole: boolean
  end(head: ChainHead | null): ChainVerdict
}

/**
 * Walks a chain from its beginning, or from a row that is known to hold. `kept` are hashes that someone kept elsewhere, by number: a chain that was
 * rewritten from some number on, with hashes of its own, holds in itself and shows only against them.
 */
export function walkChain(tenant_id: string, kept: ReadonlyMap<number, string> = new Map(), after?: ChainHead): ChainWalk {
  const held = new Map([...kept].map(([seq, hash]) => [seq, [hash]]))
  let before: Buffer = after === undefined ? chainGenesis(tenant_id) : Buffer.from(after.hash, 'hex')
  let rows = after?.seq ?? 0
  let last_at_us = 0n
  let broken: { seq: number; how: ChainBreak; at_us: bigint | null } | null = null
  let keptUpTo = 0
  for (const seq of held.keys()) if (seq > keptUpTo) keptUpTo = seq

  /** What the row after the break says about its kind. Times rise with the numbers, so a row that is younger than its follower was moved. */
  function name(found: NonNullable<typeof broken>, link: ChainLink): void {
    if (found.how === 'missing' ? link.seq === found.seq : found.how === 'edited' && found.at_us !== null && found.at_us > link.at_us) found.how = 'reordered'
    found.at_us = null
  }

  return {
    get whole() { return broken === null },
    unreadable() { broken ??= { seq: rows + 1, how: 'edited', at_us: null } },
    keep(seq, hash) {
      if (seq <= rows) throw new Error(`number ${seq} was walked already`)
      held.set(seq, [...(held.get(seq) ?? []), hash])
      if (seq > keptUpTo) keptUpTo = seq
    },
    add(link, fits = true) {
      if (broken !== null) return name(broken, link)
      const seq = rows + 1
      if (link.seq !== seq) { broken = link.seq > seq ? { seq, how: 'missing', at_us: null } : { seq: link.seq, how: 'forked', at_us: null }; return }
      const hash = chainHash(before, link)
      if (!fits || !hash.equals(link.hash)) { broken = { seq, how: link.at_us < last_at_us ? 'reordered' : 'edited', at_us: link.at_us }; return }
      if (held.get(seq)?.some((known) => known !== hash.toString('hex')) === true) { broken = { seq, how: 'forked', at_us: null }; return }
      before = hash
      last_at_us = link.at_us
      rows = seq
    },
    end(head) {
      const no = (broken_at: number, how: ChainBreak): ChainVerdict => ({ ok: false, rows, broken_at, how })
      // What stands behind the end that the head names was put there.
      if (broken !== null) return no(broken.seq, head !== null && broken.seq > head.seq ? 'forked' : broken.how)
      if (head === null || head.seq > rows) return no(rows + 1, 'truncated')
      if (head.seq < rows) return no(head.seq + 1, 'forked')
      if (head.hash !== before.toString('hex')) return no(Math.max(rows, 1), 'forked')
      return keptUpTo > rows ? no(rows + 1, 'truncated') : { ok: true, rows, head: { seq: rows, hash: before.toString('hex') } }
    },
  }
}

/** The fields of a payload, or null where the bytes are no JSON object. */
export function payloadOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch { return null }
}
