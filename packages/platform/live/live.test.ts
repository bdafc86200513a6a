/** What is put into the outbox is told once to every server that listens for the tenant, whatever the order of commits. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { EVENT_TOPICS } from '#contracts/api/events.ts'
import { clearOutbox, isSnapshot, readOutbox, saveRouteSession, sessionChanged, withTenantWrite, type Database } from '#database/index.ts'
import { createLive, type Live, type LiveOptions, type Told } from '#platform/live/index.ts'
import { eventsFor } from '#platform/live/visible.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'

let database: TestDatabase
let tenant: TestTenant
let foreign: TestTenant
before(async () => {
  database = await openTestDatabase()
  ;[tenant, foreign] = [await makeTestTenant(database), await makeTestTenant(database)]
})
after(() => database.close())

const save = async (of: TestTenant = tenant, db: Database = database.db): Promise<string> => {
  const session = makeTestSession(of)
  const written = await withTenantWrite(db, writeRequest(of.merchant), async (tx) => {
    await saveRouteSession(tx, session)
    return { audit: { action: 'route_session.requested', entity: 'route_session', entity_id: session.id, transition_seq: 1, facts: {} }, response: { status: 201, body: {} }, outbox: sessionChanged(session.id) }
  })
  assert.ok(written.ok)
  return session.id
}
const live = (change: Partial<LiveOptions> = {}): Live => createLive({ db: database.db, now: () => new Date(), newProbe: randomUUID, listen: false, onTrouble: (what, cause) => { throw new Error(what, { cause }) }, ...change })
const until = async (what: string, done: () => boolean): Promise<void> => {
  for (let i = 0; i < 200; i += 1) {
    if (done()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.fail(what)
}
const put = (client: pg.Client, topic: string, session_id: string) => client.query('insert into outbox (tenant_id, topic, body) values ($1, $2, $3)', [tenant.tenant_id, topic, JSON.stringify({ session_id })])

// Guarantee: a row whose transaction began first and committed last is told, and no row is told twice, with reads between any two commits.
test('rows that become visible in any order are each read once', async () => {
  const sessions = await Promise.all(Array.from({ length: 6 }, () => save()))
  const rows = sessions.flatMap((session_id) => EVENT_TOPICS.map((topic) => ({ topic, session_id })))
  let { snapshot } = await readOutbox(database.db, tenant.tenant_id, null)
  const seen: string[] = []
  const read = async (): Promise<void> => {
    const found = await readOutbox(database.db, tenant.tenant_id, snapshot)
    assert.ok(isSnapshot(found.snapshot), found.snapshot)
    snapshot = found.snapshot
    seen.push(...found.events.map(({ topic, session_id }) => `${topic} ${session_id}`))
  }
  const open: pg.Client[] = []
  // Eight begin in one order and commit in another, and one of each round is rolled back.
  for (let round = 0; round < rows.length; round += 8) {
    for (const { topic, session_id } of rows.slice(round, round + 8)) {
      const client = new pg.Client({ connectionString: database.superuser.options.connectionString })
      await client.connect()
      open.push(client)
      await client.query('begin')
      await put(client, topic, session_id)
    }
    await read()
    for (const i of [5, 0, 7, 2, 1, 6, 4, 3]) {
      await open[i]!.query(i === 4 ? 'rollback' : 'commit')
      await read()
    }
    for (const client of open.splice(0)) await client.end()
  }
  const told = rows.filter((_, i) => i % 8 !== 4).map(({ topic, session_id }) => `${topic} ${session_id}`)
  assert.deepEqual(seen.sort(), told.sort())
})

// Guarantee: a change is told to listeners of its tenant and to no other's, with its id and version alone.
test('a change is told at once where it was written, to its tenant alone', async () => {
  const server = live()
  const [own, others]: [Told[], Told[]] = [[], []]
  await server.subscribe(tenant.tenant_id, (told) => own.push(told))
  await server.subscribe(foreign.tenant_id, (told) => others.push(told))
  const id = await save()
  await until('it is not told', () => own.length > 0)
  assert.deepEqual(own.map(({ events }) => events), [[{ topic: 'session', session_id: id, merchant_id: tenant.merchant.merchant_id, version: 1 }]])
  assert.deepEqual(others, [])
  await server.stop()
})

// Guarantee: another server is woken by a notification, long before it would look by itself; without notifications it looks by itself.
test('what one server writes another one tells', async () => {
  for (const [listen, every_ms] of [[true, 600_000], [false, 50]] as const) {
    const db = database.open({ max: 4 })
    const [writes, hears] = [live({ listen, every_ms: 600_000 }), live({ db, listen, every_ms })]
    const told: Told[] = []
    await hears.subscribe(tenant.tenant_id, (each) => told.push(each))
    hears.start()
    if (listen) await until('nothing is heard', () => hears.listening)
    const id = await save()
    await until(`listen ${listen}`, () => told.some(({ events }) => events.some(({ session_id }) => session_id === id)))
    await Promise.all([writes.stop(), hears.stop()])
  }
})

// Guarantee: whoever comes back with a place is told what came after it; a place that is too old, from elsewhere or made up is no place.
test('a place is taken up again, or refused', async () => {
  let now = new Date('2026-09-29T08:00:00Z')
  const server = live({ now: () => now })
  const { id, end } = await server.subscribe(tenant.tenant_id, () => undefined)
  end()
  const sessions = [await save(), await save()]
  const since = await server.since(tenant.tenant_id, id)
  assert.deepEqual(since?.events.map(({ session_id }) => session_id).sort(), sessions.sort())
  assert.deepEqual((await server.since(tenant.tenant_id, since!.id))?.events, [])
  assert.deepEqual((await server.since(foreign.tenant_id, id))?.events, [], 'a place is no right to another tenant')
  const stamp = Math.floor(now.getTime() / 1000)
  for (const made of ['', 'x', '9:8:', '5:9:12', '5:9:7,6', '5:9:; drop table outbox', '0:0:', `5:${'9'.repeat(19)}:`]) {
    assert.equal(await server.since(tenant.tenant_id, Buffer.from(`${stamp}|${made}`).toString('base64url')), null, made)
  }
  assert.equal(await server.since(tenant.tenant_id, 'nothing'), null)
  now = new Date('2026-09-29T09:00:00Z')
  assert.equal(await server.since(tenant.tenant_id, id), null)
  await server.stop()
})

// Guarantee: rows go after an hour and not before.
test('old rows are cleared', async () => {
  const kept = await save()
  await database.superuser.query("update outbox set created_at = now() - interval '61 minutes' where tenant_id = $1 and body ->> 'session_id' <> $2", [tenant.tenant_id, kept])
  assert.ok((await clearOutbox(database.db, tenant.tenant_id)) > 0)
  const { rows } = await database.superuser.query("select body ->> 'session_id' as id from outbox where tenant_id = $1", [tenant.tenant_id])
  assert.deepEqual(rows.map(({ id }) => id), [kept])
})

// Guarantee: a merchant is told of its own sessions and of no colleague's claim at the desk; an agent and another tenant's desk are told nothing.
test('events are kept from whoever could not read the session', () => {
  const { tenant_id } = tenant
  const event = (merchant_id: string, topic: (typeof EVENT_TOPICS)[number]) => ({ topic, session_id: randomUUID(), merchant_id, version: 1 })
  const events = [event('own', 'session'), event('own', 'claim'), event('other', 'session'), event('other', 'message')]
  const told = (actor: Partial<Parameters<typeof eventsFor>[0]>) => eventsFor({ tenant_id, role: 'desk_operator', merchant_id: null, ...actor }, { tenant_id, events }).map(({ topic }) => topic)
  assert.deepEqual(told({}), ['session', 'claim', 'session', 'message'])
  assert.deepEqual(told({ role: 'merchant_client', merchant_id: 'own' }), ['session'])
  assert.deepEqual(told({ role: 'merchant_client' }), [])
  assert.deepEqual(told({ role: 'settlement_agent' }), [])
  assert.deepEqual(told({ tenant_id: foreign.tenant_id }), [])
})
