import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { hashPassword } from '#platform/auth/index.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, type Answer, type World } from '#api/testing/world.ts'

const PASSWORD = 'a password of many words'
const CLOCK = { clock: '2026-09-30T09:00:00+01:00', reason: 'to show expiry' }
let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

const cookieOf = (answer: Answer): string => /flowclaw=([A-Za-z0-9_-]{43})/.exec(String((answer.headers['set-cookie'] as string[])[0]))![1]!
const withCookie = (token: string, method: string, url: string, body?: unknown): Promise<Answer> =>
  world.nobody.ask(method, url, { headers: { cookie: `flowclaw=${token}`, 'x-csrf-token': csrfTokenOf(token) }, ...(body === undefined ? {} : { body }) })
const newRows = async (count: number) => (await world.auditRows(world.a)).slice(count).map(({ action, facts }) => ({ action, facts }))

// Guarantee: a proof opens governance under a new token, the old token is worth nothing from then on, and one audit row says so.
test('a step-up opens governance and rotates the token', async () => {
  const admin = await world.stale(world.a, 'platform_admin')
  assert.equal((await admin.put('/api/market-clock', CLOCK)).json.code, 'step_up_required')
  const before = await admin.get('/api/portal/session')
  assert.ok(Date.parse(before.json.proved_until) < Date.now())
  const count = (await world.auditRows(world.a)).length
  const proved = await admin.post('/api/auth/step-up', { password: PASSWORD })
  assert.equal(proved.status, 200, proved.text)
  const token = cookieOf(proved)
  assert.notEqual(token, admin.token)
  assert.equal(proved.json.csrf_token, csrfTokenOf(token))
  const left_s = (Date.parse(proved.json.proved_until) - Date.now()) / 1000
  assert.ok(left_s > 280 && left_s <= 301, String(left_s))
  assert.deepEqual(await newRows(count), [{ action: 'session.proved', facts: { by: 'password' } }])
  assert.equal((await admin.get('/api/portal/session')).status, 401, 'a copy of the old token still opens the session')
  assert.equal((await withCookie(token, 'PUT', '/api/market-clock', CLOCK)).status, 200)
  for (const secret of [PASSWORD, token]) assert.ok(!JSON.stringify(await world.auditRows(world.a)).includes(secret))
})

// Guarantee: a wrong password proves nothing, names its field, is on record, and the session stays as it was.
test('a wrong password proves nothing', async () => {
  const admin = await world.stale(world.a, 'platform_admin')
  const count = (await world.auditRows(world.a)).length
  const wrong = await admin.post('/api/auth/step-up', { password: 'not this one at all' })
  assert.deepEqual([wrong.status, wrong.json.code, wrong.json.field, wrong.headers['set-cookie']], [400, 'wrong_password', '/password', undefined])
  assert.deepEqual(await newRows(count), [{ action: 'session.proved', facts: { refused: 'wrong_password' } }])
  assert.equal((await admin.put('/api/market-clock', CLOCK)).json.code, 'step_up_required')
})

// Guarantee: whoever holds a stolen session guesses no faster than at the sign-in form.
test('tries to step up are delayed', async () => {
  const agent = await world.stale(world.b, 'settlement_agent')
  const codes: string[] = []
  for (let i = 0; i < 8; i++) codes.push((await agent.post('/api/auth/step-up', { password: `a wrong password ${i}` })).json.code)
  assert.ok(codes.includes('login_delayed'), codes.join())
  assert.equal((await agent.get('/api/portal/session')).status, 200)
})

// Guarantee: of several proofs of one session at once one wins, and its token is the only one that lives.
test('parallel proofs leave one token', async () => {
  const desk = await world.stale(world.a, 'desk_operator')
  const answers = await Promise.all([1, 2, 3].map(() => desk.post('/api/auth/step-up', { password: PASSWORD })))
  const tokens = answers.filter(({ status }) => status === 200).map(cookieOf)
  assert.equal(tokens.length, 1, answers.map(({ status, json }) => `${status} ${json.code ?? ''}`).join())
  assert.equal((await withCookie(tokens[0]!, 'GET', '/api/portal/session')).status, 200)
})

// Guarantee: a sign-out that a step-up overtakes says that nothing was ended, records no end, and the session that goes on can be signed out.
for (const url of ['/api/auth/logout', '/api/auth/logout-everywhere']) test(`a step-up overtakes ${url}`, async () => {
  const admin = await world.stale(world.a, 'platform_admin')
  let token = ''
  world.beforeNextTransaction(async () => { token = cookieOf(await admin.post('/api/auth/step-up', { password: PASSWORD })) })
  const count = (await world.auditRows(world.a)).length
  const overtaken = await admin.post(url, {})
  assert.deepEqual([overtaken.status, overtaken.json?.code], [401, 'not_signed_in'])
  assert.deepEqual((await newRows(count)).map(({ facts }) => facts), [{ by: 'password' }, { refused: 'not_signed_in' }])
  assert.equal((await withCookie(token, 'GET', '/api/portal/session')).status, 200)
  assert.equal((await withCookie(token, 'POST', url, {})).status, 204)
  assert.equal((await withCookie(token, 'GET', '/api/portal/session')).status, 401)
})

// Guarantee: of several sign-outs of one session at once one ends it, on record once, and none is an error of the server.
test('parallel sign-outs', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  const count = (await world.auditRows(world.a)).length
  const answers = await Promise.all([1, 2, 3, 4].map(() => desk.post('/api/auth/logout', {})))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 401, 401, 401])
  assert.equal((await newRows(count)).filter(({ action, facts }) => action === 'session.ended' && Object.keys(facts as object).length === 0).length, 1)
})
