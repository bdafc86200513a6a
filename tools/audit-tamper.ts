/**
 * `npm run audit:tamper -- [--tries 10000] [--seed 1]`: the owner of the tables edits, deletes, reorders, truncates and forks a real chain in a real
 * PostgreSQL at random places, and each try must be found at its exact number, in the store against the checkpoints kept outside, and in its export
 * against an export that was kept. Prints what was not found; exits 1 where anything was not.
 */
import { rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { chainGenesis, chainHash, type ChainHead } from '#contracts/audit-chain.ts'
import { AUDIT_EXPORT_FORMAT, verifyAuditExport } from '#contracts/audit-export.ts'
import { appendAlone, readAuditBatch, readAuditHead, walkAuditChain, type Tx } from '#database/index.ts'
import { checkpointKeysOf, createCheckpoints, newCheckpointKey, openKeptFolder } from '#platform/checkpoints/index.ts'
import { openTestDatabase, type TestDatabase } from './testing/database.ts'
import { makeTestTenant } from './testing/tenant.ts'

/** Events of the chain, and the numbers that were signed while it grew. */
const LENGTH = 60
const SIGNED = [17, 38, LENGTH]
export const TAMPERINGS = ['edit', 'edit_with_hash', 'edit_column', 'delete', 'reorder', 'truncate', 'truncate_with_head', 'fork'] as const
type Tampering = (typeof TAMPERINGS)[number]
type Row = { readonly seq: number; readonly at_us: bigint; readonly payload: Buffer; readonly hash: Buffer }

export type TamperResult = {
  readonly tries: number
  /** found at the exact number, of the tries of each kind */
  readonly found: Readonly<Record<Tampering, readonly [found: number, tried: number]>>
  /** the first tries that were not, in words */
  readonly missed: readonly string[]
}

/** A number from 0 up to below `below`, the same for the same seed (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Tampers `tries` times with a chain of its own, each time undone, and says how often it was found where it was. */
export async function tamper({ tries, seed }: { readonly tries: number; readonly seed: number }): Promise<TamperResult> {
  const database = await openTestDatabase()
  const kept_in = mkdtempSync(join(tmpdir(), 'fc-tamper-'))
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  try {
    const { tenant_id, whole, kept } = await grow(database, kept_in)
    await owner.connect()
    return await tamperAs(owner, tenant_id, whole, kept, tries, dice(seed))
  } finally {
    await owner.end().catch(() => undefined)
    await database.close()
    rmSync(kept_in, { recursive: true, force: true })
  }
}

/** A tenant whose chain was signed on the way, as the product does both. */
async function grow(database: TestDatabase, folder: string): Promise<{ tenant_id: string; whole: Row[]; kept: ReadonlyMap<number, string> }> {
  const { admin, tenant_id } = await makeTestTenant(database)
  const checkpoints = createCheckpoints({ db: database.db, keys: checkpointKeysOf(newCheckpointKey()), folder: openKeptFolder(folder), every_s: 1, every_events: 1, now: () => new Date(), onTrouble: () => undefined })
  for (let n = 1; n <= LENGTH; n += 1) {
    await appendAlone(database.db, admin, { action: 'test.done', entity: 'test', entity_id: `thing ${n}`, transition_seq: null, facts: { n } }, { request_id: `r${n}` })
    if (SIGNED.includes(n)) await checkpoints.sign(tenant_id, 'now')
  }
  const { rows } = await database.superuser.query<{ seq: string; at_us: string; payload: Buffer; hash: Buffer }>('select seq, (extract(epoch from at) * 1000000)::bigint::text as at_us, payload, hash from audit_events where tenant_id = $1 order by seq', [tenant_id])
  // As a server that starts anew knows it: from the folder, which no owner of a database can write.
  const { kept } = await checkpoints.evidence(tenant_id)
  return { tenant_id, whole: rows.map((row) => ({ ...row, seq: Number(row.seq), at_us: BigInt(row.at_us) })), kept }
}

async function tamperAs(owner: pg.Client, tenant_id: string, whole: readonly Row[], kept: ReadonlyMap<number, string>, tries: number, roll: (below: number) => number): Promise<TamperResult> {
  const keptExport = new Map(whole.map(({ seq, hash }) => [seq, hash.toString('hex')]))
  const found = Object.fromEntries(TAMPERINGS.map((kind) => [kind, [0, 0]])) as unknown as Record<Tampering, [number, number]>
  const missed: string[] = []
  const tx = { actor: { tenant_id }, sql: async (text: string, values: readonly unknown[] = []) => (await owner.query(text, values as unknown[])).rows } as unknown as Tx
  await owner.query('begin')
  // What an owner can do: look past row-level security, and switch off what refuses changes.
  for (const table of ['audit_events', 'audit_heads', 'audit_checkpoints']) await owner.query(`alter table ${table} no force row level security`)
  for (const table of ['audit_events', 'audit_checkpoints']) await owner.query(`alter table ${table} disable trigger user`)
  for (let n = 0; n < tries; n += 1) {
    const kind = TAMPERINGS[n % TAMPERINGS.length]!
    await owner.query('savepoint before')
    const [in_store, in_export] = await TAMPER[kind](owner, tenant_id, whole, roll)
    const verdict = await walkAuditChain((work) => work(tx), tenant_id, { kept })
    const offline = await verifyAuditExport(await exported(tx, tenant_id), { kept: keptExport })
    await owner.query('rollback to savepoint before')
    const said = [verdict.ok ? null : verdict.broken_at, offline.ok || offline.tenant_id === null ? null : offline.first_bad_seq]
    found[kind][1] += 1
    if (said[0] === in_store && said[1] === in_export) found[kind][0] += 1
    else if (missed.length < 10) missed.push(`try ${n}: ${kind} at ${in_store} (${in_export} in the export) was found at ${said[0]} (${said[1]})`)
  }
  const after = await walkAuditChain((work) => work(tx), tenant_id, { kept })
  await owner.query('rollback')
  if (!after.ok) missed.push('the chain was not whole after the last try')
  return { tries, found, missed }
}

/** The export of what is stored now, without its checkpoints: against a whole kept export they add nothing. */
async function exported(tx: Tx, tenant_id: string): Promise<string[]> {
  const head: ChainHead = await readAuditHead(tx)
  const events = await readAuditBatch(tx, { after: -1, up_to: head.seq })
  return [{ type: 'genesis', format: AUDIT_EXPORT_FORMAT, tenant_id, genesis: chainGenesis(tenant_id).toString('hex') }, ...events.map((event) => ({ type: 'event', ...event })), { type: 'head', ...head }].map((line) => JSON.stringify(line))
}

/** Does it, and answers the number at which it must be found: in the store, and in an export against a kept one; null where that is whole. */
type Do = (owner: pg.Client, tenant_id: string, whole: readonly Row[], roll: (below: number) => number) => Promise<readonly [number, number | null]>

const flip = (bytes: Buffer, at: number): Buffer => { const copy = Buffer.from(bytes); copy[at % copy.length]! ^= 1; return copy }
const before = (tenant_id: string, whole: readonly Row[], seq: number): Buffer => (seq === 1 ? chainGenesis(tenant_id) : whole[seq - 2]!.hash)
const firstSigned = (from: number): number => SIGNED.find((seq) => seq >= from)!
/** Another number inside a payload: what somebody would want to change. */
const forge = (payload: Buffer): Buffer => Buffer.from(payload.toString('utf8').replace(/"n":(\d+)/, (_, n: string) => `"n":${Number(n) + 1}`))

const TAMPER: Readonly<Record<Tampering, Do>> = {
  async edit(owner, tenant_id, whole, roll) {
    const row = whole[roll(LENGTH)]!
    const [column, value] = ([['payload', flip(row.payload, roll(1e6))], ['hash', flip(row.hash, roll(1e6))], ['at', null]] as const)[roll(3)]!
    if (column === 'at') await owner.query("update audit_events set at = at + interval '1 microsecond' where tenant_id = $1 and seq = $2", [tenant_id, row.seq])
    else await owner.query(`update audit_events set ${column} = $3 where tenant_id = $1 and seq = $2`, [tenant_id, row.seq, value])
    return [row.seq, row.seq]
  },
  async edit_with_hash(owner, tenant_id, whole, roll) {
    const row = whole[roll(LENGTH)]!
    const payload = forge(row.payload)
    await owner.query('update audit_events set payload = $3, hash = $4 where tenant_id = $1 and seq = $2', [tenant_id, row.seq, payload, chainHash(before(tenant_id, whole, row.seq), { ...row, payload })])
    // A hash that fits its row is the next row's to refuse, unless this very number was signed.
    return [SIGNED.includes(row.seq) ? row.seq : row.seq + 1, row.seq]
  },
  async edit_column(owner, tenant_id, whole, roll) {
    const { seq } = whole[roll(LENGTH)]!
    const column = (['action', 'entity', 'entity_id'] as const)[roll(3)]!
    await owner.query(`update audit_events set ${column} = ${column} || 'x' where tenant_id = $1 and seq = $2`, [tenant_id, seq])
    // An export carries what was hashed and no columns, so it is whole.
    return [seq, null]
  },
  async delete(owner, tenant_id, _whole, roll) {
    const [seq, count] = [1 + roll(LENGTH), 1 + roll(5)]
    await owner.query('delete from audit_events where tenant_id = $1 and seq >= $2 and seq < $3', [tenant_id, seq, seq + count])
    return [seq, seq]
  },
  async reorder(owner, tenant_id, _whole, roll) {
    const a = 1 + roll(LENGTH)
    const b = 1 + ((a + roll(LENGTH - 1)) % LENGTH)
    for (const [from, to] of [[a, -1], [b, a], [-1, b]]) await owner.query('update audit_events set seq = $3 where tenant_id = $1 and seq = $2', [tenant_id, from, to])
    return [Math.min(a, b), Math.min(a, b)]
  },
  async truncate(owner, tenant_id, _whole, roll) {
    const last = roll(LENGTH)
    await owner.query('delete from audit_events where tenant_id = $1 and seq > $2', [tenant_id, last])
    return [last + 1, last + 1]
  },
  async truncate_with_head(owner, tenant_id, whole, roll) {
    const last = roll(LENGTH)
    await owner.query('delete from audit_events where tenant_id = $1 and seq > $2', [tenant_id, last])
    await owner.query('delete from audit_checkpoints where tenant_id = $1 and seq > $2', [tenant_id, last])
    await owner.query('update audit_heads set seq = $2, hash = $3 where tenant_id = $1', [tenant_id, last, before(tenant_id, whole, last + 1)])
    return [last + 1, last + 1]
  },
  async fork(owner, tenant_id, whole, roll) {
    const from = 1 + roll(LENGTH)
    let hash = before(tenant_id, whole, from)
    const rewritten = whole.slice(from - 1).map((row) => { const payload = forge(row.payload); hash = chainHash(hash, { ...row, payload }); return { seq: row.seq, payload, hash } })
    await owner.query('update audit_events e set payload = v.payload, hash = v.hash from unnest($2::bigint[], $3::bytea[], $4::bytea[]) as v (seq, payload, hash) where e.tenant_id = $1 and e.seq = v.seq',
      [tenant_id, rewritten.map(({ seq }) => seq), rewritten.map(({ payload }) => payload), rewritten.map((row) => row.hash)])
    await owner.query('update audit_heads set hash = $2 where tenant_id = $1', [tenant_id, hash])
    await owner.query('delete from audit_checkpoints where tenant_id = $1 and seq >= $2', [tenant_id, from])
    // Hashes of its own hold in themselves: the store shows it at the next number that was signed, a kept export at the number itself.
    return [firstSigned(from), from]
  },
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { tries: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } })
  const result = await tamper({ tries: Number(values.tries), seed: Number(values.seed) })
  for (const [kind, [found, tried]] of Object.entries(result.found)) process.stdout.write(`${kind}: ${found} of ${tried} found at the exact number\n`)
  for (const line of result.missed) process.stdout.write(`${line}\n`)
  process.stdout.write(`${Object.values(result.found).reduce((sum, [found]) => sum + found, 0)} of ${result.tries}\n`)
  if (result.missed.length > 0) process.exitCode = 1
}
