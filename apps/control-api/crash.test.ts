/**
 * A server is killed at every named moment of a change, and the request is sent again to another server over the same database. The pairs of
 * operation and moment come from the route table and packages/database/crash-points.ts; FLOWCLAW_CRASH_SEED chooses among them,
 * FLOWCLAW_CRASH_KILLS says how many (`all` for every pair, as `npm run prove` does).
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { CRASH_POINTS, type CrashPoint } from '#database/crash-points.ts'
import { verifyAuditChain, withTenantRead } from '#database/index.ts'
import { hashPassword } from '#platform/auth/index.ts'
import type { OperationRecord } from './http/operation.ts'
import { csrfTokenOf } from './http/session-cookie.ts'
import { CALLS, NOTHING, PASSWORD } from './testing/calls.ts'
import { databaseDigest } from './testing/database-digest.ts'
import { bodyBytes } from './testing/forms.ts'
import { startInstance, type Instance } from './testing/instances.ts'
import { ORIGIN, openWorld, type World } from './testing/world.ts'

const KILLS = 12
const seed = process.env['FLOWCLAW_CRASH_SEED'] ?? '1'
const wanted = process.env['FLOWCLAW_CRASH_KILLS'] ?? String(KILLS)

let world: World
let password_hash: string
let spare: Promise<Instance>
before(async () => {
  world = await openWorld()
  password_hash = await hashPassword(PASSWORD)
  spare = startInstance(world.database.url, world.files)
})
after(async () => {
  await (await spare).stop()
  await world.close()
})

type Pair = { readonly operation: OperationRecord; readonly point: CrashPoint }

/** Mutations of a signed-in person that the table of calls can have done: what nobody may call opens no transaction of a tenant, and a refusal has its own test below. */
const mutations = (): OperationRecord[] => world.app.operations.filter(({ operationId, audit, permission }) => audit !== null && permission !== 'public' && (CALLS[operationId]!.status < 400 || CALLS[operationId]!.done !== undefined))

/** The pairs in an order that the seed makes. */
async function pairs(): Promise<Pair[]> {
  const all = mutations().flatMap((operation) => CRASH_POINTS.map((point) => ({ operation, point })))
  const keyed = await Promise.all(all.map(async (pair) => ({ pair, key: await hashOf(`${seed}|${pair.operation.operationId}|${pair.point}`) })))
  const sorted = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ pair }) => pair)
  return wanted === 'all' ? sorted : sorted.slice(0, Number(wanted))
}
const hashOf = async (text: string): Promise<string> => Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex')

/** Resolves when no connection of a dead server still holds a transaction open. */
async function nothingOpen(): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const { rows: [row] } = await world.database.superuser.query<{ n: number }>(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and usename = 'app_rt' and (state like 'idle in transaction%' or state = 'active')")
    if (row!.n === 0) return
    await wait(5)
  }
  throw new Error('a transaction of a dead server stays open')
}

/** Kills a server in the middle of this operation at this point, looks at what is stored, sends the request again elsewhere. Answers whether the point was reached. */
async function kill({ operation, point }: Pair): Promise<boolean> {
  const call = CALLS[operation.operationId]!
  const role = call.works_for as Exclude<typeof call.works_for, 'nobody'>
  const status = call.done?.status ?? call.status
  // A password or a second factor that an earlier kill left would refuse this one.
  await world.database.superuser.query("update users set password_hash = $1 where kind = 'person'", [password_hash])
  await world.database.superuser.query('delete from recovery_codes')
  await world.database.superuser.query('delete from account_factors')
  await call.done?.ready(world, world.a.users[role])
  const client = await world.as(world.a, role)
  const thing = call.thing ? await call.thing(world, world.a, 'own') : NOTHING
  await call.ready?.(world, world.a)
  const body = call.done === undefined ? call.body?.(world.a, thing, role) : call.done.body()
  const headers = {
    cookie: `flowclaw=${client.token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(client.token), 'idempotency-key': randomUUID(),
    ...(body === undefined ? {} : { 'content-type': bodyBytes(body).content_type }),
  }
  const rowsBefore = (await world.auditRows(world.a)).length
  const digestBefore = await databaseDigest(world.database.superuser)
  const written = async () => (await world.auditRows(world.a)).slice(rowsBefore)

  const victim = await spare
  await victim.dieAt(point)
  const first = await victim.ask(operation.method, call.url(thing), { headers, body })
  const where = `${operation.operationId} killed at ${point} (seed ${seed})`
  if (first !== 'no answer') {
    // The point lies on another path of this operation: it did what it should.
    assert.equal(first.status, status, `${where}: ${first.text}`)
    return false
  }
  spare = startInstance(world.database.url, world.files)
  await nothingOpen()

  const stored = (await written()).length
  if (point === 'committed') assert.equal(stored, 1, `${where}: what was committed is there`)
  else if (point !== 'commit_sent') assert.equal(stored, 0, `${where}: nothing of it is there`)
  if (stored === 0) assert.deepEqual(await databaseDigest(world.database.superuser), digestBefore, `${where}: no effect without its audit row`)

  const again = await client.ask(operation.method, call.url(thing), { headers, ...(body === undefined ? {} : { body }) })
  // Without an idempotency key there is no stored answer: what ended the session is found done, by being signed out, and what took something away by there being nothing left.
  const done = stored === 1 && !operation.idempotent ? [status, 401, call.status] : [status]
  assert.ok(done.includes(again.status), `${where}, sent again: ${again.status} ${again.text}`)
  const done_rows = (await written()).filter(({ action, facts }) => action === operation.audit && !Object.hasOwn(facts as object, 'refused'))
  // What keeps no key and does not end the session that asked (a new secret for an authenticator) is simply done anew.
  assert.equal(done_rows.length, stored === 1 && !operation.idempotent && again.status === status ? 2 : 1, `${where}: done once`)
  return true
}

// Guarantee: a server that dies at any moment of a change loses nothing that was acknowledged and, when asked again, does nothing twice.
test(`attack 29: SIGKILL at named crash points, then the same request elsewhere (${wanted} of them, seed ${seed})`, { timeout: 900_000 }, async (t) => {
  const reached = new Map<CrashPoint, number>()
  for (const pair of await pairs()) if (await kill(pair)) reached.set(pair.point, (reached.get(pair.point) ?? 0) + 1)
  t.diagnostic(`killed at ${[...reached].map(([point, n]) => `${point} ${n}`).join(', ')}`)
  const killed = [...reached.values()].reduce((sum, n) => sum + n, 0)
  assert.ok(killed >= (wanted === 'all' ? mutations().length * 3 : Number(wanted) / 3), 'most of the pairs were really killed')
  for (const company of [world.a, world.b]) {
    const answer = await withTenantRead(world.deps.db, { tenant_id: company.id, user_id: company.users.platform_admin, role: 'platform_admin' } as never, (tx) => verifyAuditChain(tx))
    assert.equal((answer as { ok: boolean }).ok, true, JSON.stringify(answer))
  }
})

// Guarantee: a refusal whose server dies before writing it down was told to nobody; told at last, it is on record once and has changed nothing.
test('SIGKILL between the rollback of a refusal and its audit row', async () => {
  const client = await world.as(world.a, 'merchant_client')
  const thing = await CALLS['acceptRouteSession']!.thing!(world, world.a, 'own')
  const body = { version: thing.version + 7 }
  const headers = { cookie: `flowclaw=${client.token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(client.token), 'idempotency-key': randomUUID(), 'content-type': 'application/json' }
  const path = `/api/route-sessions/${thing.id}/accept`
  const rowsBefore = (await world.auditRows(world.a)).length
  const digestBefore = await databaseDigest(world.database.superuser)
  const victim = await spare
  await victim.dieAt('undone')
  assert.equal(await victim.ask('POST', path, { headers, body }), 'no answer')
  spare = startInstance(world.database.url, world.files)
  await nothingOpen()
  assert.equal((await world.auditRows(world.a)).length, rowsBefore)
  const again = await client.ask('POST', path, { headers, body })
  assert.equal(again.json.code, 'stale_version')
  assert.equal((await world.auditRows(world.a)).length, rowsBefore + 1)
  assert.deepEqual(await databaseDigest(world.database.superuser), digestBefore)
})
