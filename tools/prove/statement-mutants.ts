/**
 * Each statement that the API really sends, sent again without row-level security and beside a twin tenant whose rows carry the very same ids: its
 * own WHERE must then hold alone. And each predicate on a tenant or a merchant taken out of it, one at a time: the answer must change, or nothing
 * would notice that it is gone. The workload is one call of every operation by every role that may, on own, foreign and missing things.
 */
import type pg from 'pg'
import { ROLES } from '#contracts/roles.ts'
import { countRouteSessions, withTenantRead } from '#database/index.ts'
import { CALLS, makeCall, NOTHING, PASSWORD } from '#api/testing/calls.ts'
import { openWorld, type World } from '#api/testing/world.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { may } from '#platform/roles/index.ts'
import { describeTables, scenarios, TWIN, type Sent, type Table } from './scenarios.ts'

export type StatementResult = {
  /** different texts that name a tenant, and how often one was tried */
  readonly statements: number
  readonly tries: number
  readonly mutants: number
  readonly survivors: readonly string[]
  /** statements that without row-level security answer otherwise beside the twin */
  readonly leaning: readonly string[]
}

/**
 * A statement is looked at again under other parameters, because one call alone may not need each predicate. In depth: once in each round of each operation
 * and role that send it, so that what is sent everywhere is not given up before somebody has written the rows that it looks for, and so many times in a
 * workspace in which every session has everything, which takes seconds.
 */
const DEEP = { tries: 40, callers: true, wide: 3 }
const SHORT: typeof DEEP = { tries: 12, callers: false, wide: 0 }
/** What every call sends is soon known; after so many tries only survivors are looked for. */
const TRIES_TO_LEAN = 4

/** `x.tenant_id = $1`, `"merchant_id" = $3`, `a.tenant_id = b.tenant_id`: whatever compares a tenant or a merchant. */
const PREDICATE = /(?:\w+\.|"\w+"\.)?"?(?:tenant_id|merchant_id)"? (?:=|is not distinct from) (?:\$\d+(?:::uuid)?|(?:\w+\.|"\w+"\.)"?(?:tenant_id|merchant_id)"?)/g

/** The text without its n-th predicate. A parameter that only stood there keeps its type. */
export function withoutPredicate(text: string, n: number): string {
  let i = 0
  return text.replace(PREDICATE, (predicate) => {
    if (i++ !== n) return predicate
    const parameter = /\$\d+/.exec(predicate)?.[0]
    return parameter === undefined ? 'true' : `(${parameter}::uuid is not null or ${parameter}::uuid is null)`
  })
}
const predicatesOf = (text: string): string[] => [...text.matchAll(PREDICATE)].map(([predicate]) => predicate)

type Seen = { tries: number; leaning: boolean; wide: number; readonly killed: Set<number>; readonly callers: Set<string> }

/** Runs the workload and looks at every statement of it. */
export async function killStatementMutants({ nth = 1, say = () => undefined }: { /** only every n-th operation, and a short look: then many mutants survive */ readonly nth?: number; readonly say?: (line: string) => void } = {}): Promise<StatementResult> {
  const depth = nth === 1 ? DEEP : SHORT
  const world = await openWorld()
  const seen = new Map<string, Seen>()
  const looker = await world.database.superuser.connect()
  try {
    await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
    const sent = listen(world)
    await looker.query("set session_replication_role = 'replica'")
    await dropChecks(looker)
    const tables = await describeTables(looker)
    const clone = cloner(looker, tables, world.a.id)
    // Twice: in the second round the rows of the first are there to be found.
    const asked = world.app.operations.filter((_, i) => i % nth === 0)
    for (const [round, operation] of [1, 2].flatMap((round) => asked.map((operation) => [round, operation] as const))) {
      const row = CALLS[operation.operationId]!
      for (const role of ROLES.filter((each) => operation.permission !== 'public' && may(each, operation.permission as never))) {
        for (const thing of [row.thing ? await row.thing(world, world.a, 'own') : NOTHING, ...(row.thing ? [await row.thing(world, world.a, 'other'), await row.thing(world, world.b, 'own')] : [])]) {
          const client = await world.as(world.a, role)
          sent.length = 0
          await makeCall(client, operation, row, world.a, thing, role)
          await look(looker, clone, tables, sent, seen, world.a.id, depth, `${round} ${operation.operationId} ${role}`)
        }
      }
      say(`statements: ${operation.operationId}, ${seen.size} texts`)
    }
    // A filter of the store that no route uses today, and any may tomorrow.
    const { merchant_client: user_id } = world.a.users
    sent.length = 0
    await withTenantRead(world.deps.db, { tenant_id: world.a.id, user_id, role: 'merchant_client', merchant_id: world.a.merchants.own }, (tx) => countRouteSessions(tx, { open: ['recommended'] }, world.a.merchants.own))
    await look(looker, clone, tables, sent, seen, world.a.id, depth, 'store')
  } finally {
    looker.release()
    await world.close()
  }
  const entries = [...seen]
  return {
    statements: entries.length, tries: entries.reduce((sum, [, { tries }]) => sum + tries, 0), mutants: entries.reduce((sum, [text]) => sum + predicatesOf(text).length, 0),
    survivors: entries.flatMap(([text, { killed }]) => predicatesOf(text).flatMap((predicate, i) => (killed.has(i) ? [] : [`${predicate} (number ${i + 1}) of: ${text.replace(/\s+/g, ' ')}`]))),
    leaning: entries.filter(([, { leaning }]) => leaning).map(([text]) => text.replace(/\s+/g, ' ')),
  }
}

/** Tables' own checks would refuse a marked text; they say nothing of tenants. */
async function dropChecks(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ sql: string }>("select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0")
  for (const { sql } of rows) await client.query(sql)
}

/** Writes down what the app's connections send. */
function listen(world: World): Sent[] {
  const sent: Sent[] = []
  const watch = (client: pg.PoolClient): void => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const asked = args[0] as string | { text: string; values?: unknown[] }
        const { text, values } = typeof asked === 'string' ? { text: asked, values: args[1] as unknown[] | undefined } : asked
        if (text !== undefined && predicatesOf(text).length > 0) sent.push({ text, values: Array.isArray(values) ? values : [] })
        return query(...args)
      },
    })
  }
  world.deps.db.pool.on('connect', watch as never)
  return sent
}

/** Texts that are shown and that nothing is found by. */
const NAMES = /name|reason|statement|note|city|description/

/** Puts the twin's rows where they are missing: A's own, with the same ids, under another tenant, and every text marked. */
export function cloner(client: pg.PoolClient, tables: readonly Table[], a: string): () => Promise<void> {
  const statements = tables.map(({ table, columns }) => {
    const values = columns.map(({ name, type, held }) => (name === 'tenant_id' ? `'${TWIN}'::uuid` : type === 'text' && !held && NAMES.test(name) ? `"${name}" || ' of the twin'` : `"${name}"`))
    return `insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) overriding system value select ${values.join(', ')} from ${table} where tenant_id = '${a}' on conflict do nothing`
  })
  const all = statements.join(';\n')
  return async () => { await client.query(all) }
}

/** What a statement answers, rows in their order where it says one; null where it cannot be sent. */
async function answerOf(client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<string> {
  await client.query('savepoint one')
  try {
    const { rows, rowCount } = await client.query(text, values as unknown[])
    return JSON.stringify([rowCount, rows.map((row) => JSON.stringify(row)).sort()])
  } catch (cause) {
    return `error ${(cause as { code: string }).code}`
  } finally {
    await client.query('rollback to savepoint one')
  }
}

async function look(client: pg.PoolClient, clone: () => Promise<void>, tables: readonly Table[], sent: readonly Sent[], seen: Map<string, Seen>, a: string, depth: typeof DEEP, caller: string): Promise<void> {
  for (const { text, values } of sent) {
    const state = seen.get(text) ?? { tries: 0, leaning: false, wide: 0, killed: new Set<number>(), callers: new Set<string>() }
    seen.set(text, state)
    const predicates = predicatesOf(text).length
    if (state.tries >= depth.tries || (state.tries >= TRIES_TO_LEAN && (state.killed.size === predicates || (depth.callers && state.callers.has(caller))))) continue
    state.tries++
    state.callers.add(caller)
    await client.query('begin')
    try {
      const alone = await answerOf(client, text, values)
      await clone()
      if (alone !== await answerOf(client, text, values)) state.leaning = true
      const wide = state.wide < depth.wide && state.tries > TRIES_TO_LEAN
      if (wide) state.wide++
      const isChanged = async (change: string): Promise<boolean> => {
        if (state.killed.size === predicates) return false
        // A state that the catalog's own keys forbid is none.
        return change === '' || await client.query(change).then(() => true, () => false)
      }
      const lookAgain = async (): Promise<void> => {
        const whole = await answerOf(client, text, values)
        for (let n = 0; n < predicates; n++) {
          if (!state.killed.has(n) && await answerOf(client, withoutPredicate(text, n), values) !== whole) state.killed.add(n)
        }
      }
      for (const { base, then } of scenarios({ text, values }, tables, a, { before: depth === DEEP, wide })) {
        await client.query('savepoint scenario')
        if (await isChanged(base)) {
          await lookAgain()
          for (const change of then) {
            await client.query('savepoint change')
            if (await isChanged(change)) await lookAgain()
            await client.query('rollback to savepoint change')
          }
        }
        await client.query('rollback to savepoint scenario')
      }
    } finally {
      await client.query('rollback')
    }
  }
}
