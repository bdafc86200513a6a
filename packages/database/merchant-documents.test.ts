/** What the database itself refuses of merchants' papers and of what is paid under them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import {
  newId, readCodesOnFile, readMerchantDocument, saveDocumentUse, saveMerchantDocument, saveRouteSession, transitionSession, withdrawMerchantDocument, withTenantRead,
  type NewMerchantDocument, type Tx,
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
const newSession = async (over: Parameters<typeof makeTestSession>[1] = {}): Promise<string> => {
  const session = makeTestSession(here, over)
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  return session.id
}
const paper = async (over: Partial<NewMerchantDocument> = {}): Promise<string> => {
  const id = newId()
  const done = await as(here.desk, (tx) => saveMerchantDocument(tx, {
    id, merchant_id: here.merchant.merchant_id, code: 'FORM_M_VALID_FX', number: `MF-${id}`, issued_on: '2026-09-01', expires_on: '2027-02-28', value: { amount: '30.00', currency: 'USD' }, artifact_id: null, supersedes: null, ...over,
  }))
  assert.ok(done)
  return id
}
const use = (document_id: string, session_id: string, amount: string, currency = 'USD') => as(here.desk, (tx) => saveDocumentUse(tx, { document_id, session_id, money: { amount, currency } }))
const used = async (id: string) => (await withTenantRead(test_db.db, here.desk, (tx) => readMerchantDocument(tx, id)))!.used

// Guarantee: of thirty payments at once under a paper that is worth twenty of them, exactly twenty take their part, and what is used is exact.
test('a race of thirty for a paper worth twenty', async () => {
  const [id, sessions] = [await paper({ value: { amount: '20.20', currency: 'USD' } }), await Promise.all(Array.from({ length: 30 }, () => newSession()))]
  const outcomes = await Promise.allSettled(sessions.map((session) => use(id, session, '1.01')))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.equal(refused.length, 10)
  assert.ok(refused.every((outcome) => (outcome.reason as { constraint?: string }).constraint === 'document_uses_within_value'))
  assert.equal(await used(id), '20.20')
})

// Guarantee: a session that ends without a payment uses nothing any more, and one that goes on keeps its part.
test('a cancelled session frees what it took', async () => {
  const [id, first, second] = [await paper(), await newSession(), await newSession()]
  await use(id, first, '30')
  await assert.rejects(use(id, second, '0.01'), { constraint: 'document_uses_within_value' })
  await as(here.desk, (tx) => transitionSession(tx, { session_id: first, from: 'recommended', to: 'cancelled', version: 1, market_clock: '2026-09-29T09:00:00+01:00', reason: 'test' }))
  assert.equal(await used(id), '0')
  await use(id, second, '30')
  await use(id, second, '0')
  assert.equal(await used(id), '0')
})

// Guarantee: a paper is recorded once while it counts, keeps what was used of it when it is recorded anew, and its end is final.
test('writing a paper down again makes it worth no more', async () => {
  const number = `MF-${newId()}`
  const [id, session, other] = [await paper({ number }), await newSession(), await newSession()]
  await use(id, session, '25')
  const twice = { id: newId(), merchant_id: here.merchant.merchant_id, code: 'FORM_M_VALID_FX', number: ` ${number.toLowerCase()} `, issued_on: '2026-09-01', expires_on: null, value: { amount: '30', currency: 'USD' }, artifact_id: null, supersedes: null }
  await assert.rejects(as(here.desk, (tx) => saveMerchantDocument(tx, twice)), assert.AssertionError)
  assert.equal(await as(here.desk, (tx) => withdrawMerchantDocument(tx, id, { because: 'entered_wrongly' })), true)
  const again = await paper({ number })
  assert.equal(await used(again), '25')
  await assert.rejects(use(again, other, '5.01'), { constraint: 'document_uses_within_value' })
  await assert.rejects(use(id, other, '1'), { constraint: 'document_uses_of_live' })
  await use(again, other, '5')
  assert.equal(await as(here.desk, (tx) => withdrawMerchantDocument(tx, id, { because: 'entered_wrongly' })), false)
  await assert.rejects(test_db.superuser.query("update merchant_documents set state = 'live', withdrawn_by = null, withdrawn_at = null, withdrawn_because = null where id = $1", [id]), { constraint: 'merchant_documents_end_once' })
  for (const set of ['amount = 99', "expires_on = '2040-01-01'", "number = 'x'"]) await assert.rejects(test_db.superuser.query(`update merchant_documents set ${set} where id = $1`, [again]), { constraint: 'merchant_documents_end_once' }, set)
})

// Guarantee: a number under which was paid is not worth another value by being recorded in another money, or in none.
test('what was used of a paper stays in its money', async () => {
  const number = `MF-${newId()}`
  const [id, session] = [await paper({ number }), await newSession()]
  await use(id, session, '30')
  await as(here.desk, (tx) => withdrawMerchantDocument(tx, id, { because: 'entered_wrongly' }))
  for (const value of [{ amount: '30.00', currency: 'EUR' }, null]) await assert.rejects(paper({ number, value }), { constraint: 'stale_version' }, 'a guard: the server asks before')
  await assert.rejects(use(await paper({ number }), await newSession(), '0.01'), { constraint: 'document_uses_within_value' })
})

// Guarantee: a session that is executed in simulation pays nothing, and so uses nothing of a paper.
test('a simulation uses no paper up', async () => {
  const [id, session] = [await paper(), await newSession()]
  await use(id, session, '30')
  await test_db.superuser.query("update route_sessions set execution_mode = 'simulation' where id = $1", [session])
  assert.equal(await used(id), '0')
  await use(id, await newSession(), '30')
})

// Guarantee: a paper is used in its own currency, for its own merchant, in its own tenant.
test('no other merchant and no other currency uses a paper', async () => {
  const id = await paper()
  await assert.rejects(use(id, await newSession({ merchant_id: here.other_merchant.merchant_id, supplier_id: here.other_supplier_id }), '1'), { constraint: 'document_uses_of_live' })
  await assert.rejects(use(id, await newSession(), '1', 'CNY'), { constraint: 'document_uses_of_live' })
  assert.equal(await withTenantRead(test_db.db, there.desk, (tx) => readMerchantDocument(tx, id)), null)
  assert.equal(await as(there.desk, (tx) => withdrawMerchantDocument(tx, id, { because: 'entered_wrongly' })), false)
})

// Guarantee: a paper is on file from the day of its issue to its last day, both included, and not once its value is used up.
test('what is on file by the day', async () => {
  const code = 'SOURCE_OF_FUNDS'
  const id = await paper({ code, issued_on: '2026-09-02', expires_on: '2026-09-30', value: { amount: '5', currency: 'USD' } })
  const onFile = async (day: string) => (await withTenantRead(test_db.db, here.desk, (tx) => readCodesOnFile(tx, here.merchant.merchant_id, day))).includes(code)
  assert.deepEqual(await Promise.all(['2026-09-01', '2026-09-02', '2026-09-30', '2026-10-01'].map(onFile)), [false, true, true, false])
  await use(id, await newSession(), '5')
  assert.equal(await onFile('2026-09-15'), false)
})
