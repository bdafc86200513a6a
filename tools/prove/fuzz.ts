/**
 * Random queries of tenant A against a database that holds B too, each held against a database that never held B. Connections are kept over
 * errors, over other roles' sessions, and over honest transactions of B on the same connection.
 */
import type pg from 'pg'
import { contextText } from '#database/testing/isolation-probes.ts'
import { randomFrom } from '#orchestrator/oracle/prng.ts'
import { holdsCanary, KNOWN, openTwin, type Twin } from './twin.ts'
import { KINDS, queriesFrom, readSchema, type Kind, type Statement } from './random-queries.ts'

export type FuzzOptions = { readonly queries: number; readonly seed: number; /** planted into the crowded database before it begins, to see that it is found */ readonly leak?: string; readonly say?: (line: string) => void }
type Count = { sent: number; answered: number; with_rows: number; refused: number; failed: number }
export type FuzzResult = {
  readonly seed: number
  readonly queries: number
  readonly kinds: Readonly<Record<Kind, Count>>
  /** refused in one database and answered in the other, where it had no row to refuse: no canary is in them */
  readonly undecided: number
  readonly leaks: readonly string[]
  readonly rows_of_b: number
}

/** The serving role asks most; the worker's rights are others. */
const ROLES = ['app_rt', 'app_rt', 'app_rt', 'app_worker'] as const
const LONGEST_TRANSACTION = 8
/** Leaks that are written out; a broken policy makes thousands. */
const LEAKS_KEPT = 20
const CHECK_EVERY = 5_000

type Answer = { readonly ok: boolean; readonly code: string; readonly text: string; readonly rows: number; readonly sorted: string }

/** A statement's answer whole: all rows of all its results, or the error with everything that it says. */
async function ask(client: pg.Client, sql: string): Promise<Answer> {
  try {
    const results = await client.query({ text: sql, rowMode: 'array' }) as unknown as pg.QueryArrayResult | pg.QueryArrayResult[]
    const all = (Array.isArray(results) ? results : [results]).flatMap((result) => (result.command === 'SELECT' || result.rows.length > 0 ? result.rows : [[result.command, result.rowCount]]))
    const lines = all.map((row) => JSON.stringify(row))
    const rows = (Array.isArray(results) ? results : [results]).reduce((sum, result) => sum + result.rows.length, 0)
    return { ok: true, code: '', text: lines.join('\n'), rows, sorted: lines.sort().join('\n') }
  } catch (cause) {
    const { code, message, detail, hint, where } = cause as Record<string, string>
    return { ok: false, code: code ?? 'none', text: [message, detail, hint, where].join('\n'), rows: 0, sorted: '' }
  }
}

/** A right or a context that was refused, and what then follows in the same transaction. */
const REFUSALS: ReadonlySet<string> = new Set(['42501', '25P02'])
/** Kinds that answer rows of the tenant when they answer at all. */
const READS: ReadonlySet<Kind> = new Set(['select', 'join', 'subquery', 'cte', 'aggregate', 'set operation', 'prepared', 'cursor', 'temporary'])

export async function fuzz({ queries, seed, leak, say = () => undefined }: FuzzOptions): Promise<FuzzResult> {
  const twin = await openTwin()
  try {
    if (leak !== undefined) await twin.crowded.superuser.query(leak)
    return await run(twin, queries, seed, say)
  } finally {
    await twin.close()
  }
}

async function run(twin: Twin, queries: number, seed: number, say: (line: string) => void): Promise<FuzzResult> {
  const chance = randomFrom(seed)
  const untouched = await twin.fingerprint()
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, { sent: 0, answered: 0, with_rows: 0, refused: 0, failed: 0 }])) as Record<Kind, Count>
  const leaks: string[] = []
  let [sent, checked, undecided] = [0, 0, 0]
  const now_s = Math.floor(Date.now() / 1000)
  const lasts_s = 6 * 60 * 60
  const good = contextText(twin.a.tenant_id, now_s + lasts_s, twin.key)
  const ofB = contextText(KNOWN.tenant_id, now_s + lasts_s, twin.key)
  const forged = [
    KNOWN.tenant_id, `${KNOWN.tenant_id}||`, `${KNOWN.tenant_id}|${now_s + lasts_s}|${good.split('|')[2]}`, contextText(KNOWN.tenant_id, now_s + lasts_s, Buffer.alloc(32, 8)), '',
    contextText(KNOWN.tenant_id, now_s - 1, twin.key), good, good, `${good}|`, `${KNOWN.tenant_id}|${good}`, contextText(KNOWN.tenant_id, now_s + lasts_s, Buffer.alloc(0)),
  ]
  const sources = await Promise.all([...new Set(ROLES)].map(async (role, i) => {
    const schema = await readSchema(twin.lonely.superuser, role, twin.a.tenant_id)
    const pairs = await Promise.all(Array.from({ length: 2 }, async () => ({ crowded: await twin.connect('crowded', role), lonely: await twin.connect('lonely', role) })))
    for (const { crowded, lonely } of pairs) for (const client of [crowded, lonely]) await client.query("set statement_timeout = '5s'")
    return { role, pairs, stream: queriesFrom(schema, seed + i, () => forged) }
  }))

  const found = (why: string, statement: Statement, history: readonly string[]): void => {
    if (leaks.length < LEAKS_KEPT) leaks.push(`${why}\n  ${[...history, statement.sql].join(';\n  ')}`)
  }
  while (sent < queries && leaks.length < LEAKS_KEPT) {
    const { pairs, stream } = sources.find(({ role }) => role === chance.pick(ROLES)) ?? sources[0]!
    const pair = chance.pick(pairs)
    const both = (sql: string): Promise<[Answer, Answer]> => Promise.all([ask(pair.crowded, sql), ask(pair.lonely, sql)])
    // Now and then the connection serves B honestly first, as one of a pool does.
    if (chance.chance(0.1)) for (const sql of ['begin', `select set_config('fc.tenant', '${ofB}', true)`, 'select count(*) from merchants', 'commit']) await both(sql)
    const context = chance.chance(0.05) ? null : chance.chance(0.1) ? chance.pick(forged) : good
    const history: string[] = ['begin', ...(context === null ? [] : [`select set_config('fc.tenant', '${context}', true)`])]
    for (const sql of history) await both(sql)
    // Whoever tries contexts tries many things under each: a refusal is undone, and the next thing is tried.
    const stubborn = context !== null && context !== good
    let wrote = false
    for (let left = stubborn ? LONGEST_TRANSACTION : chance.integer(1, LONGEST_TRANSACTION); left > 0 && sent < queries; left--) {
      const statement = stream.next()
      sent++
      if (stubborn) await both('savepoint stubborn')
      const [crowded, lonely] = await both(statement.sql)
      const count = kinds[statement.kind]
      count.sent++
      if (crowded.ok) { count.answered++; if (crowded.rows > 0) count.with_rows++ } else if (crowded.code === '42501') count.refused++; else count.failed++
      if (holdsCanary(crowded.text)) found(`a canary in the ${crowded.ok ? 'answer' : `error ${crowded.code}`}: ${(/.{0,40}(?:canaryb|bbbbbbbb|6361|7770).{0,40}/.exec(crowded.text) ?? [''])[0]}`, statement, history)
      else if (crowded.ok && lonely.ok && (statement.clocked === true ? crowded.rows !== lonely.rows : crowded.sorted !== lonely.sorted)) found(`an answer that differs from that of a database without B: ${crowded.rows} rows and not ${lonely.rows}`, statement, history)
      else if (crowded.code !== lonely.code) {
        // A forged context is refused as soon as one row is looked at; beside no row of that name there is nothing to look at. All else must be alike.
        if (REFUSALS.has(crowded.code) || REFUSALS.has(lonely.code)) undecided++
        else found(`an error that a database without B does not answer: ${crowded.code} and not ${lonely.code || 'rows'}`, statement, history)
      }
      history.push(statement.sql)
      wrote ||= statement.writes === true
      if (statement.last === true) break
      if (stubborn) { await both('rollback to savepoint stubborn'); continue }
      // An error ends the transaction; once in a while what follows in it is tried all the same.
      if ((!crowded.ok || !lonely.ok) && chance.chance(0.8)) break
    }
    // What only read is committed, so that the connection is used again as after a success.
    await both(!wrote && chance.chance(0.5) ? 'commit' : 'rollback')
    if (chance.chance(0.02)) await both('discard all')
    for (const client of chance.chance(0.02) ? [pair.crowded, pair.lonely] : []) await client.query("set statement_timeout = '5s'")
    if (sent >= checked + CHECK_EVERY) {
      checked = sent
      say(`fuzz: ${sent} queries, ${leaks.length} leaks`)
      if ((await twin.fingerprint()).sum !== untouched.sum) { leaks.push(`rows of B were changed before query ${sent}`); break }
    }
  }
  const after = await twin.fingerprint()
  if (after.sum !== untouched.sum || after.rows !== untouched.rows) leaks.push('rows of B were changed')
  return { seed, queries: sent, kinds, undecided, leaks, rows_of_b: untouched.rows }
}

/** How many reads that were answered held rows: without them, nothing would be proven. In [0, 1]. */
export function shareWithRows({ kinds }: FuzzResult): number {
  const reads = [...READS].map((kind) => kinds[kind])
  return reads.reduce((sum, { with_rows }) => sum + with_rows, 0) / Math.max(1, reads.reduce((sum, { sent }) => sum + sent, 0))
}
