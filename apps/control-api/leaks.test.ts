import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { buildApp } from './build-app.ts'
import { openWorld, routeBody, type World } from './testing/world.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const CANARY = 'canary-6222021234564821-secret'

// Guarantee: whatever breaks inside, the answer is the same public sentence: no path, statement, stack or value of anyone.
test('attack 37: a 500 says nothing but that it is one', async () => {
  const lines: string[] = []
  const broken = (): never => { throw Object.assign(new Error(`select * from secrets at /srv/app/x.ts ${CANARY}`), { detail: CANARY, code: '42P01' }) }
  const app = await buildApp({
    ...world.deps, checkAnswers: false, policy: { judge: broken, judgeProbe: broken }, snapshots: { get: broken, peek: broken },
    logger: pino({ level: 'error', serializers: { err: () => 'hidden' } }, new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done() } })),
  })
  const merchant = await world.as(world.a, 'merchant_client')
  const token = merchant.token
  const answer = await app.inject({ method: 'GET', url: '/api/corridors', headers: { cookie: `flowclaw=${token}` } })
  assert.equal(answer.statusCode, 500)
  assert.deepEqual(answer.json(), {
    type: 'urn:flowclaw:problem:internal', title: 'Something went wrong here', status: 500, code: 'internal',
    detail: 'The request failed for a reason that is not yours. Nothing was changed.',
  })
  assert.ok(!JSON.stringify(answer.headers).includes(CANARY))
  assert.ok(lines.some((line) => line.includes(String(answer.headers['x-request-id']))), 'the log line carries the request id')
  await app.close()
})

// Guarantee: secrets that are sent in come back nowhere: not in an answer, not in a log line, not in the audit.
test('no sent secret is echoed', async () => {
  const lines: string[] = []
  const app = await buildApp({ ...world.deps, checkAnswers: false, logger: pino({ level: 'trace' }, new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done() } })) })
  const merchant = await world.as(world.a, 'merchant_client')
  const headers = { cookie: `flowclaw=${merchant.token}; x=${CANARY}`, origin: 'http://127.0.0.1:8420', 'content-type': 'application/json', authorization: `Bearer ${CANARY}`, 'x-csrf-token': CANARY, 'idempotency-key': CANARY }
  const tries = [
    { method: 'GET', url: `/api/${CANARY}?token=${CANARY}`, headers }, { method: 'GET', url: `/api/suppliers?${CANARY}=1`, headers: { cookie: headers.cookie } },
    { method: 'POST', url: '/api/auth/login', headers, payload: JSON.stringify({ email: `${CANARY}@x.example`, password: CANARY }) },
    { method: 'POST', url: '/api/suppliers', headers, payload: `{"legal_name":"${CANARY}` }, { method: 'POST', url: '/api/route-sessions', headers, payload: JSON.stringify({ supplier_id: CANARY }) },
  ] as const
  for (const one of tries) {
    const answer = await app.inject(one as never)
    const echoed = `${answer.body} ${JSON.stringify(answer.headers)}`.replace(`/${CANARY}`, one.url.includes('?canary') ? '' : `/${CANARY}`)
    assert.ok(!echoed.includes(CANARY), `${one.url}: ${echoed}`)
  }
  assert.ok(!lines.join('').includes(CANARY), lines.join(''))
  assert.ok(!JSON.stringify(await world.auditRows(world.a)).includes(CANARY))
  await app.close()
})

// Guarantee: no account number leaves the server, wherever a supplier shows.
test('account numbers are masked everywhere', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const desk = await world.as(world.a, 'desk_operator')
  const made = await merchant.post('/api/suppliers', {
    legal_name: 'Sample Glass Co., Ltd', country: 'CN', city: 'Foshan', method: 'mainland_corporate_account', settlement_currency: 'CNY', payee_type: 'company',
    payee_is_contract_seller: true, accepts_other_settlement: false, account_number: '6222027777778888', cnaps: '102584000017',
  })
  assert.deepEqual([made.status, made.json.account_masked, made.json.cnaps_masked], [201, '•••• 8888', '•••• 0017'])
  const session = await merchant.post('/api/route-sessions', routeBody(world.a, { supplier_id: made.json.id }))
  const texts = [made, session, await merchant.get('/api/suppliers'), await desk.get('/api/suppliers'), await desk.get(`/api/suppliers/${made.json.id}`), await desk.get(`/api/route-sessions/${session.json.id}`), await desk.get('/api/route-sessions')]
  for (const { text } of texts) for (const secret of ['6222027777778888', '102584000017', '6222021234564821', '13800001234']) assert.ok(!text.includes(secret))
  assert.ok(!JSON.stringify(await world.auditRows(world.a)).includes('6222027777778888'))
})

// Guarantee: whatever a merchant calls, no field of the desk's view is in the answer: no candidate, provider, score, policy code or note.
test('attack 3: a merchant gets the merchant-safe view from every operation', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const created = await merchant.post('/api/route-sessions', routeBody(world.a))
  const { id } = created.json
  const none = await merchant.post('/api/route-sessions', routeBody(world.a, { supplier_id: world.a.suppliers.wallet }))
  const answers = [
    created, none, await merchant.get(`/api/route-sessions/${id}`), await merchant.get(`/api/route-sessions/${none.json.id}`), await merchant.get('/api/route-sessions'),
    await merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 }), await merchant.post(`/api/route-sessions/${id}/cancel`, { version: 2, reason: 'ordered elsewhere' }),
  ]
  const forbidden = /provider|candidate|score|weight|policy|risk|trust|liquidity|spread|posture|snapshot|digest|degraded|refusal|condition|_bps|ng-bank|cn-bank|intent|mode/i
  const names = (value: unknown): string[] => (value === null || typeof value !== 'object' ? []
    : Object.entries(value).flatMap(([key, inner]) => [...(Array.isArray(value) ? [] : [key]), ...names(inner)]))
  for (const { status, json } of answers) {
    assert.ok(status < 300)
    assert.equal(json.view, 'merchant')
    for (const name of names(json)) assert.doesNotMatch(name, forbidden)
    assert.doesNotMatch(JSON.stringify(json), /ng-bank|cn-bank|papss|restricted:|prohibited:|pair_not_allowed|A\. Okafor/)
  }
})
