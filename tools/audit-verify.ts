/**
 * `npm run audit:verify -- FILE [KEPT]`: an exported audit, judged by nothing but itself: no server, no database, no key. With KEPT, an export
 * that was kept from earlier, also whether the later one still goes through all of it. Exits 0 when everything holds, 1 with the first line and
 * number that does not, 2 when it cannot be read.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { verifyAuditExport, type ExportVerdict } from '#contracts/audit-export.ts'

const HOW = {
  edited: 'it was changed, or what stood before it was', missing: 'it is not there', reordered: 'another row stands in its place', forked: 'another history begins here',
  truncated: 'the file ends before it',
} as const

const judge = (file: string, kept?: ReadonlyMap<number, string>, each?: (seq: number, hash: string) => void): Promise<ExportVerdict> =>
  verifyAuditExport(createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity }), kept, each)

/** What is printed about a file. */
function sentence(file: string, verdict: ExportVerdict): string {
  if (verdict.ok) return `${file}: verified. ${verdict.events} events of tenant ${verdict.tenant_id}, head ${verdict.head.seq} ${verdict.head.hash}\n`
  if (verdict.tenant_id === null) return `${file}: no audit export: ${verdict.why}\n`
  return `${file}${verdict.line === null ? '' : `:${verdict.line}`}: broken at number ${verdict.first_bad_seq} (${verdict.how}): ${HOW[verdict.how]}. ${verdict.events} events before it hold.\n`
}

async function main(): Promise<number> {
  const [file, earlier, ...rest] = parseArgs({ allowPositionals: true }).positionals
  if (file === undefined || rest.length > 0) {
    process.stderr.write('usage: npm run audit:verify -- FILE [KEPT]\n')
    return 2
  }
  const kept = new Map<number, string>()
  if (earlier !== undefined) {
    const verdict = await judge(earlier, undefined, (seq, hash) => kept.set(seq, hash))
    process.stdout.write(sentence(earlier, verdict))
    if (!verdict.ok) return 1
  }
  const verdict = await judge(file, kept)
  process.stdout.write(sentence(file, verdict))
  return verdict.ok ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
