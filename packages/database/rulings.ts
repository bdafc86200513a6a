/**
 * What policy said of every candidate, small: the ids, and for each an index into the distinct lists of denials, compressed. A demo
 * decision of some hundred verdicts fits in a few hundred bytes.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Verdict } from '#contracts/routing.ts'
import type { Rulings } from './types.ts'

type PackedBatch = { p: string; d: string[][]; i: string[]; v: number[] }
const INFLATED_BYTES_MAX = 16 * 1024 * 1024

/** allow is kept as the absence of denials; a verdict that says both or neither is refused, because it would come back as another one. */
export function packRulings(rulings: Rulings): Buffer {
  const batches = rulings.map(({ policy_revision, verdicts }): PackedBatch => {
    const lists = new Map<string, number>()
    const v = verdicts.map(({ allow, denials, candidate_id }) => {
      if (allow !== (denials.length === 0)) throw new Error(`verdict of ${candidate_id} contradicts itself`)
      const key = denials.join('\n')
      const known = lists.get(key) ?? lists.size
      lists.set(key, known)
      return known
    })
    return { p: policy_revision, d: [...lists.keys()].map((key) => (key === '' ? [] : key.split('\n'))), i: verdicts.map((x) => x.candidate_id), v }
  })
  // Few kilobytes: the smaller window is set up much faster and packs as well.
  return deflateRawSync(JSON.stringify(batches), { level: 1, windowBits: 13, memLevel: 6 })
}

/** The rulings as they were given to packRulings. */
export function unpackRulings(packed: Buffer): Rulings {
  const batches = JSON.parse(inflateRawSync(packed, { maxOutputLength: INFLATED_BYTES_MAX }).toString('utf8')) as PackedBatch[]
  return batches.map(({ p, d, i, v }) => ({
    policy_revision: p,
    verdicts: i.map((candidate_id, at): Verdict => ({ candidate_id, allow: d[v[at]!]!.length === 0, denials: d[v[at]!]! })),
  }))
}
