import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { changeMember, newId, readMember, withTenantRead, withTenantWrite } from '#database/index.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import { createLink, findActor, hashPassword, maskEmail, openLink, signIn, useLink, type MadeLink, type NewLink, type UsedLink } from './index.ts'

const PASSWORD = 'a long enough phrase'
const OTHER = 'another long enough phrase'
let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
let address = 0

before(async () => {
  test_db = await openTestDatabase()
  const password_hash = await hashPassword(PASSWORD)
  here = await makeTestTenant(test_db, 'here', { password_hash })
  there = await makeTestTenant(test_db, 'there', { password_hash })
})
after(async () => test_db.close())

const behind = async (sql: string, values: unknown[] = []) => (await test_db.superuser.query(sql, values)).rows
const freshIp = (): string => `10.${(address += 1)}.0.1`
const use = (token: string, password = OTHER, db = test_db.db): Promise<UsedLink> => useLink(db, { token, password, ip: freshIp(), request_id: newId() })
const open = (token: string) => openLink(test_db.db, { token, ip: freshIp() })
const login = (email: string, password: string) => signIn(test_db.db, { email, password, ip: freshIp(), request_id: newId() })

async function make(by: Actor, link: NewLink): Promise<MadeLink> {
  let made: MadeLink | undefined
  const done = await withTenantWrite(test_db.db, writeRequest(by), async (tx) => {
    made = await createLink(tx, link)
    return { audit: { action: 'account_link.made', entity: 'account_link', entity_id: made.id, transition_seq: 1, facts: {} }, response: { status: 201, body: { id: made.id } } }
  })
  assert.ok(done.ok)
  return made!
}
const invite = (email: string, by = here.admin) => make(by, { purpose: 'invite', email, role: 'desk_operator', merchant_id: null, display_name: 'F. Musa' })
const recover = (user_id: string, email: string, by = here.admin) => make(by, { purpose: 'recovery', email, user_id })
const usedRows = (id: string) => behind("select convert_from(payload, 'UTF8')::jsonb as said from audit_events where entity = 'account_link' and entity_id = $1 and action = 'account_link.used' order by seq", [id])

// Guarantee: an invitation makes an account and a membership with exactly what the admin said, and leaves one audit row that names neither address nor token.
test('an invited person chooses a password and signs in', async () => {
  const { id, token, expires_at } = await invite(' Fatima@New.Example ')
  assert.deepEqual(await open(token), { status: 'ok', link: { purpose: 'invite', company: 'here', email_masked: 'f•••@new.example', role: 'desk_operator', expires_at } })
  assert.deepEqual(await use(token), { status: 'ok', purpose: 'invite', role: 'desk_operator', tenant_id: here.tenant_id })
  const signed = await login('fatima@new.example', OTHER)
  assert.equal(signed.status, 'ok')
  if (signed.status === 'ok') assert.deepEqual([(await findActor(test_db.db, signed.token))?.role, signed.actor.tenant_id, signed.actor.display_name], ['desk_operator', here.tenant_id, 'F. Musa'])
  const rows = await usedRows(id)
  assert.equal(rows.length, 1)
  const text = JSON.stringify(await behind("select convert_from(payload, 'UTF8') as said from audit_events where tenant_id = $1", [here.tenant_id]))
  for (const secret of [token, createHash('sha256').update(token).digest('hex'), 'fatima', OTHER]) assert.ok(!text.includes(secret))
})

// Guarantee: of four uses of one link at the same moment on three pools, and four more in each of four rounds after, exactly one wins, with one account, one membership and one audit row of success.
test('a link works once, however many use it at once', async () => {
  const { id, token } = await invite('race@new.example')
  // Four at a time: at most four passwords are hashed at once, and the rest would be told that the server is busy.
  const answers: UsedLink[] = []
  for (let round = 0; round < 5; round++) answers.push(...await Promise.all([test_db.db, test_db.open({ max: 2 }), test_db.open({ max: 2 }), test_db.db].map((db) => use(token, OTHER, db))))
  assert.equal(answers.filter(({ status }) => status === 'ok').length, 1)
  assert.ok(answers.every(({ status }) => status === 'ok' || status === 'unusable' || status === 'wrong_password'), JSON.stringify(answers))
  assert.equal((await behind("select from users where email = 'race@new.example'")).length, 1)
  assert.equal((await usedRows(id)).filter(({ said }) => !('refused' in said.facts)).length, 1)
})

// Guarantee: unknown, used, revoked, expired and replaced links, and one whose maker is no admin any more, answer alike to both questions.
test('every link that cannot be used is the same', async () => {
  const used = await invite('used@new.example')
  await use(used.token)
  const revoked = await invite('revoked@new.example')
  await behind('update account_links set revoked_at = now() where id = $1', [revoked.id])
  const expired = await invite('expired@new.example')
  await behind("update account_links set expires_at = now() - interval '1 second' where id = $1", [expired.id])
  const replaced = await invite('twice@new.example')
  await invite('twice@new.example')
  const orphan = await invite('orphan@new.example', there.admin)
  await behind('update memberships set ended_at = now() where user_id = $1', [there.admin.user_id])
  const tokens = [used.token, revoked.token, expired.token, replaced.token, orphan.token, 'x', '', 'A'.repeat(43)]
  for (const token of tokens) assert.deepEqual([await open(token), await use(token)], [{ status: 'unusable' }, { status: 'unusable' }])
  await behind('update memberships set ended_at = null where user_id = $1', [there.admin.user_id])
  assert.equal((await behind("select from users where email in ('revoked@new.example', 'expired@new.example', 'twice@new.example', 'orphan@new.example')")).length, 0)
})

// Guarantee: an invitation of an address that has an account elsewhere looks the same until its password is given, joins with that password alone, keeps it, and is throttled as its sign-in is.
test('a person of another company joins with the own password', async () => {
  const email = 'desk@there.example'
  const [{ id, token }, fresh] = [await invite(email), await invite('dash@there.example')]
  const shown = async (one: string) => { const answer = await open(one); return answer.status === 'ok' ? { ...answer.link, expires_at: '' } : answer }
  assert.deepEqual(await shown(token), await shown(fresh.token))
  // A short password says the same of both, or it would tell which address has an account.
  assert.deepEqual([await use(token, 'short'), await use(fresh.token, 'short')], [{ status: 'password_too_short' }, { status: 'password_too_short' }])
  const ip = freshIp()
  const tries: string[] = []
  // As if the last try had been in this moment: a hash may take longer than the wait on a busy machine.
  const justNow = () => behind('update login_throttle set last_at = clock_timestamp()')
  for (let i = 0; i < 6; i++) {
    if (i === 5) await justNow()
    tries.push((await useLink(test_db.db, { token, password: OTHER, ip, request_id: newId() })).status)
  }
  await justNow()
  assert.deepEqual(tries, [...Array<string>(5).fill('wrong_password'), 'delayed'])
  assert.equal((await signIn(test_db.db, { email, password: PASSWORD, ip, request_id: newId() })).status, 'delayed', 'tries at the link did not count at sign-in')
  assert.deepEqual(await use(token, PASSWORD), { status: 'ok', purpose: 'invite', role: 'desk_operator', tenant_id: here.tenant_id })
  const rows = await usedRows(id)
  assert.deepEqual(rows.map(({ said }) => said.facts.refused ?? 'done'), [...Array<string>(5).fill('wrong_credentials'), 'done'])
  const member = await withTenantRead(test_db.db, here.admin, (tx) => readMember(tx, there.desk.user_id))
  assert.deepEqual([member?.role, member?.state], ['desk_operator', 'active'])
})

// Guarantee: a recovery sets the password, ends every session of the account, works once, and signs nobody in.
test('a recovery replaces the password and ends all sessions', async () => {
  const { agent } = here
  const email = 'agent@here.example'
  const before = await login(email, PASSWORD)
  assert.ok(before.status === 'ok')
  const { token } = await recover(agent.user_id, email)
  assert.deepEqual(await use(token), { status: 'ok', purpose: 'recovery', role: 'settlement_agent', tenant_id: here.tenant_id })
  assert.equal(await findActor(test_db.db, before.token), null)
  assert.deepEqual([(await login(email, PASSWORD)).status, (await login(email, OTHER)).status, (await use(token)).status], ['wrong', 'ok', 'unusable'])
})

// Guarantee: a Platform Admin of one company cannot, by a recovery link, take over what the same person does in another; the refusal is on record.
test('a recovery does not reach across companies', async () => {
  const { user_id } = there.merchant
  const email = 'merchant@there.example'
  await behind("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, 'desk_operator', 'Two Jobs')", [here.tenant_id, user_id])
  const { id, token } = await recover(user_id, email)
  assert.equal((await open(token)).status, 'ok', 'opening tells whether the person works elsewhere')
  assert.deepEqual(await use(token), { status: 'unusable' })
  assert.equal((await login(email, PASSWORD)).status, 'ok')
  assert.deepEqual((await usedRows(id)).map(({ said }) => said.facts), [{ refused: 'link_unusable' }])
  // Once the other membership has ended, the same link serves.
  await behind('update memberships set ended_at = now() where tenant_id = $1 and user_id = $2', [there.tenant_id, user_id])
  assert.equal((await use(token)).status, 'ok')
})

// Guarantee: a recovery link is dead with the membership that it was made for, and with a disabled account.
test('a recovery needs a live member', async () => {
  const { user_id } = here.other_merchant
  const { token } = await recover(user_id, 'other@here.example')
  await behind('update users set disabled_at = now() where id = $1', [user_id])
  assert.equal((await use(token)).status, 'unusable')
  await behind('update users set disabled_at = null where id = $1', [user_id])
  await behind('update memberships set ended_at = now() where user_id = $1', [user_id])
  assert.deepEqual([(await open(token)).status, (await use(token)).status], ['unusable', 'unusable'])
})

// Guarantee: somebody whose membership ended comes back by a new invitation, with the role that it names and the own password.
test('an ended member comes back by invitation', async () => {
  const { user_id } = here.other_merchant
  await behind('update memberships set ended_at = now() where user_id = $1', [user_id])
  const { token } = await invite('other@here.example')
  assert.equal((await use(token, OTHER)).status, 'wrong_password')
  assert.equal((await use(token, PASSWORD)).status, 'ok')
  const member = await withTenantRead(test_db.db, here.admin, (tx) => readMember(tx, user_id))
  assert.deepEqual([member?.role, member?.merchant_id, member?.state], ['desk_operator', null, 'active'])
})

// Guarantee: two admins who demote each other at the same moment, however often it is tried, leave exactly one, and who was demoted first demotes nobody.
test('two admins who demote each other leave one', async () => {
  for (let round = 0; round < 10; round++) {
    const tenant = await makeTestTenant(test_db)
    await behind("update memberships set role = 'platform_admin' where user_id = $1", [tenant.desk.user_id])
    const demote = (db: TestDatabase['db'], by: Actor, whom: Actor) => withTenantWrite(db, writeRequest({ ...by, role: 'platform_admin' }), async (tx) => {
      const { status } = await changeMember(tx, whom.user_id, { role: 'desk_operator', merchant_id: null })
      const audit = { action: 'member.role_changed', entity: 'member', entity_id: whom.user_id, transition_seq: null, facts: {} }
      return status === 'changed' ? { audit, response: { status: 200, body: null } } : { refused: { code: status }, audit }
    })
    const answers = await Promise.all([demote(test_db.db, tenant.admin, tenant.desk), demote(test_db.open({ max: 1 }), tenant.desk, tenant.admin)])
    assert.deepEqual(answers.filter((answer) => answer.ok).length, 1)
    assert.deepEqual((await behind("select count(*)::int as n from memberships where tenant_id = $1 and role = 'platform_admin' and ended_at is null", [tenant.tenant_id]))[0].n, 1)
  }
})

// Guarantee: the last Platform Admin keeps the role, also where the only other one's account is disabled.
test('a company keeps an admin who can sign in', async () => {
  const tenant = await makeTestTenant(test_db)
  await behind("update memberships set role = 'platform_admin' where user_id = $1", [tenant.desk.user_id])
  await behind('update users set disabled_at = now() where id = $1', [tenant.desk.user_id])
  const demoted = await withTenantWrite(test_db.db, writeRequest(tenant.admin), async (tx) => ({
    refused: { code: (await changeMember(tx, tenant.admin.user_id, null)).status }, audit: { action: 'member.ended', entity: 'member', entity_id: tenant.admin.user_id, facts: {} },
  }))
  assert.deepEqual(demoted.ok ? null : demoted.error, { code: 'last_admin' })
})

// Guarantee: an address is shown by its first character and its host alone.
test('an address is masked', () => {
  assert.equal(maskEmail('ada.obi@example.com'), 'a•••@example.com')
})

// Guarantee: a flood of invented links, from one network or many, keeps nobody out: sign-in is counted apart, for the neighbour too.
test('invented links delay no sign-in', async () => {
  const statuses: string[] = []
  for (let i = 0; i < 55; i++) statuses.push((await openLink(test_db.db, { token: randomBytes(32).toString('base64url'), ip: '198.51.100.77' })).status)
  assert.ok(statuses.includes('delayed'), 'links can be asked for without end')
  assert.equal((await signIn(test_db.db, { email: 'agent@there.example', password: PASSWORD, ip: '198.51.100.9', request_id: newId() })).status, 'ok')
  const before = (await behind('select count(*)::int as n from login_throttle'))[0].n
  for (let i = 0; i < 5; i++) await open(randomBytes(32).toString('base64url'))
  assert.equal((await behind('select count(*)::int as n from login_throttle'))[0].n - before, 5, 'links count against more than their network')
})
