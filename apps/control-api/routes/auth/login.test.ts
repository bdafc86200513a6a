import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { hashPassword } from '#platform/auth/index.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, type Answer, type World } from '#api/testing/world.ts'

const PASSWORD = 'a password of many words'
const EMAIL = 'merchant_client@alpha.example'
let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

const signIn = (email: string, password: string, headers: Record<string, string> = {}): Promise<Answer> => world.nobody.post('/api/auth/login', { email, password }, headers)
const cookieOf = (answer: Answer): string => /flowclaw=([A-Za-z0-9_-]{43})/.exec(String((answer.headers['set-cookie'] as string[])[0]))![1]!
const withCookie = (token: string, url: string): Promise<Answer> => world.nobody.ask('GET', url, { headers: { cookie: `flowclaw=${token}` } })

// Guarantee: the right password gives a session cookie out of reach of scripts, the portal session with its page, and one audit row.
test('signing in', async () => {
  const before = (await world.auditRows(world.a)).length
  const answer = await signIn(EMAIL, PASSWORD)
  assert.equal(answer.status, 200, answer.text)
  assert.match(String((answer.headers['set-cookie'] as string[])[0]), /^flowclaw=[A-Za-z0-9_-]{43}; HttpOnly; Path=\/; SameSite=Strict; Max-Age=[0-9]+$/)
  assert.equal(answer.json.home, '/merchant.html')
  assert.equal(answer.json.role, 'merchant_client')
  assert.equal(answer.json.market.label, 'Demo market of 29 September 2026')
  assert.equal(answer.json.csrf_token, csrfTokenOf(cookieOf(answer)))
  assert.equal((await withCookie(cookieOf(answer), '/api/portal/session')).text, answer.text)
  assert.deepEqual((await world.auditRows(world.a)).slice(before).map(({ action }) => action), ['session.started'])
})

// Guarantee: an unknown account, a wrong password and a disabled account answer with the same bytes, and set no cookie.
test('a failed sign-in tells nothing', async () => {
  await world.database.superuser.query('update users set disabled_at = now() where id = $1', [world.a.users.settlement_agent])
  const answers = [await signIn('nobody-here@alpha.example', PASSWORD), await signIn('desk_operator@alpha.example', 'the wrong password'), await signIn('settlement_agent@alpha.example', PASSWORD)]
  assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1)
  assert.equal(answers[0]!.json.code, 'wrong_credentials')
  for (const { headers } of answers) assert.equal(headers['set-cookie'], undefined)
})

// Guarantee: after some wrong tries an account waits, says how long, and nobody else's account does.
test('tries are delayed, never locked', async () => {
  const statuses: number[] = []
  let delayed: Answer | null = null
  for (let i = 0; i < 8; i++) {
    const answer = await signIn('platform_admin@beta.example', `wrong password ${i}`)
    statuses.push(answer.status)
    if (answer.status === 429) delayed = answer
  }
  assert.ok(delayed !== null, statuses.join())
  assert.equal(delayed.json.code, 'login_delayed')
  assert.ok(Number(delayed.headers['retry-after']) >= 1)
  assert.equal(delayed.json.retry_after_s, Number(delayed.headers['retry-after']))
})

// Guarantee: signing in ends the session the browser came with, and signing out ends its own for good.
test('attack 10: no session outlives its end', async () => {
  const first = cookieOf(await signIn('desk_operator@beta.example', PASSWORD))
  const second = cookieOf(await signIn('desk_operator@beta.example', PASSWORD, { cookie: `flowclaw=${first}` }))
  assert.notEqual(second, first)
  assert.equal((await withCookie(first, '/api/portal/session')).status, 401)
  const someone_else = cookieOf(await signIn(EMAIL, PASSWORD))
  const third = cookieOf(await signIn('desk_operator@beta.example', PASSWORD, { cookie: `flowclaw=${someone_else}` }))
  assert.equal((await withCookie(someone_else, '/api/portal/session')).status, 401, 'another account kept its session in this browser')
  assert.equal((await withCookie(third, '/api/portal/session')).status, 200)
  const left = await world.nobody.ask('POST', '/api/auth/logout', { body: {}, headers: { cookie: `flowclaw=${second}`, 'x-csrf-token': csrfTokenOf(second) } })
  assert.equal(left.status, 204)
  assert.match(String(left.headers['set-cookie']), /flowclaw=; HttpOnly; Path=\/; SameSite=Strict; Max-Age=0/)
  assert.equal((await withCookie(second, '/api/portal/session')).status, 401)
})

// Guarantee: the record says that a session ended only where it did: a sign-out that meets a new token of the same session is refused, and the next one ends it.
test('a session that goes on is not recorded as ended', async () => {
  const desk = await world.as(world.b, 'desk_operator')
  const stored = (sql: string) => world.database.superuser.query(sql)
  const ended = async () => (await world.auditRows(world.b)).filter(({ action, facts }) => action === 'session.ended' && JSON.stringify(facts) === '{}').length
  const before_it = await ended()
  world.beforeNextTransaction(async () => { await stored(`update auth_sessions set token_hash = sha256('stepped up') where token_hash = sha256('${desk.token}')`) })
  assert.equal((await desk.post('/api/auth/logout', {})).status, 401)
  assert.equal(await ended(), before_it)
  await stored(`update auth_sessions set token_hash = sha256('${desk.token}') where token_hash = sha256('stepped up')`)
  assert.equal((await desk.post('/api/auth/logout', {})).status, 204)
  assert.equal(await ended(), before_it + 1)
})

// Guarantee: a cookie that somebody planted never becomes a signed-in one.
test('attack 9: no session fixation', async () => {
  const planted = 'P'.repeat(43)
  const answer = await signIn('merchant_client@beta.example', PASSWORD, { cookie: `flowclaw=${planted}` })
  assert.equal(answer.status, 200)
  assert.notEqual(cookieOf(answer), planted)
  assert.equal((await withCookie(planted, '/api/portal/session')).status, 401)
})
