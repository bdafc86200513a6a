import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { hashPassword } from '#platform/auth/index.ts'
import { reserveTry } from '#platform/auth/throttle.ts'
import { totpOf } from '#platform/auth/totp.ts'
import type { Role } from '#contracts/roles.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, type Answer, type Client, type Company, type World } from '#api/testing/world.ts'

const PASSWORD = 'a password of many words'
let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** What an authenticator does with the text of a secret. */
function bytesOf(secret: string): Buffer {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
}
const nowStep = (): number => Math.floor(world.deps.db.now() / 30_000)
const emailOf = (of: Company, role: Role): string => `${role}@${of === world.a ? 'alpha' : 'beta'}.example`
const signIn = (of: Company, role: Role, code?: string): Promise<Answer> =>
  world.nobody.post('/api/auth/login', { email: emailOf(of, role), password: PASSWORD, ...(code === undefined ? {} : { code }) })
const cookieOf = (answer: Answer): string => /flowclaw=([A-Za-z0-9_-]{43})/.exec(String((answer.headers['set-cookie'] as string[])[0]))![1]!
const withCookie = (token: string, method: string, url: string, body?: unknown): Promise<Answer> =>
  world.nobody.ask(method, url, { headers: { cookie: `flowclaw=${token}`, 'x-csrf-token': csrfTokenOf(token) }, ...(body === undefined ? {} : { body }) })
const rowsOf = async (of: Company, count: number) => (await world.auditRows(of)).slice(count).map(({ action, facts }) => ({ action, facts }))
/** The tries of earlier tests are not what a test is about. */
const forgetTries = () => world.database.superuser.query('delete from login_throttle')
/** Makes the codes of today good again, as half a minute later they are. */
const nextHalfMinute = (user_id: string) => world.database.superuser.query('update account_factors set last_step = 0 where user_id = $1', [user_id])

type Enrolled = { readonly token: string; readonly secret: Buffer; readonly codes: readonly string[]; readonly answer: Answer; readonly used: string }
async function enrol(client: Client): Promise<Enrolled> {
  await forgetTries()
  const begun = await client.post('/api/auth/second-factor/begin', {})
  assert.equal(begun.status, 200, begun.text)
  const secret = bytesOf(begun.json.secret)
  const used = totpOf(secret, nowStep())
  const answer = await client.post('/api/auth/second-factor/confirm', { code: used })
  assert.equal(answer.status, 200, answer.text)
  return { token: cookieOf(answer), secret, codes: answer.json.recovery_codes, answer, used }
}

// Guarantee: an enrolment ends every other session, gives this one a new token and ten codes, leaves one row a step, and no secret stays in audit or idempotency answers.
test('enrolling', async () => {
  const [here, elsewhere] = [await world.as(world.a, 'settlement_agent'), await world.as(world.a, 'settlement_agent')]
  const count = (await world.auditRows(world.a)).length
  const { token, secret, codes, answer } = await enrol(here)
  assert.deepEqual(await rowsOf(world.a, count), [{ action: 'second_factor.begun', facts: {} }, { action: 'second_factor.enrolled', facts: { sessions_ended: 1 } }])
  assert.deepEqual([(await here.get('/api/portal/session')).status, (await elsewhere.get('/api/portal/session')).status, (await withCookie(token, 'GET', '/api/portal/session')).status], [401, 401, 200])
  assert.deepEqual(answer.json.session.second_factor, { enrolled: true, must_enrol: false })
  const state = (await withCookie(token, 'GET', '/api/auth/second-factor')).json
  assert.equal(state.recovery_codes_left, 10)
  assert.ok(state.enrolled_at !== null)
  const { rows } = await world.database.superuser.query("select coalesce(string_agg(k::text, ''), '') as text from idempotency_keys k")
  for (const hidden of [secret.toString('hex'), ...codes]) assert.ok(!`${JSON.stringify(await world.auditRows(world.a))}${rows[0].text}`.includes(hidden))
  assert.equal((await withCookie(token, 'POST', '/api/auth/second-factor/begin', {})).json.code, 'second_factor_enrolled')
})

// Guarantee: the password alone opens nothing, a wrong code opens nothing, a right code opens a session once and never again, and each leaves one row.
test('signing in in two steps', async () => {
  const { secret, used } = await enrol(await world.as(world.a, 'desk_operator'))
  await forgetTries()
  const count = (await world.auditRows(world.a)).length
  const asked = await signIn(world.a, 'desk_operator')
  assert.deepEqual([asked.status, asked.json, asked.headers['set-cookie']], [202, { code_asked: true }, undefined])
  const wrong = await signIn(world.a, 'desk_operator', 'not-a-code')
  assert.deepEqual([wrong.status, wrong.json.code, wrong.json.field, wrong.headers['set-cookie']], [401, 'wrong_code', '/code', undefined])
  assert.equal((await signIn(world.a, 'desk_operator', used)).json.code, 'wrong_code', 'the code that enrolled opened a session too')
  await nextHalfMinute(world.a.users.desk_operator)
  assert.equal((await signIn(world.a, 'desk_operator', totpOf(secret, nowStep()))).status, 200)
  assert.deepEqual(await rowsOf(world.a, count), [
    { action: 'session.code_asked', facts: {} }, { action: 'session.started', facts: { refused: 'wrong_code' } }, { action: 'session.started', facts: { refused: 'wrong_code' } },
    { action: 'session.started', facts: { by: 'code' } },
  ])
})

// Guarantee: a wrong password with a right code answers as for an account that does not exist.
test('a code tells nothing about a password', async () => {
  const { secret } = await enrol(await world.as(world.b, 'desk_operator'))
  await forgetTries()
  const code = totpOf(secret, nowStep())
  const wrong = await world.nobody.post('/api/auth/login', { email: emailOf(world.b, 'desk_operator'), password: 'not this one at all', code })
  const nobody = await world.nobody.post('/api/auth/login', { email: 'nobody@beta.example', password: 'not this one at all', code })
  assert.deepEqual([wrong.status, wrong.text], [nobody.status, nobody.text])
  assert.equal(wrong.json.code, 'wrong_credentials')
})

// Guarantee (attack 19): the same code twelve times at once opens one session; the same recovery code too, and each only ever once.
test('a code is taken once', async () => {
  const { secret, codes } = await enrol(await world.as(world.b, 'settlement_agent'))
  for (const code of [totpOf(secret, nowStep()), codes[0]!]) {
    await forgetTries()
    await nextHalfMinute(world.b.users.settlement_agent)
    const from = (i: number) => world.app.inject({
      method: 'POST', url: '/api/auth/login', remoteAddress: `198.51.${i}.7`, headers: { origin: 'http://127.0.0.1:8420', 'content-type': 'application/json' },
      payload: JSON.stringify({ email: emailOf(world.b, 'settlement_agent'), password: PASSWORD, code }),
    })
    const answers = [...await Promise.all([1, 2, 3, 4].map(from)), ...await Promise.all([5, 6, 7, 8].map(from))]
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1, answers.map(({ statusCode }) => statusCode).join())
    assert.ok(answers.every(({ statusCode }) => [200, 401, 429, 503].includes(statusCode)))
  }
  const { rows } = await world.database.superuser.query('select count(*)::int as n from recovery_codes where user_id = $1 and used_at is not null', [world.b.users.settlement_agent])
  assert.equal(rows[0].n, 1)
})

// Guarantee: the browser that enrols stays known for its account; every other one that was, a thief's too, is a stranger at the new factor.
test('enrolling keeps its own browser known', async () => {
  await forgetTries()
  const email = emailOf(world.b, 'platform_admin')
  const [own, thief] = [await signIn(world.b, 'platform_admin'), await signIn(world.b, 'platform_admin')]
  const devicesOf = (answer: Answer) => /fc_device=([^;]+)/.exec(String(answer.headers['set-cookie']))![1]!.split('.')
  const known = async (devices: string[]) => (await reserveTry(world.deps.db, email, { ip: '192.0.2.1', devices })).device !== null
  assert.deepEqual([await known(devicesOf(own)), await known(devicesOf(thief))], [true, true])
  const token = cookieOf(own)
  const ask = (url: string, body: unknown) => world.nobody.ask('POST', url, { headers: { cookie: `flowclaw=${token}; fc_device=${devicesOf(own).join('.')}`, 'x-csrf-token': csrfTokenOf(token) }, body })
  const begun = await ask('/api/auth/second-factor/begin', {})
  const done = await ask('/api/auth/second-factor/confirm', { code: totpOf(bytesOf(begun.json.secret), nowStep()) })
  assert.equal(done.status, 200, done.text)
  assert.deepEqual([await known(devicesOf(own)), await known(devicesOf(thief))], [true, false])
})

// Guarantee: guesses at a code are delayed although the password is right, and the password's own tries are not forgiven before the code.
test('guessing at a code is delayed', async () => {
  await enrol(await world.as(world.a, 'merchant_client'))
  await forgetTries()
  const codes: string[] = []
  for (let i = 0; i < 8; i++) codes.push((await signIn(world.a, 'merchant_client', `00000${i}`)).json.code ?? 'open')
  assert.ok(codes.includes('login_delayed'), codes.join())
  assert.ok(!codes.includes('open'))
})

// Guarantee: an enrolled account steps up by a code alone: a password, however right, proves nothing; new recovery codes end the old ones; taking the factor off brings the password back.
test('step-up, recovery codes and taking it off', async () => {
  const { token, secret, codes } = await enrol(await world.as(world.b, 'merchant_client'))
  const user_id = world.b.users.merchant_client
  const stale = () => world.database.superuser.query("update auth_sessions set proved_at = now() - interval '1 hour' where user_id = $1", [user_id])
  await stale()
  assert.equal((await withCookie(token, 'POST', '/api/auth/second-factor/recovery-codes', {})).json.code, 'step_up_required')
  const byPassword = await withCookie(token, 'POST', '/api/auth/step-up', { password: PASSWORD })
  assert.deepEqual([byPassword.json.code, byPassword.json.field], ['missing_field', '/code'])
  await nextHalfMinute(user_id)
  const proved = await withCookie(token, 'POST', '/api/auth/step-up', { code: totpOf(secret, nowStep()) })
  assert.equal(proved.status, 200, proved.text)
  const renewed = await withCookie(cookieOf(proved), 'POST', '/api/auth/second-factor/recovery-codes', {})
  assert.equal(renewed.json.recovery_codes.length, 10)
  const old = await withCookie(cookieOf(proved), 'POST', '/api/auth/step-up', { code: codes[1] })
  assert.equal(old.json.code, 'wrong_code', 'a recovery code of before is still good')
  const recovered = await withCookie(cookieOf(proved), 'POST', '/api/auth/step-up', { code: renewed.json.recovery_codes[0] })
  assert.equal(recovered.status, 200, recovered.text)
  assert.equal((await withCookie(cookieOf(recovered), 'GET', '/api/auth/second-factor')).json.recovery_codes_left, 9)
  assert.equal((await withCookie(cookieOf(recovered), 'POST', '/api/auth/second-factor/disable', {})).status, 204)
  await forgetTries()
  assert.equal((await signIn(world.b, 'merchant_client')).status, 200)
})

// Guarantee: an admin takes a member's factor off with a reason and ends that member's sessions; an account that is live in another tenant is refused and stays as it was.
test('an admin resets a member', async () => {
  const { token } = await enrol(await world.as(world.a, 'platform_admin'))
  const target = await enrol(await world.as(world.a, 'desk_operator').then(async (client) => {
    await world.database.superuser.query('delete from account_factors where user_id = $1', [world.a.users.desk_operator])
    return client
  }))
  const reset = (id: string) => withCookie(token, 'POST', `/api/members/${id}/second-factor/reset`, { reason: 'device_lost' })
  await world.database.superuser.query("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, 'desk_operator', 'A. Okafor')", [world.b.id, world.a.users.desk_operator])
  const elsewhere = await reset(world.a.users.desk_operator)
  assert.deepEqual([elsewhere.status, elsewhere.json.code], [409, 'member_elsewhere'])
  assert.equal((await withCookie(target.token, 'GET', '/api/portal/session')).json.second_factor.enrolled, true)
  await world.database.superuser.query('delete from memberships where tenant_id = $1 and user_id = $2', [world.b.id, world.a.users.desk_operator])
  const count = (await world.auditRows(world.a)).length
  const done = await reset(world.a.users.desk_operator)
  assert.deepEqual([done.status, done.json], [200, { sessions_ended: 1 }])
  assert.deepEqual(await rowsOf(world.a, count), [{ action: 'member.second_factor_reset', facts: { reason: 'device_lost', sessions_ended: 1 } }])
  assert.equal((await withCookie(target.token, 'GET', '/api/portal/session')).status, 401)
  assert.equal((await reset(world.b.users.desk_operator)).status, 404)
})
