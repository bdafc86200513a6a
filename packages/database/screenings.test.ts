/** What the database itself refuses of screenings, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import { clearScreening, listScreenings, newId, saveRouteSession, saveScreening, transitionSession, withTenantRead, type NewScreening, type SessionState, type Tx } from './index.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
before(async () => {
  test_db = await openTestDatabase()
  ;[here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
})
after(async () => test_db.close())

const CLOCK = '2026-09-29T09:00:00+01:00'
const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, actor, work)
const newSession = async (): Promise<string> => {
  const session = makeTestSession(here)
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  return session.id
}
/** Moves a session along, from its first version. */
async function move(session_id: string, states: readonly SessionState[], version = 1): Promise<void> {
  for (const [i, to] of states.slice(1).entries()) {
    const moved = await as(here.desk, async (tx) => {
      if (states[i] !== 'paused') await readyFor(tx, { id: session_id, mode_ceiling: 'manual' }, to)
      return transitionSession(tx, { session_id, from: states[i]!, to, version: version + i, market_clock: CLOCK })
    })
    assert.ok(moved.ok, `${states[i]} to ${to}`)
  }
}
const screen = async (actor: Actor, session_id: string, over: Partial<NewScreening> = {}): Promise<string> => {
  const id = newId()
  await as(actor, (tx) => saveScreening(tx, { id, session_id, subject: 'payee', result: 'no_hit', list_name: 'UN', list_date: '2026-09-29', screened_at: CLOCK, expires_at: '2026-09-30T09:00:00+01:00', details_version: 1, artifact_id: null, note: null, ...over }))
  return id
}
const clear = (actor: Actor, id: string) => as(actor, (tx) => clearScreening(tx, id, { because: 'other_company', at: CLOCK }))
const APPROVED = ['recommended', 'accepted', 'approved'] as const

// Guarantee: no way leads to a payment, nor back into one, while the last screening of any subject is a hit or a possible hit that nobody cleared.
test('the database begins no payment behind a hit', async () => {
  const id = await newSession()
  await move(id, APPROVED)
  const doubt = await screen(here.desk, id, { result: 'possible_hit' })
  await assert.rejects(move(id, ['approved', 'executing'], 3), { constraint: 'route_sessions_not_screened_out' })
  assert.equal(await clear(here.admin, doubt), true)
  await move(id, ['approved', 'executing'], 3)
  await screen(here.desk, id, { subject: 'goods', result: 'hit' })
  await move(id, ['executing', 'paused'], 4)
  await assert.rejects(move(id, ['paused', 'executing'], 5), { constraint: 'route_sessions_not_screened_out' })
  await screen(here.admin, id, { subject: 'goods', result: 'no_hit' })
  await move(id, ['paused', 'executing'], 5)
})

// Guarantee: who recorded a hit or a possible hit neither clears it nor finds it gone; a hit is never cleared; and a screening of another tenant is nobody's here.
test('a hit takes a second person, and another tenant reaches none', async () => {
  const id = await newSession()
  const doubt = await screen(here.desk, id, { result: 'possible_hit' })
  await assert.rejects(clear(here.desk, doubt), { constraint: 'screenings_second_person' })
  await assert.rejects(screen(here.desk, id), { constraint: 'screenings_hit_second_person' })
  assert.equal(await clear(there.admin, doubt), false)
  assert.deepEqual([await clear(here.admin, doubt), await clear(here.admin, doubt)], [true, false])
  await screen(here.desk, id)
  const hit = await screen(here.desk, id, { result: 'hit' })
  assert.equal(await clear(here.admin, hit), false)
  await assert.rejects(test_db.superuser.query("update screenings set cleared_by = $2, cleared_at = now(), cleared_because = 'name_only' where id = $1", [hit, here.admin.user_id]), { constraint: 'screenings_doubts_are_cleared' })
})

// Guarantee: a screening is never rewritten or deleted, not by the owner either.
test('a screening is a record', async () => {
  const id = await newSession()
  const row = await screen(here.admin, id)
  for (const set of ["result = 'hit'", "list_date = '2020-01-01'", 'nth = 9', `screened_by = '${here.desk.user_id}'`, "expires_at = '2030-01-01'"]) {
    await assert.rejects(test_db.superuser.query(`update screenings set ${set} where id = $1`, [row]), { constraint: 'screenings_cleared_once' }, set)
  }
  await assert.rejects(test_db.superuser.query('delete from screenings where id = $1', [row]), { code: '42501' })
})

// Guarantee: screenings that are recorded at once each get a turn of their own, so that one of them is the last.
test('thirty screenings at once stand in one order', async () => {
  const id = await newSession()
  await Promise.all(Array.from({ length: 30 }, (_, i) => screen(i % 2 === 0 ? here.desk : here.admin, id, { result: 'possible_hit' })))
  const rows = await withTenantRead(test_db.db, here.desk, (tx) => listScreenings(tx, id))
  assert.deepEqual(rows.map(({ nth }) => nth), Array.from({ length: 30 }, (_, i) => 30 - i))
})

// Guarantee: of a hit and the begin of a payment at the same moment one comes first: no session is being carried out that was not stopped or begun before the hit.
test('a hit and a begin of the payment never pass each other', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await newSession()
    await move(id, APPROVED)
    const [begun, hit] = await Promise.allSettled([move(id, ['approved', 'executing'], 3), screen(here.desk, id, { result: 'hit' })])
    assert.equal(hit.status, 'fulfilled')
    const { rows: [late] } = await test_db.superuser.query<{ late: boolean }>(
      "select t.at > c.recorded_at as late from route_session_transitions t, screenings c where t.session_id = $1 and t.to_state = 'executing' and c.session_id = $1", [id])
    if (begun.status === 'rejected') assert.equal((begun.reason as { constraint?: string }).constraint, 'route_sessions_not_screened_out')
    else assert.equal(late!.late, false, 'the payment began behind the hit')
  }
})
