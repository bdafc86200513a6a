import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import {
  countRouteSessions, createSupplier, CursorError, listRouteSessions, listSuppliers, loadRoutingContext, maskAccount, newId, putDeskFeeRule, readRouteSession, readSupplier, saveRouteSession,
  setMarketClock, transitionSession, withTenantRead, type NewRouteSession, type RoutingQuery, type SessionState, type Tx,
} from './index.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

const CLOCK = '2026-09-29T09:00:00+01:00'
const change = <T>(tenant: TestTenant, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, tenant.desk, work)
const save = (tenant: TestTenant, over: Partial<NewRouteSession> = {}, states: readonly SessionState[] = []) => change(tenant, async (tx) => {
  const session = makeTestSession(tenant, over, { candidates: 2, verdicts: 4 })
  await saveRouteSession(tx, session)
  let from = session.state
  for (const [i, to] of states.entries()) {
    await readyFor(tx, session, to)
    const moved = await transitionSession(tx, { session_id: session.id, from, to, version: i + 1, market_clock: CLOCK })
    assert.ok(moved.ok, `${from} → ${to}`)
    from = to
  }
  return session
})
const ask = (tenant: TestTenant, over: Partial<RoutingQuery> = {}): RoutingQuery => ({
  merchant_id: tenant.merchant.merchant_id, supplier_id: tenant.supplier_id, corridor_id: 'ng-cn', invoice_number: 'INV-1', amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' },
  wall_clock: '2027-03-01T00:00:00Z', ...over,
})
const load = (tenant: TestTenant, over: Partial<RoutingQuery> = {}) => withTenantRead(test_db.db, tenant.desk, (tx) => loadRoutingContext(tx, ask(tenant, over)))

// Guarantee: what was saved is what is read, to the last digit, verdict and denial.
test('a session reads back as it was saved', async () => {
  const tenant = await makeTestTenant(test_db)
  const saved = makeTestSession(tenant)
  await change(tenant, (tx) => saveRouteSession(tx, saved))
  const read = await withTenantRead(test_db.db, tenant.desk, (tx) => readRouteSession(tx, saved.id))
  assert.ok(read !== null && read.decision !== null && saved.decision !== null)
  const { decided_at: _, ...decision } = read.decision
  assert.deepEqual(decision, saved.decision)
  assert.deepEqual(read.intent, saved.intent)
  assert.deepEqual([read.reference, read.state, read.version, read.sends, read.receives, read.cost_bps, read.amount, read.needed_by, read.desk_fee],
    [saved.reference, 'recommended', 1, saved.sends, saved.receives, saved.cost_bps, saved.amount, saved.needed_by, saved.desk_fee])
  assert.deepEqual([read.requested_at, read.requested_by.name, read.merchant.id, read.supplier.account_masked], ['2026-09-29T08:00:00Z', tenant.desk.display_name, tenant.merchant.merchant_id, '•••• 4821'])
  assert.ok(!JSON.stringify(read).includes('6222020200011234821'))
})

// Guarantee: one decision costs the database little; the number is printed, and a test fails when it grows.
test('a decision of 150 verdicts and 8 shown candidates stays small', async (t) => {
  const tenant = await makeTestTenant(test_db)
  const session = makeTestSession(tenant)
  await change(tenant, (tx) => saveRouteSession(tx, session))
  const size = async (table: string, key = 'session_id') => Number((await test_db.superuser.query(`select coalesce(sum(pg_column_size(t.*)), 0) as n from ${table} t where ${key} = $1`, [session.id])).rows[0].n)
  const bytes = {
    route_sessions: await size('route_sessions', 'id'), route_session_transitions: await size('route_session_transitions'), decisions: await size('decisions'),
    decision_candidates: await size('decision_candidates'),
  }
  const total = Object.values(bytes).reduce((sum, n) => sum + n, 0)
  t.diagnostic(`bytes per route request: ${total} (${Object.entries(bytes).map(([table, n]) => `${table} ${n}`).join(', ')}), audit row and stored answer not counted`)
  assert.ok(total < 6_000, `${total} bytes`)
})

// Guarantee: the same supplier, invoice number and amount is recognised, but for sessions that were given up, other amounts and other merchants.
test('a duplicate invoice is found until its session is given up', async () => {
  const tenant = await makeTestTenant(test_db)
  assert.equal((await load(tenant)).duplicate_of, null)
  const first = await save(tenant, { invoice_number: ' inv-1 ' })
  assert.equal((await load(tenant)).duplicate_of?.id, first.id)
  assert.equal((await load(tenant, { amount: { side: 'supplier_receives', value: '185000.00', currency: 'CNY' } })).duplicate_of?.id, first.id)
  for (const other of [{ invoice_number: 'INV-2' }, { amount: { side: 'supplier_receives', value: '185000.01', currency: 'CNY' } }, { amount: { side: 'supplier_receives', value: '185000', currency: 'USD' } }, { amount: { side: 'merchant_sends', value: '185000', currency: 'CNY' } }]) {
    assert.equal((await load(tenant, other)).duplicate_of, null, JSON.stringify(other))
  }
  await change(tenant, (tx) => transitionSession(tx, { session_id: first.id, from: 'recommended', to: 'cancelled', version: 1, market_clock: CLOCK }))
  assert.equal((await load(tenant)).duplicate_of, null)
})

// Guarantee: the quarter's total counts committed sessions of this merchant whose papers name the document, inside the market clock's own quarter.
test('period totals count what is committed in this quarter', async () => {
  const tenant = await makeTestTenant(test_db, undefined, { market_clock: '2026-07-01T00:30:00+01:00' })
  const total = async () => (await load(tenant)).period_totals
  const amount = (value: string, currency = 'CNY') => ({ amount: { side: 'supplier_receives', value, currency } })
  await save(tenant, { ...amount('1'), requested_at: '2026-07-15T00:00:00+01:00' })
  assert.deepEqual(await total(), [])
  await save(tenant, { ...amount('10.25'), requested_at: '2026-07-01T00:10:00+01:00' }, ['accepted'])
  await save(tenant, { ...amount('20.5'), requested_at: '2026-09-30T23:59:59+01:00' }, ['accepted', 'approved', 'executing', 'completed'])
  await save(tenant, { ...amount('7', 'USD'), requested_at: '2026-08-01T00:00:00+01:00' }, ['accepted'])
  // Half an hour past midnight in Lagos it is still June in UTC: the clock's own date decides.
  await save(tenant, { ...amount('100'), requested_at: '2026-06-30T23:59:00+01:00' }, ['accepted'])
  await save(tenant, { ...amount('200'), requested_at: '2026-10-01T00:00:00+01:00' }, ['accepted'])
  await save(tenant, { ...amount('400'), requested_at: '2026-07-20T00:00:00+01:00' }, ['accepted', 'cancelled'])
  // A merchant who has the document and pays by a route that needs none of it uses nothing up; a session that does not say counts if the merchant had it.
  await save(tenant, { ...amount('800'), requested_at: '2026-07-20T00:00:00+01:00', documents_used: ['FORM_M_VALID_FX'] }, ['accepted'])
  const of_before = await save(tenant, { ...amount('1600'), requested_at: '2026-07-20T00:00:00+01:00', intent: { ...makeTestSession(tenant).intent, documents_available: ['TIN'] } }, ['accepted'])
  await test_db.superuser.query('update route_sessions set documents_used = null where id = $1', [of_before.id])
  assert.deepEqual(await total(), [{ document: 'FORM_Q', amount: '30.75', currency: 'CNY', period: 'P3M' }, { document: 'FORM_Q', amount: '7', currency: 'USD', period: 'P3M' }])
})

// Guarantee: the first payment to a supplier is one until a session to it is completed or it was paid before FlowClaw.
test('a supplier is paid for the first time once', async () => {
  const tenant = await makeTestTenant(test_db)
  assert.equal((await load(tenant)).first_payment_to_supplier, true)
  await save(tenant, {}, ['accepted', 'approved', 'executing', 'completed'])
  assert.equal((await load(tenant)).first_payment_to_supplier, false)
})

// Guarantee: routing never sees a supplier of another merchant, a merchant or corridor that is not there, or another tenant's rows.
test('the routing context holds nothing of others', async () => {
  const tenant = await makeTestTenant(test_db)
  const elsewhere = await makeTestTenant(test_db)
  assert.equal((await load(tenant, { supplier_id: tenant.other_supplier_id })).supplier, null)
  assert.equal((await load(tenant, { corridor_id: 'xx-yy' })).corridor, null)
  const foreign = await load(tenant, { merchant_id: elsewhere.merchant.merchant_id, supplier_id: elsewhere.supplier_id })
  assert.deepEqual([foreign.merchant, foreign.supplier], [null, null])
})

// Guarantee: the most particular desk fee rule counts: merchant and corridor, merchant, corridor, general.
test('the most particular desk fee rule counts', async () => {
  const tenant = await makeTestTenant(test_db)
  const rule = (merchant_id: string | null, corridor_id: string | null, bps: string) => change(tenant, (tx) => putDeskFeeRule(tx, {
    merchant_id, corridor_id, bps, fixed: { amount: '1.50', currency: 'NGN' }, minimum: { amount: '0', currency: 'NGN' }, reason: 'test',
  }))
  const bps = async () => (await load(tenant)).desk_fee_rule?.bps ?? null
  assert.equal(await bps(), null)
  const steps = [[null, null, '10'], [null, 'ng-cn', '20'], [tenant.merchant.merchant_id, null, '30'], [tenant.merchant.merchant_id, 'ng-cn', '40']] as const
  for (const [merchant, corridor, value] of steps) { await rule(merchant, corridor, value); assert.equal(await bps(), value) }
  const changed = await rule(null, null, '11')
  assert.deepEqual([changed.version, changed.bps, changed.fixed.amount], [2, '11', '1.50'])
})

// Guarantee: pages of a list hold every session once, in order, whatever the page size, and refuse a cursor they did not make.
test('pages hold every session exactly once', async () => {
  const tenant = await makeTestTenant(test_db)
  for (let i = 0; i < 9; i++) await save(tenant, { requested_at: `2026-09-2${i % 3}T09:00:00+01:00`, due_at: i % 4 === 0 ? null : `2026-10-0${1 + (i % 3)}T09:00:00+01:00`, description: `batch ${i} ünïcode` })
  for (const order of ['due', 'newest'] as const) {
    const whole = await withTenantRead(test_db.db, tenant.desk, (tx) => listRouteSessions(tx, { order, limit: 100 }))
    assert.equal(whole.items.length, 9)
    for (const limit of [1, 2, 4, 9]) {
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof listRouteSessions>> = await withTenantRead(test_db.db, tenant.desk, (tx) => listRouteSessions(tx, { order, limit, cursor }))
        seen.push(...page.items.map((item) => item.id))
        cursor = page.next_cursor
      } while (cursor !== null)
      assert.deepEqual(seen, whole.items.map((item) => item.id), `${order} by ${limit}`)
    }
  }
  for (const cursor of ['', 'x', Buffer.from('["2026-01-01", "not a uuid"]').toString('base64url'), Buffer.from(`["1'; drop table users", "${newId()}"]`).toString('base64url')]) {
    if (cursor !== '') await assert.rejects(withTenantRead(test_db.db, tenant.desk, (tx) => listRouteSessions(tx, { order: 'due', limit: 5, cursor })), CursorError, cursor)
  }
})

// Guarantee: a merchant's list, search and read never hold another merchant's session.
test('a merchant filter holds in list, search, count and read', async () => {
  const tenant = await makeTestTenant(test_db)
  const mine = await save(tenant, { description: '100% silk_scarves' })
  const theirs = await save(tenant, { merchant_id: tenant.other_merchant.merchant_id, supplier_id: tenant.other_supplier_id, description: '100% silk_scarves' })
  const merchant_id = tenant.merchant.merchant_id
  await withTenantRead(test_db.db, tenant.merchant, async (tx) => {
    for (const q of [null, '% SILK_', 'adeola', mine.reference.toLowerCase()]) {
      const { items } = await listRouteSessions(tx, { merchant_id, q, order: 'newest', limit: 10 })
      assert.deepEqual(items.map((item) => item.id), [mine.id], String(q))
    }
    assert.deepEqual(await countRouteSessions(tx, { open: ['recommended'], done: ['completed'] }, merchant_id), { open: 1, done: 0 })
    assert.equal(await readRouteSession(tx, theirs.id, { merchant_id }), null)
    assert.equal((await readRouteSession(tx, mine.id, { merchant_id }))?.id, mine.id)
    assert.equal(await readSupplier(tx, tenant.other_supplier_id, { merchant_id }), null)
  })
  await withTenantRead(test_db.db, tenant.desk, async (tx) => assert.equal((await listRouteSessions(tx, { order: 'newest', limit: 10 })).items.length, 2))
})

// Guarantee: a saved supplier shows the mask of its account alone; a short number shows nothing of itself.
test('accounts come out masked', async () => {
  const tenant = await makeTestTenant(test_db)
  const base = { merchant_id: tenant.merchant.merchant_id, legal_name_zh: null, country: 'CN', city: 'Yiwu', method: 'bank_account', settlement_currency: 'CNY', payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, prefers: null, network: null, bank_name: null, bic: null }
  for (const [account_number, masked] of [['1560 1142 0100 5027', '•••• 5027'], ['1234567', '••••']] as const) {
    const id = newId()
    await change(tenant, (tx) => createSupplier(tx, { ...base, id, legal_name: `S ${account_number.length}`, bank_details_sealed: Buffer.from('sealed'), account_masked: maskAccount(account_number), cnaps_masked: maskAccount('313338706013') }))
    const read = await withTenantRead(test_db.db, tenant.desk, (tx) => readSupplier(tx, id))
    assert.deepEqual([read?.account_masked, read?.cnaps_masked], [masked, '•••• 6013'])
  }
  const page = await withTenantRead(test_db.db, tenant.desk, (tx) => listSuppliers(tx, { merchant_id: tenant.merchant.merchant_id, limit: 2 }))
  assert.ok(page.items.length === 2 && page.next_cursor !== null)
})

// Guarantee: only a demo tenant's market clock moves, and only from the version that was seen.
test('the market clock moves from the version seen, and never on a live market', async () => {
  const demo = await makeTestTenant(test_db)
  const live = await makeTestTenant(test_db, undefined, { market_clock: null })
  assert.deepEqual(await change(demo, (tx) => setMarketClock(tx, { clock: '2026-10-01T09:00:00+01:00', version: 1 })), { ok: true, value: { version: 2 } })
  assert.deepEqual(await change(demo, (tx) => setMarketClock(tx, { clock: CLOCK, version: 1 })), { ok: false, error: { code: 'stale_version' } })
  assert.deepEqual(await change(live, (tx) => setMarketClock(tx, { clock: CLOCK, version: 1 })), { ok: false, error: { code: 'live_market_clock' } })
})

// Guarantee: asking for another merchant's session reads no more rows than asking for one that is not there, so that no clock can tell them apart.
test('no part of another merchant\'s session is read', async () => {
  const tenant = await makeTestTenant(test_db)
  const { id } = await save(tenant)
  const one = test_db.open({ max: 1 })
  const client = await one.pool.connect()
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<{ rowCount: number | null; command: string }>
  let read = 0
  Object.assign(client, {
    query: async (...args: unknown[]) => {
      const result = await query(...args)
      const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text
      if (result.command === 'SELECT' && !text.includes('set_config')) read += result.rowCount ?? 0
      return result
    },
  })
  client.release()
  const rowsRead = async (session_id: string, merchant_id: string | null): Promise<number> => {
    read = 0
    await withTenantRead(one, tenant.desk, (tx) => readRouteSession(tx, session_id, { merchant_id }))
    return read
  }
  assert.ok(await rowsRead(id, null) > 4)
  assert.ok(await rowsRead(id, tenant.merchant.merchant_id) > 4)
  assert.equal(await rowsRead(id, tenant.other_merchant.merchant_id), 0)
  assert.equal(await rowsRead(newId(), tenant.merchant.merchant_id), 0)
})
