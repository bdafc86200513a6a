/** Callers of every operation that are nobody, somebody of another tenant, or somebody who stops being who they are while the request runs. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { ROLES, type Role } from '#contracts/roles.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { may } from '#platform/roles/index.ts'
import type { OperationRecord } from './http/operation.ts'
import { bytesOf as bytes, CALLS, EVERY_OPERATION, makeCall, NOTHING, PASSWORD } from './testing/calls.ts'
import { databaseDigest } from './testing/database-digest.ts'
import { openWorld, type Client, type Company, type World } from './testing/world.ts'

let world: World
let operations: readonly OperationRecord[]
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
  operations = world.app.operations
})
after(() => world.close())

/** Everything that the database holds but audit, counts of tries, and when somebody was last seen. */
const stateOf = ({ database }: World): Promise<unknown> => databaseDigest(database.superuser)

/** Sessions that are none any more, by what became of them. Each answers the clients of the four roles, and takes back what it did to them. */
const OVER: Readonly<Record<string, (of: Company) => Promise<{ clients: Client[]; undo: () => Promise<unknown> }>>> = {
  'expired': async (of) => ({ clients: await Promise.all(ROLES.map((role) => world.expired(of, role))), undo: async () => {} }),
  'idle for half an hour': (of) => signedInThen(of, "update auth_sessions set last_seen_at = now() - interval '30 minutes' where of_tenant = $1", "delete from auth_sessions where of_tenant = $1"),
  'signed out': async (of) => {
    const clients = await signedIn(of)
    for (const client of clients) assert.equal((await client.post('/api/auth/logout', {})).status, 204)
    return { clients, undo: async () => {} }
  },
  'of a disabled account': (of) => signedInThen(of, 'update users set disabled_at = now() where id in (select user_id from memberships where tenant_id = $1)', 'update users set disabled_at = null where id in (select user_id from memberships where tenant_id = $1)'),
  'of an ended membership': (of) => signedInThen(of, 'update memberships set ended_at = now() where tenant_id = $1', 'update memberships set ended_at = null where tenant_id = $1'),
  'with one character of the cookie changed': (of) => withCookie(of, ({ token }) => `flowclaw=${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`),
  'with the cookie cut short': (of) => withCookie(of, ({ token }) => `flowclaw=${token.slice(0, -1)}`),
  'with the hash that the database keeps': (of) => withCookie(of, ({ token }) => `flowclaw=${createHash('sha256').update(token).digest('base64url')}`),
  'with the cookie of a portal behind TLS': (of) => withCookie(of, ({ token }) => `__Host-flowclaw=${token}`),
  'with two cookies': (of) => withCookie(of, ({ token }) => `flowclaw=${token}; flowclaw=${token}`),
  'with the mark of a sign-in alone': (of) => withCookie(of, () => 'fc_signed_in=1'),
}
const signedIn = (of: Company): Promise<Client[]> => Promise.all(ROLES.map((role) => world.as(of, role)))
async function signedInThen(of: Company, change: string, back: string): Promise<{ clients: Client[]; undo: () => Promise<unknown> }> {
  const clients = await signedIn(of)
  await world.database.superuser.query(change, [of.id])
  return { clients, undo: () => world.database.superuser.query(back, [of.id]) }
}
async function withCookie(of: Company, cookie: (client: Client) => string): Promise<{ clients: Client[]; undo: () => Promise<unknown> }> {
  return { clients: (await signedIn(of)).map((client) => world.holding(cookie(client), client.token)), undo: async () => {} }
}

// Guarantee: whatever ended a session or was done to its cookie, every operation answers each role of it the same 401, for own, foreign and missing things alike, and nothing is changed or recorded.
test('a session that is over is nobody, in every way it can end', EVERY_OPERATION, async (t) => {
  const asked = await Promise.all(operations.filter(({ permission }) => permission !== 'public').map(async (operation) => {
    const row = CALLS[operation.operationId]!
    return { operation, row, things: row.thing ? [await row.thing(world, world.a, 'own'), await row.thing(world, world.b, 'own'), NOTHING] : [NOTHING] }
  }))
  const nobody = bytes(await world.nobody.get('/api/portal/session'))
  assert.match(nobody, /not_signed_in/)
  for (const [how, end] of Object.entries(OVER)) {
    await t.test(how, async () => {
      const { clients, undo } = await end(world.a)
      const before = [await stateOf(world), (await world.auditRows(world.a)).length, (await world.auditRows(world.b)).length]
      for (const { operation, row, things } of asked) {
        for (const client of clients) for (const thing of things) assert.equal(bytes(await makeCall(client, operation, row, world.a, thing, row.works_for)), nobody, operation.operationId)
      }
      assert.deepEqual([await stateOf(world), (await world.auditRows(world.a)).length, (await world.auditRows(world.b)).length], before)
      await undo()
    })
  }
})

// Guarantee: with a session of another workspace a thing of this one is the bytes of a missing one, nothing changes in either, and a refused change is one row of the asker's own audit.
test('the session of another tenant finds nothing here', async () => {
  for (const operation of operations.filter(({ operationId, permission }) => permission !== 'public' && CALLS[operationId]!.thing !== undefined)) {
    const row = CALLS[operation.operationId]!
    const own = await row.thing!(world, world.a, 'own')
    for (const role of ROLES) {
      const stranger = await world.as(world.b, role)
      const [state, here, there] = [await stateOf(world), await world.auditRows(world.a), await world.auditRows(world.b)]
      const [foreign, missing] = [await makeCall(stranger, operation, row, world.b, own, role), await makeCall(stranger, operation, row, world.b, NOTHING, role)]
      assert.equal(bytes(foreign), bytes(missing), `${operation.operationId} ${role}`)
      assert.equal(foreign.status, 404)
      assert.deepEqual(await stateOf(world), state, `${operation.operationId} ${role} changed something`)
      assert.deepEqual(await world.auditRows(world.a), here)
      assert.deepEqual((await world.auditRows(world.b)).slice(there.length).map(({ action }) => action), operation.audit === null ? [] : [operation.audit, operation.audit])
    }
  }
})

// Guarantee: a membership that ends, or changes its role, between the moment a change was admitted and its transaction changes nothing, is answered as nobody, and leaves exactly one denial.
test('a membership that ends during the request writes nothing', async (t) => {
  const member = (role: Role) => [world.a.id, world.a.users[role]]
  const other = (role: Role) => (role === 'platform_admin' ? 'settlement_agent' : 'platform_admin')
  for (const operation of operations.filter(({ permission, audit }) => permission !== 'public' && audit !== null)) {
    const row = CALLS[operation.operationId]!
    await t.test(operation.operationId, async () => {
      for (const role of ROLES.filter((each) => may(each, operation.permission as never))) {
        for (const change of ['ended_at = now()', `role = '${other(role)}', merchant_id = null`]) {
          const client = await world.as(world.a, role)
          const thing = row.thing ? await row.thing(world, world.a, 'own') : NOTHING
          const [state, audited] = [await stateOf(world), await world.auditRows(world.a)]
          world.beforeNextTransaction(async () => { await world.database.superuser.query(`update memberships set ${change} where tenant_id = $1 and user_id = $2`, member(role)) })
          const answer = await makeCall(client, operation, row, world.a, thing, role)
          const { rowCount } = await world.database.superuser.query('update memberships set ended_at = null, role = $3, merchant_id = $4 where tenant_id = $1 and user_id = $2 and (ended_at is not null or role <> $3)',
            [...member(role), role, role === 'merchant_client' ? world.a.merchants.own : null])
          assert.equal(rowCount, 1, `${role}: ${operation.operationId} opened no transaction, so that nothing came between: ${answer.text}`)
          const written = (await world.auditRows(world.a)).slice(audited.length)
          assert.deepEqual(written.map(({ action }) => action), [operation.audit], `${role}: ${answer.text}`)
          if (OF_ONESELF.has(operation.operationId)) continue
          assert.equal(answer.status, 401, `${role}: ${answer.text}`)
          assert.deepEqual(written[0]!.facts, { refused: 'not_signed_in' }, role)
          assert.deepEqual(await stateOf(world), state, `${role} changed something`)
        }
      }
    })
  }
})
/** What a person does to the own sessions, password and second factor. They look at the session's own token inside their transaction, and may well end what is ending. */
const OF_ONESELF: ReadonlySet<string> = new Set(['stepUp', 'beginSecondFactor', 'confirmSecondFactor', 'renewRecoveryCodes', 'disableSecondFactor', 'logout', 'logoutEverywhere', 'changePassword', 'switchTenant'])
