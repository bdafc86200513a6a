/** What the database itself refuses of incidents, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import {
  chaseIncident, listIncidents, listSessionIncidents, newId, openIncident, readIncident, resolveIncident, saveRouteSession, transitionSession, withTenantRead,
  type NewIncident, type SessionState, type Tx,
} from './index.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
before(async () => {
  test_db = await openTestDatabase()
  ;[here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
})
after(async () => test_db.close())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, actor, work)
const move = (session_id: string, from: SessionState, to: SessionState, version: number) => as(here.desk, async (tx) => {
  if (from !== 'paused') await readyFor(tx, { id: session_id, mode_ceiling: 'manual' }, to)
  return transitionSession(tx, { session_id, from, to, version, market_clock: '2026-09-29T09:00:00+01:00' })
})
async function sentSession(): Promise<string> {
  const session = makeTestSession(here)
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  for (const [i, to] of (['accepted', 'approved', 'executing'] as const).entries()) assert.ok((await move(session.id, (['recommended', 'accepted', 'approved'] as const)[i]!, to, i + 1)).ok)
  return session.id
}
const STEP = { chaser: 'desk', action: 'ask_the_bank', due_at: '2026-10-01T09:00:00+01:00', note: null } as const
const open = async (session_id: string, over: Partial<NewIncident> = {}): Promise<string> => {
  const id = newId()
  await as(here.desk, (tx) => openIncident(tx, { id, session_id, kind: 'stuck', ...STEP, amount_missing: null, merchant_text: 'not_arrived', merchant_note: null, ...over }))
  return id
}
const resolve = async (actor: Actor, id: string, resolution: string, proof_reference: string | null = null) => as(actor, async (tx) => resolveIncident(tx, (await readIncident(tx, id))!, { resolution, proof_reference, note: null }))
const SHORT = { kind: 'short_credited', amount_missing: { amount: '12.50', currency: 'CNY' }, merchant_text: 'arrived_short' } as const

// Guarantee: of thirty who open the same kind of incident at once one does, and every change of it is one event.
test('one incident of a kind is open, and its events are its history', async () => {
  const session = await sentSession()
  const opened = await Promise.allSettled(Array.from({ length: 30 }, () => open(session)))
  assert.equal(opened.filter(({ status }) => status === 'fulfilled').length, 1)
  const [incident] = await withTenantRead(test_db.db, here.desk, (tx) => listSessionIncidents(tx, session))
  const chased = await Promise.all(Array.from({ length: 10 }, () => as(here.desk, (tx) => chaseIncident(tx, incident!.id, 1, { ...STEP, merchant_text: 'bank_checks', merchant_note: null }))))
  assert.deepEqual(chased.filter((version) => version !== null), [2])
  assert.ok((await resolve(here.desk, incident!.id, 'arrived_in_full')).ok)
  const [after] = await withTenantRead(test_db.db, here.desk, (tx) => listSessionIncidents(tx, session))
  assert.deepEqual(after!.events.map(({ seq, state }) => [seq, state]), [[1, 'open'], [2, 'chasing'], [3, 'resolved']])
  await assert.rejects(test_db.superuser.query("update payment_incidents set state = 'chasing', version = version + 1, resolution = null, resolved_by = null, resolved_at = null where id = $1", [incident!.id]), { constraint: 'payment_incidents_resolved_once' })
  await open(session)
})

// Guarantee: no change of an incident is kept without its event.
test('an incident without its event does not commit', async () => {
  const id = await open(await sentSession())
  await assert.rejects(test_db.superuser.query("update payment_incidents set state = 'chasing', version = 2 where id = $1", [id]), { constraint: 'payment_incidents_state_is_last_event' })
})

// Guarantee: what arrived short ends by a proof of the rest or by a second person, and by nothing else.
test('what is missing is made good or given up by a second person', async () => {
  await assert.rejects(open(await sentSession(), { ...SHORT, amount_missing: null }), { constraint: 'payment_incidents_short_of_how_much' })
  const id = await open(await sentSession(), SHORT)
  await assert.rejects(resolve(here.desk, id, 'balance_paid'), { constraint: 'payment_incidents_balanced' })
  await assert.rejects(resolve(here.admin, id, 'arrived_in_full'), { constraint: 'payment_incidents_balanced' })
  for (const gives_up of ['written_off', 'opened_by_mistake']) await assert.rejects(resolve(here.desk, id, gives_up), { constraint: 'payment_incidents_second_person' })
  assert.ok((await resolve(here.admin, id, 'written_off')).ok)
  assert.ok((await resolve(here.desk, await open(await sentSession(), SHORT), 'balance_paid', 'P-77')).ok)
})

// Guarantee: an incident is of a payment that was sent, and no payment is done while one is open.
test('nothing is done while its money is chased', async () => {
  const session = makeTestSession(here)
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  await assert.rejects(open(session.id), { constraint: 'payment_incidents_of_sent' })
  const sent = await sentSession()
  const id = await open(sent)
  await assert.rejects(move(sent, 'executing', 'completed', 4), { constraint: 'route_sessions_no_open_incident' })
  assert.ok((await resolve(here.desk, id, 'arrived_in_full')).ok)
  assert.ok((await move(sent, 'executing', 'completed', 4)).ok)
})

// Guarantee: another tenant reads none of it and changes none of it; a list goes page by page without losing one.
test('another tenant, and pages', async () => {
  const id = await open(await sentSession())
  assert.equal(await withTenantRead(test_db.db, there.desk, (tx) => readIncident(tx, id)), null)
  assert.equal(await as(there.desk, (tx) => chaseIncident(tx, id, 1, { ...STEP, merchant_text: 'not_arrived', merchant_note: null })), null)
  const all = await withTenantRead(test_db.db, here.desk, (tx) => listIncidents(tx, { open: true, limit: 100 }))
  const seen: string[] = []
  for (let cursor: string | null = null; ;) {
    const page = await withTenantRead(test_db.db, here.desk, (tx) => listIncidents(tx, { open: true, limit: 1, cursor }))
    seen.push(...page.items.map((item) => item.id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  assert.deepEqual(seen, all.items.map((item) => item.id))
  assert.ok(seen.length >= 3)
})
