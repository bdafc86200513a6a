import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { hashPassword } from '#platform/auth/index.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, type Answer, type World } from '#api/testing/world.ts'

const PASSWORD = 'a password of many words'
const NEXT = 'quite another password of words'
let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

const signIn = (email: string, password: string): Promise<Answer> => world.nobody.post('/api/auth/login', { email, password })
const cookieOf = (answer: Answer): string => /flowclaw=([A-Za-z0-9_-]{43})/.exec(String((answer.headers['set-cookie'] as string[])[0]))![1]!
const sessionStatus = async (token: string): Promise<number> => (await world.nobody.ask('GET', '/api/portal/session', { headers: { cookie: `flowclaw=${token}` } })).status
const newRows = async (count: number) => (await world.auditRows(world.a)).slice(count).map(({ action, facts }) => ({ action, facts }))

// Guarantee: a changed password ends every other session, gives this one a new cookie, leaves one audit row, and is the only one that signs in.
test('changing the password', async () => {
  const EMAIL = 'merchant_client@alpha.example'
  const [here, elsewhere] = [await world.as(world.a, 'merchant_client'), await world.as(world.a, 'merchant_client')]
  const colleague = await world.as(world.a, 'desk_operator')
  const count = (await world.auditRows(world.a)).length
  const answer = await here.post('/api/auth/password', { current_password: PASSWORD, new_password: NEXT })
  assert.equal(answer.status, 200, answer.text)
  const token = cookieOf(answer)
  assert.match(String((answer.headers['set-cookie'] as string[])[0]), /^flowclaw=[A-Za-z0-9_-]{43}; HttpOnly; Path=\/; SameSite=Strict; Max-Age=3[56][0-9]{2}$/)
  assert.equal(answer.json.csrf_token, csrfTokenOf(token))
  assert.deepEqual(await newRows(count), [{ action: 'account.password_changed', facts: { sessions_ended: 1 } }])
  assert.deepEqual(await Promise.all([here.token, elsewhere.token, token, colleague.token].map(sessionStatus)), [401, 401, 200, 200])
  assert.equal((await signIn(EMAIL, PASSWORD)).status, 401)
  assert.equal((await signIn(EMAIL, NEXT)).status, 200)
  for (const secret of [PASSWORD, NEXT, token]) assert.ok(!JSON.stringify(await world.auditRows(world.a)).includes(secret))
  const { rows } = await world.database.superuser.query("select count(*)::int as n from idempotency_keys where operation = 'changePassword'")
  assert.equal(rows[0].n, 0, 'a digest of two passwords was kept')
})

// Guarantee: what is wrong is named by field and code, is on record, and changes nothing.
test('a refused password change names its field', async () => {
  const client = await world.as(world.a, 'desk_operator')
  const cases: [string, string, string, string][] = [
    [PASSWORD, 'x'.repeat(14), 'password_too_short', '/new_password'], [PASSWORD, '密'.repeat(400), 'password_too_long', '/new_password'],
    [PASSWORD, PASSWORD, 'password_not_new', '/new_password'], ['not the password at all', NEXT, 'wrong_password', '/current_password'],
    [PASSWORD, '', 'invalid_field', '/new_password'],
  ]
  for (const [current_password, new_password, code, field] of cases) {
    const count = (await world.auditRows(world.a)).length
    const answer = await client.post('/api/auth/password', { current_password, new_password })
    assert.deepEqual([answer.status, answer.json.code, answer.json.field], [400, code, field])
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.deepEqual(await newRows(count), code === 'invalid_field' ? [] : [{ action: 'account.password_changed', facts: { refused: code } }])
  }
  assert.equal(await sessionStatus(client.token), 200)
  assert.equal((await signIn('desk_operator@alpha.example', PASSWORD)).status, 200)
})

// Guarantee: a session left open is not enough to guess the password: wrong ones count as tries of sign-in do, the right one then waits too.
test('guessing the current password is delayed', async () => {
  const client = await world.as(world.b, 'platform_admin')
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push((await client.post('/api/auth/password', { current_password: `wrong password ${i}`, new_password: NEXT })).status)
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429])
  const right = await client.post('/api/auth/password', { current_password: PASSWORD, new_password: NEXT })
  assert.deepEqual([right.status, right.json.code], [429, 'login_delayed'])
  assert.equal(right.json.retry_after_s, Number(right.headers['retry-after']))
  assert.equal((await signIn('platform_admin@beta.example', PASSWORD)).status, 429, 'tries here and at sign-in are counted apart')
})

// Guarantee: the list holds the live sessions of this account alone, this one marked, and no token.
test('own sessions', async () => {
  const [here, elsewhere] = [await world.as(world.a, 'settlement_agent'), await world.as(world.a, 'settlement_agent')]
  await world.expired(world.a, 'settlement_agent')
  await world.as(world.b, 'settlement_agent')
  const idle = await world.as(world.a, 'settlement_agent')
  await world.database.superuser.query("update auth_sessions set last_seen_at = now() - interval '31 minutes' where token_hash = sha256($1)", [idle.token])
  const { status, json, text } = await here.get('/api/auth/sessions')
  assert.equal(status, 200, text)
  assert.deepEqual(json.items.map((one: { current: boolean }) => one.current), [true, false])
  assert.deepEqual(Object.keys(json.items[0]).sort(), ['current', 'id', 'last_seen_at', 'started_at'])
  for (const { token } of [here, elsewhere]) assert.ok(!text.includes(token))
})

// Guarantee: signing out everywhere ends each session of the account and nobody else's, with one audit row that counts the live ones.
test('signing out everywhere', async () => {
  const [here, elsewhere] = [await world.as(world.a, 'platform_admin'), await world.as(world.a, 'platform_admin')]
  await world.expired(world.a, 'platform_admin')
  const others = [await world.as(world.a, 'desk_operator'), await world.as(world.b, 'platform_admin')]
  const count = (await world.auditRows(world.a)).length
  const answer = await here.post('/api/auth/logout-everywhere', {})
  assert.equal(answer.status, 204, answer.text)
  assert.match(String(answer.headers['set-cookie']), /flowclaw=; HttpOnly; Path=\/; SameSite=Strict; Max-Age=0/)
  assert.deepEqual(await newRows(count), [{ action: 'session.all_ended', facts: { sessions_ended: 2 } }])
  assert.deepEqual(await Promise.all([here, elsewhere, ...others].map(({ token }) => sessionStatus(token))), [401, 401, 200, 200])
})
