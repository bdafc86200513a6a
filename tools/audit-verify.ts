/**
 * `npm run audit:verify -- FILE [KEPT…] [--pin FINGERPRINT…]`: an exported audit, judged by nothing but itself: no server, no database, no secret. Each KEPT
 * is an export or a file of checkpoints that was kept from earlier: does the later one still go through all of it? With --pin, only checkpoints by
 * keys of these fingerprints count, and there must be one; without, a key is only what the export itself declares. Exits 0 when everything holds,
 * 1 with the first line and number that does not, 2 when it cannot be read.
 */
import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { asCheckpoint, holdsCheckpoint } from '#contracts/audit-checkpoint.ts'
import { payloadOf } from '#contracts/audit-chain.ts'
import { verifyAuditExport, type ExportVerdict, type SignedPart } from '#contracts/audit-export.ts'

const HOW = {
  edited: 'it was changed, or what stood before it was', missing: 'it is not there', reordered: 'another row stands in its place', forked: 'another history begins here, or behind the checkpoint before',
  truncated: 'the file ends before it', bad_checkpoint: 'the signature of its checkpoint is not that of its key',
} as const

/** Lines that end with a line feed, and in no other way: node's readline ends one at U+2028 too, which JSON may hold inside a string. */
async function* linesOf(file: string): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop()!
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}

/** What signatures say of a file that holds. */
function signedWords({ up_to, at, checkpoints, key_ids, pinned, by_other_keys }: SignedPart): string {
  const others = by_other_keys === 0 ? '' : ` ${by_other_keys} checkpoints by keys that are not pinned were not counted.`
  if (up_to === null) return `Nothing of it is signed${pinned ? ' by a pinned key' : ''}: a cut or rewritten chain shows only against a file that was kept.${others}`
  return `Signed up to number ${up_to} at ${at} by ${checkpoints} checkpoints, ${pinned ? `keys pinned: ${key_ids.join(', ')}` : `by keys that only this file declares (${key_ids.join(', ')}): compare the fingerprint with one you got elsewhere, and pin it`}.${others}`
}

/** What is printed about a file. */
function sentence(file: string, verdict: ExportVerdict): string {
  if (verdict.ok) return `${file}: verified. ${verdict.events} events of tenant ${verdict.tenant_id}, head ${verdict.head.seq} ${verdict.head.hash}\n${signedWords(verdict.signed)}\n`
  if (verdict.tenant_id === null) return `${file}: no audit export: ${verdict.why}\n`
  return `${file}${verdict.line === null ? '' : `:${verdict.line}`}: broken at number ${verdict.first_bad_seq} (${verdict.how}): ${HOW[verdict.how]}. ${verdict.events} events before it hold.\n`
}

type Kept = { readonly ok: boolean; readonly said: string }

/** Reads a file of kept checkpoints into `kept`; null where the file is none. */
async function readCheckpoints(file: string, pinned: ReadonlySet<string> | undefined, kept: Map<number, string>): Promise<Kept | null> {
  let count = 0
  let line = 0
  for await (const text of linesOf(file)) {
    line += 1
    if (text === '') continue
    const checkpoint = asCheckpoint(payloadOf(Buffer.from(text)) ?? {})
    if (checkpoint === null && count === 0) return null
    if (checkpoint === null || !(await holdsCheckpoint(checkpoint))) return { ok: false, said: `${file}:${line}: no checkpoint, or its signature is not that of its key\n` }
    count += 1
    if (pinned?.has(checkpoint.key_id) !== false) kept.set(checkpoint.seq, checkpoint.hash)
  }
  return count === 0 ? null : { ok: true, said: `${file}: ${count} checkpoints, every signature holds.\n` }
}

async function main(): Promise<number> {
  const { positionals: [file, ...earlier], values } = parseArgs({ allowPositionals: true, options: { pin: { type: 'string', multiple: true } } })
  if (file === undefined || values.pin?.some((each) => !/^[0-9a-f]{64}$/.test(each)) === true) {
    process.stderr.write('usage: npm run audit:verify -- FILE [KEPT…] [--pin FINGERPRINT…]   (a fingerprint is 64 hex digits)\n')
    return 2
  }
  const pinned = values.pin === undefined ? undefined : new Set(values.pin)
  const kept = new Map<number, string>()
  for (const each of earlier) {
    const checkpoints = await readCheckpoints(each, pinned, kept)
    if (checkpoints !== null) {
      process.stdout.write(checkpoints.said)
      if (!checkpoints.ok) return 1
      continue
    }
    const verdict = await verifyAuditExport(linesOf(each), { each: (seq, hash) => kept.set(seq, hash) })
    process.stdout.write(sentence(each, verdict))
    if (!verdict.ok) return 1
  }
  const verdict = await verifyAuditExport(linesOf(file), { kept, pinned })
  process.stdout.write(sentence(file, verdict))
  return verdict.ok && (pinned === undefined || verdict.signed.up_to !== null) ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
