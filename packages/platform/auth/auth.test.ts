import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '#database/index.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestTenant, type TestTenant } from '#tools/testing/tenant.ts'
import { changePassword, findActor, hashPassword, listSessions, passwordProblem, readSignedIn, signIn, signOut, sourcePrefix, type SignInAnswer } from './index.ts'
import { TooBusy, verifyPassword } from './passwords.ts'
import { DEVICES_MAX, giveBackTry, reserveCode, reserveTry } from './throttle.ts'

const PASSWORD = 'a long enough phrase'
let test_db: TestDatabase
let tenant: TestTenant
let name: string
let hash: string
let address = 0

before(async () => {
  test_db = await openTestDatabase()
  hash = await hashPassword(PASSWORD)
  name = 'signin'
  tenant = await makeTestTenant(test_db, name, { password_hash: hash })
})
after(async () => test_db.close())

/** A network nobody has come from yet. */
const freshIp = (): string => `10.${(address += 1)}.0.1`
const login = (over: Partial<Parameters<typeof signIn>[1]> = {}): Promise<SignInAnswer> =>
  signIn(test_db.db, { email: `desk@${name}.example`, password: PASSWORD, ip: freshIp(), request_id: newId(), ...over })
const tokenOf = (answer: SignInAnswer): string => { assert.equal(answer.status, 'ok'); return answer.status === 'ok' ? answer.token : '' }
const behind = (sql: string, values: unknown[] = []) => test_db.superuser.query(sql, values)

// Guarantee: a right password opens a session that answers with exactly this account's actor, and leaves one audit row.
test('signing in gives a token that finds its actor', async () => {
  const answer = await login({ email: ` DESK@${name}.EXAMPLE ` })
  const token = tokenOf(answer)
  assert.match(token, /^[A-Za-z0-9_-]{43}$/)
  const actor = await findActor(test_db.db, token)
  assert.deepEqual({ ...actor, session_id: null }, { ...tenant.desk, session_id: null, proved: true, must_enrol: false })
  const shown = await readSignedIn(test_db.db, token)
  assert.deepEqual([shown?.email, shown?.tenant.name, shown?.merchant, shown?.memberships.length], [`desk@${name}.example`, name, null, 1])
  const rows = await behind("select count(*)::int as n from audit_events where entity = 'session' and entity_id = $1", [actor?.session_id])
  assert.equal(rows.rows[0].n, 1)
  const stored = await behind('select token_hash from auth_sessions')
  assert.ok(stored.rows.every((row) => !row.token_hash.toString('utf8').includes(token) && row.token_hash.length === 32))
})

// Guarantee: a merchant's actor carries its merchant, whatever the browser says.
test('a merchant signs in as its own merchant', async () => {
  const actor = await findActor(test_db.db, tokenOf(await login({ email: `merchant@${name}.example` })))
  assert.deepEqual([actor?.role, actor?.merchant_id], ['merchant_client', tenant.merchant.merchant_id])
})

// Guarantee: unknown account, wrong password, disabled account, foreign tenant and over-long password answer alike.
test('every failed sign-in answers the same', async () => {
  await behind("update users set disabled_at = now() where email = $1", [`agent@${name}.example`])
  for (const [what, over] of Object.entries({
    'unknown account': { email: 'nobody@nowhere.example' }, 'wrong password': { password: 'another long enough phrase' }, 'disabled account': { email: `agent@${name}.example` },
    'a tenant without membership': { tenant_id: newId() }, 'a password of 2 KiB': { password: 'x'.repeat(2048) },
  })) assert.deepEqual(await login(over), { status: 'wrong' }, what)
})

// Guarantee: a wrong try at a known account leaves one audit row in its workspace, a try at no account leaves none, and both take the same floor of time.
test('a failed sign-in is on record', async () => {
  const rowsOf = async () => (await behind("select payload from audit_events where tenant_id = $1 order by seq", [tenant.desk.tenant_id])).rows.map(({ payload }) => JSON.parse(payload.toString('utf8')))
  const before = (await rowsOf()).length
  const times: number[] = []
  for (const email of [`desk@${name}.example`, 'nobody@nowhere.example']) {
    const started = performance.now()
    assert.deepEqual(await login({ email, password: 'another long enough phrase', ip: freshIp() }), { status: 'wrong' })
    times.push(performance.now() - started)
  }
  const left = (await rowsOf()).slice(before)
  assert.deepEqual(left.map(({ action, entity, entity_id, facts }) => ({ action, entity, entity_id, facts })), [
    { action: 'session.started', entity: 'user', entity_id: tenant.desk.user_id, facts: { refused: 'wrong_credentials' } },
  ])
  assert.ok(times.every((elapsed_ms) => elapsed_ms >= 490), `${times}`)
})

// Guarantee: an unknown account costs as much time as a known one, because the same hash is computed.
test('an unknown account takes as long as a known one', async () => {
  const time = async (stored: string | null) => { const t = performance.now(); await verifyPassword(stored, 'wrong'); return performance.now() - t }
  await time(hash)
  const [known, unknown] = [await time(hash), await time(null)]
  assert.ok(unknown > known / 4, `${unknown} ms against ${known} ms`)
  assert.deepEqual(await verifyPassword(null, ''), { right: false, outdated: false })
})

// Guarantee: a session is over after sign-out, idling, its absolute end, a disabled account, an ended membership, or a replaced sign-in.
test('a session ends when it must', async () => {
  const open = async () => tokenOf(await login())
  const dead = async (token: string, what: string) => {
    assert.equal(await findActor(test_db.db, token), null, what)
    assert.equal(await readSignedIn(test_db.db, token), null, what)
  }
  const out = await open()
  await signOut(test_db.db, out, (await findActor(test_db.db, out))!, { request_id: newId() })
  await dead(out, 'signed out')

  const idle = await open()
  await behind("update auth_sessions set last_seen_at = now() - interval '29 minutes' where token_hash = sha256($1)", [idle])
  assert.ok(await findActor(test_db.db, idle), 'seen 29 minutes ago')
  const seen = await behind("select now() - last_seen_at < interval '5 seconds' as now from auth_sessions where token_hash = sha256($1)", [idle])
  assert.equal(seen.rows[0].now, true, 'a request did not count as being there')
  await behind("update auth_sessions set last_seen_at = now() - interval '31 minutes' where token_hash = sha256($1)", [idle])
  await dead(idle, 'idle for 31 minutes')

  const old = await open()
  await behind("update auth_sessions set expires_at = now() - interval '1 second' where token_hash = sha256($1)", [old])
  await dead(old, 'past its end')

  const replaced = await open()
  const next = tokenOf(await login({ previous_token: replaced }))
  await dead(replaced, 'replaced by a new sign-in')

  await behind('update memberships set ended_at = now() where user_id = $1', [tenant.desk.user_id])
  await dead(next, 'membership ended')
  await behind('update memberships set ended_at = null where user_id = $1', [tenant.desk.user_id])
  assert.ok(await findActor(test_db.db, next))
  await behind('update users set disabled_at = now() where id = $1', [tenant.desk.user_id])
  await dead(next, 'account disabled')
  await behind('update users set disabled_at = null where id = $1', [tenant.desk.user_id])
  for (const nothing of ['', 'x', '0'.repeat(43), `${next}x`]) assert.equal(await findActor(test_db.db, nothing), null)
})

// Guarantee: of 200 tries at once with five free, five are judged and the rest are told to wait, and nothing is counted for those.
test('200 parallel tries at a limit of 5 let 5 through', async () => {
  const ip = freshIp()
  const pools = [test_db.db, test_db.open({ max: 5 }), test_db.open({ max: 5 })]
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => reserveTry(pools[i % 3]!, 'victim@x.example', { ip })))
  assert.equal(answers.filter((a) => a.wait_ms === 0).length, 5)
  assert.ok(answers.every((a) => a.wait_ms >= 0 && a.wait_ms <= 2_000))
})

// Guarantee: the wait grows with each further try and is bounded, and a right password ends it.
test('the wait grows, is bounded, and ends with a right password', async () => {
  const ip = freshIp()
  const email = `other@${name}.example`
  const waits: number[] = []
  for (let i = 0; i < 5; i++) await reserveTry(test_db.db, email, { ip })
  for (let i = 0; i < 12; i++) {
    const { wait_ms } = await reserveTry(test_db.db, email, { ip })
    waits.push(wait_ms)
    await behind("update login_throttle set last_at = last_at - make_interval(secs => $1)", [wait_ms / 1000 + 0.01])
    assert.equal((await reserveTry(test_db.db, email, { ip })).wait_ms, 0, 'after the wait the next try is judged')
  }
  assert.ok(waits[0]! > 1_500 && waits[0]! <= 2_000, `${waits}`)
  assert.ok(waits.every((wait, i) => i === 0 || wait >= waits[i - 1]! - 100), `${waits}`)
  assert.ok(waits.at(-1)! <= 15 * 60_000)
  await behind("update login_throttle set last_at = last_at - interval '15 minutes'")
  tokenOf(await login({ email, ip }))
  for (let i = 0; i < 5; i++) assert.equal((await reserveTry(test_db.db, email, { ip })).wait_ms, 0, 'a right password did not end it')
})

// Guarantee: strangers who guess at an account cannot keep its owner out of a browser that signed in before: not from elsewhere, not from the owner's own network, and not by using up what everyone there has together.
test('an attacker, next door or far away, delays nobody at a known browser', async () => {
  const email = `admin@${name}.example`
  const home = freshIp()
  const first = await login({ email, ip: home })
  assert.ok(first.status === 'ok')
  const { devices } = first
  for (let i = 0; i < 40; i++) await reserveTry(test_db.db, email, { ip: freshIp() })
  for (let i = 0; i < 60; i++) await reserveTry(test_db.db, i % 2 === 0 ? email : `other${i}@x.example`, { ip: home })
  for (const stranger of [{ ip: freshIp() }, { ip: home }, { ip: home, devices: ['A'.repeat(43)] }]) assert.equal((await login({ email, ...stranger })).status, 'delayed')
  const again = await login({ email, ip: home, devices })
  assert.ok(again.status === 'ok')
  tokenOf(await login({ email, ip: freshIp(), devices: again.devices }))
})

// Guarantee: a known browser has its own few tries and then waits like anyone; it is known for the accounts that signed in there and for no other; after 90 days it is forgotten.
test('a known browser is no free pass', async () => {
  const email = `admin@${name}.example`
  const ip = freshIp()
  await behind('delete from login_throttle')
  const first = await login({ email, ip })
  assert.ok(first.status === 'ok')
  const source = { ip, devices: first.devices }
  for (let i = 0; i < 5; i++) assert.equal((await reserveTry(test_db.db, email, source)).wait_ms, 0)
  assert.ok((await reserveTry(test_db.db, email, source)).wait_ms > 1_500)
  assert.equal((await reserveTry(test_db.db, email, source)).keys.length, 2)
  assert.equal((await reserveTry(test_db.db, `desk@${name}.example`, source)).keys.length, 4)
  await behind("update known_devices set last_at = now() - interval '91 days'")
  assert.equal((await reserveTry(test_db.db, email, source)).keys.length, 4)
  const { rows } = await behind('select key from known_devices')
  assert.ok(rows.length > 0 && !JSON.stringify(rows).includes(first.devices[0]!))
})

// Guarantee: what a browser's device cookie held before a sign-in is known for nobody by that sign-in, whoever planted or copied it; the cookie of an earlier sign-in ends with the next one.
test('a planted or copied device cookie is worth nothing', async () => {
  const email = `admin@${name}.example`
  const known = async (device: string) => (await reserveTry(test_db.db, email, { ip: freshIp(), devices: [device] })).device !== null
  const planted = 'P'.repeat(43)
  const first = await login({ email, ip: freshIp(), devices: [planted] })
  assert.ok(first.status === 'ok')
  const [made] = first.devices
  assert.deepEqual([await known(planted), await known(made!)], [false, true])
  const next = await login({ email, ip: freshIp(), devices: first.devices })
  assert.ok(next.status === 'ok' && next.devices.length === 2)
  assert.deepEqual([await known(made!), await known(next.devices[0]!)], [false, true])
})

// Guarantee: whoever signed in with a stolen password is a stranger again once the password or the second factor changes, on however many browsers; the browser that changed the password stays known.
test('known browsers end with the password and with the second factor', async () => {
  const email = `desk@${name}.example`
  const known = async (devices: readonly string[]) => (await reserveTry(test_db.db, email, { ip: freshIp(), devices })).device !== null
  await behind('delete from login_throttle')
  const [thief, own] = [await login({ email, ip: freshIp() }), await login({ email, ip: freshIp() })]
  assert.ok(thief.status === 'ok' && own.status === 'ok')
  const change = (from: string, to: string, session: { token: string }, devices: readonly string[]) => changePassword(test_db.db, { ip: freshIp(), devices, token: session.token, actor: own.actor, email, current_password: from, new_password: to, request_id: newId() })
  const changed = await change(PASSWORD, 'another long enough phrase', own, own.devices)
  assert.ok(changed.status === 'ok')
  assert.deepEqual([await known(thief.devices), await known(own.devices)], [false, true])
  await behind("insert into account_factors (user_id, totp_secret, begun_at, enrolled_at) values ($1, decode(repeat('ab', 20), 'hex'), now(), now())", [tenant.desk.user_id])
  assert.equal(await known(own.devices), false)
  await behind('delete from account_factors where user_id = $1', [tenant.desk.user_id])
  await behind('update users set password_hash = $2 where id = $1', [tenant.desk.user_id, hash])
})

// Guarantee: a browser is known for each of the last accounts that signed in there, and its cookie does not grow without end.
test('accounts that share a browser are each known there', async () => {
  const emails = [`admin@${name}.example`, `desk@${name}.example`]
  let devices: readonly string[] = []
  for (let i = 0; i < 6; i++) {
    const answer = await login({ email: emails[i % 2]!, ip: freshIp(), devices })
    assert.ok(answer.status === 'ok')
    devices = answer.devices
  }
  assert.equal(devices.length, 2)
  for (const email of emails) assert.notEqual((await reserveTry(test_db.db, email, { ip: freshIp(), devices })).device, null)
  const full = ['A', 'B', 'C', 'D'].map((letter) => letter.repeat(43))
  const last = await login({ email: emails[0]!, ip: freshIp(), devices: full })
  assert.ok(last.status === 'ok' && last.devices.length === DEVICES_MAX)
})

// Guarantee: whoever signed in a hundred times has a hundred known browsers and no hundredfold tries, at the password or at a code.
test('many known browsers together are bounded', async () => {
  const email = `admin@${name}.example`
  const ip = freshIp()
  await behind('delete from login_throttle')
  let judged = 0
  let codes = 0
  for (let i = 0; i < 8; i++) {
    const { devices } = await login({ email, ip: freshIp() }) as { devices: readonly string[] }
    for (let n = 0; n < 4; n++) if ((await reserveTry(test_db.db, email, { ip, devices })).wait_ms === 0) judged += 1
    for (let n = 0; n < 4; n++) if ((await reserveCode(test_db.db, { user_id: tenant.admin.user_id, email, ip, devices })).wait_ms === 0) codes += 1
  }
  assert.ok(judged >= 20 && judged <= 21, String(judged))
  assert.ok(codes >= 20 && codes <= 21, String(codes))
})

// Guarantee: a try that was never judged gives back what it counted and nothing else, so that nobody at a known browser wears the account's own counts away.
test('what is given back is what was counted', async () => {
  const email = `admin@${name}.example`
  await behind('delete from login_throttle')
  const first = await login({ email, ip: freshIp() })
  assert.ok(first.status === 'ok')
  for (let i = 0; i < 20; i++) await reserveTry(test_db.db, email, { ip: freshIp() })
  const counted = async () => (await behind('select sum(tries)::float as sum from login_throttle')).rows[0].sum
  const before = await counted()
  for (let i = 0; i < 3; i++) await giveBackTry(test_db.db, await reserveTry(test_db.db, email, { ip: freshIp(), devices: first.devices }))
  assert.ok(Math.abs((await counted()) - before) < 0.1)
})

// Guarantee: an address that changes inside one network is one source.
test('a source is a network and not an address', () => {
  assert.equal(sourcePrefix('203.0.113.9'), sourcePrefix('203.0.113.200'))
  assert.equal(sourcePrefix('::ffff:203.0.113.9'), sourcePrefix('203.0.113.9'))
  assert.equal(sourcePrefix('2001:db8:1:2:3:4:5:6'), sourcePrefix('2001:db8:1:2::9'))
  assert.notEqual(sourcePrefix('2001:db8:1:2::9'), sourcePrefix('2001:db8:1:3::9'))
  assert.notEqual(sourcePrefix('203.0.113.9'), sourcePrefix('203.0.114.9'))
  assert.equal(sourcePrefix('::1'), '0:0:0:0::/64')
  assert.equal(sourcePrefix('not an address'), 'unknown')
})

// Guarantee: of two changes at once one wins, its session alone is left, and the other changes nothing.
test('two password changes at once', async () => {
  const email = `merchant@${name}.example`
  const change = async (token: string, new_password: string) =>
    changePassword(test_db.db, { token, actor: (await findActor(test_db.db, token))!, email, current_password: PASSWORD, new_password, ip: freshIp(), request_id: newId() })
  const tokens = [tokenOf(await login({ email })), tokenOf(await login({ email }))]
  const answers = await Promise.all(tokens.map((token, i) => change(token, `${PASSWORD} number ${i}`)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), ['ok', 'refused'])
  const won = answers.findIndex(({ status }) => status === 'ok')
  const answer = answers[won]!
  assert.ok(answer.status === 'ok')
  assert.deepEqual((await listSessions(test_db.db, answer.token)).map(({ current }) => current), [true])
  for (const token of tokens) assert.equal(await findActor(test_db.db, token), null)
  assert.equal((await login({ email, password: `${PASSWORD} number ${1 - won}` })).status, 'wrong')
  tokenOf(await login({ email, password: `${PASSWORD} number ${won}` }))
})

// Guarantee: a sign-in that verified the old password opens no session after the change.
test('no session is opened with a password that was changed meanwhile', async () => {
  const open = (verified: string) => behind("select fc.open_session(sha256($1), $2, $3, $4, null, interval '1 hour', $5, null, null) as ends", [newId(), newId(), tenant.desk.user_id, tenant.desk.tenant_id, verified])
  assert.ok((await open(hash)).rows[0].ends !== null)
  assert.equal((await open(`${hash.slice(0, -1)}x`)).rows[0].ends, null)
})

// Guarantee: the serving role names nobody's account: without a live session's token the account functions do nothing.
test('account functions start from a live session', async () => {
  const run = async (sql: string, values: unknown[]) => (await test_db.db.pool.query(sql, values)).rows
  const gone = Buffer.alloc(32)
  assert.deepEqual(await run('select * from fc.change_password($1, $2, $3, $1)', [gone, hash, 'x']), [])
  assert.deepEqual(await run('select * from fc.account_sessions($1)', [gone]), [])
  assert.deepEqual(await run('select fc.end_account_sessions($1) as ended', [gone]), [{ ended: 0 }])
  await assert.rejects(run('select fc.live_session_user($1)', [gone]), /permission denied/)
})

// Guarantee: no more than four password hashes are computed at once; the fifth is told so at once.
test('the fifth hash at once is refused', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => verifyPassword(hash, PASSWORD)))
  assert.equal(outcomes.filter((o) => o.status === 'fulfilled').length, 4)
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof TooBusy)
  assert.equal((await verifyPassword(hash, PASSWORD)).right, true)
})

// Guarantee: a hash is computed for an address that nobody has as for one that somebody has, and a wrong answer comes no sooner for either than what the slower of them needs.
test('attack 18: an unknown account costs what a known one costs', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => verifyPassword(null, PASSWORD)))
  assert.equal(outcomes.filter((o) => o.status === 'rejected' && o.reason instanceof TooBusy).length, 4)
  assert.ok(outcomes.every((o) => o.status === 'rejected' || !o.value.right))
  for (const email of [`desk@${name}.example`, `nobody@${name}.example`]) {
    const began = performance.now()
    assert.equal((await login({ email, password: 'not the password at all' })).status, 'wrong')
    assert.ok(performance.now() - began >= 490, email)
  }
})

// Guarantee: a new password has at least 15 characters and at most 1 KiB; nothing else is asked of it.
test('password length is checked in characters below and bytes above', async () => {
  assert.equal(passwordProblem('x'.repeat(14)), 'too_short')
  assert.equal(passwordProblem('x'.repeat(15)), null)
  assert.equal(passwordProblem('密'.repeat(15)), null)
  assert.equal(passwordProblem('x'.repeat(1024)), null)
  assert.equal(passwordProblem('x'.repeat(1025)), 'too_long')
  await assert.rejects(hashPassword('short'), /too_short/)
  assert.match(hash, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
})
