/**
 * The access matrix: every registered operation × every kind of caller × own, foreign and missing things. It is generated from the
 * operations that the app registered, and fails while one of them has no row here.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { ROLES, type Role } from '#contracts/roles.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { may, PROGRAM_PERMISSIONS, programScopesOf } from '#platform/roles/index.ts'
import type { OperationRecord } from './http/operation.ts'
import { bytesOf as bytes, CALLS, EVERY_OPERATION, makeCall, newSession, NOTHING, PASSWORD, type Call } from './testing/calls.ts'
import { databaseDigest } from './testing/database-digest.ts'
import { openWorld, type Client, type World } from './testing/world.ts'

type Target = 'own' | 'foreign' | 'missing'

/** Operations whose id names something of the corridor data, which every tenant imports under the same ids. */
const SAME_FOR_ALL: ReadonlySet<string> = new Set(['getCorridor', 'getProvider', 'getProviderEstimates', 'getFact'])

let world: World
let operations: readonly OperationRecord[]
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
  operations = world.app.operations
})
after(() => world.close())

const missingBytes = async (client: Client): Promise<string> => bytes(await client.get('/api/no-such-thing'))
const field = (row: Call, operation: OperationRecord): string | undefined => (operation.operationId === 'createRouteSession' && row.thing ? '/supplier_id' : undefined)

// Guarantee: no operation is registered without standing in this matrix, and every row says who it works for.
test('every operation is covered', () => {
  const missing = operations.filter(({ operationId }) => CALLS[operationId] === undefined).map(({ operationId, method, url }) =>
    `${operationId} (${method} ${url}) has no row in testing/calls.ts: say for whom it works, what it answers, its url, its body, and what an own and a foreign thing of it are`)
  assert.deepEqual(missing, [])
  assert.deepEqual(Object.keys(CALLS).filter((name) => !operations.some(({ operationId }) => operationId === name)), [], 'rows of operations that no route registers')
  for (const operation of operations) {
    const { works_for, thing } = CALLS[operation.operationId]!
    assert.ok(thing !== undefined || !/\/:\w*id\b/.test(operation.url) || SAME_FOR_ALL.has(operation.operationId), `${operation.operationId} has an id in ${operation.url}: its row needs a \`thing\`, or its foreign and missing ones are never tried`)
    assert.equal(works_for === 'nobody', operation.permission === 'public', operation.operationId)
    if (works_for !== 'nobody') assert.ok(may(works_for, operation.permission as never), operation.operationId)
  }
})

// Guarantee: each refusal below is worth something, because the allowed call works; a change that worked left exactly one audit row.
test('the allowed call works, for each role that holds the permission', EVERY_OPERATION, async (t) => {
  for (const operation of operations) {
    const row = CALLS[operation.operationId]!
    await t.test(operation.operationId, async () => {
      const roles = operation.permission === 'public' ? (['nobody'] as const) : ROLES.filter((role) => may(role, operation.permission as never))
      for (const role of roles) {
        const client = role === 'nobody' ? world.nobody : await world.as(world.a, role)
        const thing = row.thing ? await row.thing(world, world.a, 'own') : NOTHING
        await row.ready?.(world, world.a)
        const before = await world.auditRows(world.a)
        const answer = await makeCall(client, operation, row, world.a, thing, role)
        assert.equal(answer.status, row.status, `${role}: ${answer.text}`)
        const written = (await world.auditRows(world.a)).slice(before.length)
        const expected = operation.audit === null || role === 'nobody' ? [] : [operation.audit]
        assert.deepEqual(written.map(({ action }) => action), expected, role)
      }
    })
  }
})

// Guarantee: a role without the permission, another merchant and another tenant get the same bytes as for a thing that does not exist, nothing changes, and a refused change leaves exactly one audit row.
test('refused and missing are the same bytes', EVERY_OPERATION, async (t) => {
  for (const operation of operations.filter(({ permission }) => permission !== 'public')) {
    const row = CALLS[operation.operationId]!
    await t.test(operation.operationId, async () => {
      for (const role of ROLES) {
        const client = await world.as(world.a, role)
        const allowed = may(role, operation.permission as never)
        const targets: Target[] = row.thing ? ['own', 'foreign', 'missing'] : ['own']
        const expected = new Set<string>()
        for (const target of targets) {
          if (allowed && target === 'own') continue
          const foreign = role === 'merchant_client' ? [await row.thing?.(world, world.a, 'other'), await row.thing?.(world, world.b, 'own')] : [await row.thing?.(world, world.b, 'own')]
          const things = target === 'own' ? [row.thing ? await row.thing(world, world.a, 'own') : NOTHING] : target === 'missing' ? [NOTHING] : foreign.map((thing) => thing!)
          for (const thing of things) {
            const before = await world.auditRows(world.a)
            const state = await stateOf(world)
            const answer = await makeCall(client, operation, row, world.a, thing, role)
            assert.equal(answer.status, 404, `${role} ${target}: ${answer.text}`)
            expected.add(bytes(answer))
            assert.deepEqual(await stateOf(world), state, `${role} ${target} changed something`)
            const written = (await world.auditRows(world.a)).slice(before.length)
            assert.deepEqual(written.map(({ action }) => action), operation.audit === null ? [] : [operation.audit], `${role} ${target}`)
          }
        }
        if (expected.size > 0 && !(allowed && field(row, operation))) expected.add(await missingBytes(client))
        assert.ok(expected.size <= 1, `${role}: ${[...expected].join('\n')}`)
      }
    })
  }
})

// Guarantee: in a tenant that asks for it, a Platform Admin without a second factor can do nothing but look after the own account, from the moment it becomes one; everyone else can go on.
test('an admin without a second factor can only enrol', async (t) => {
  const required = (value: string) => world.database.superuser.query('update tenants set second_factor_of_admins = $2 where tenant_id = $1', [world.a.id, value])
  await required('required')
  t.after(() => required('off'))
  for (const operation of operations.filter(({ permission }) => permission !== 'public' && may('platform_admin', permission as never))) {
    const row = CALLS[operation.operationId]!
    const own = ['session:read', 'session:end', 'session:prove', 'password:change', 'second_factor:manage'].includes(operation.permission)
    const client = await world.as(world.a, 'platform_admin')
    const [before, state] = [await world.auditRows(world.a), own ? null : await stateOf(world)]
    // The password of the account was changed by a call above, so an own operation is only held to be open.
    const answer = await makeCall(client, operation, row, world.a, NOTHING, 'platform_admin')
    if (own) { assert.notEqual(answer.json?.code, 'second_factor_required', operation.operationId); continue }
    assert.equal(`${answer.status} ${answer.json.code}`, '403 second_factor_required', operation.operationId)
    assert.deepEqual(await stateOf(world), state, `${operation.operationId} changed something`)
    assert.deepEqual((await world.auditRows(world.a)).slice(before.length).map(({ action }) => action), operation.audit === null ? [] : [operation.audit], operation.operationId)
  }
  const desk = await world.as(world.a, 'desk_operator')
  assert.equal((await desk.get('/api/route-sessions')).status, 200)
  const role = (value: string) => world.database.superuser.query('update memberships set role = $3 where tenant_id = $1 and user_id = $2', [world.a.id, world.a.users.desk_operator, value])
  await role('platform_admin')
  const became = await desk.get('/api/route-sessions')
  await role('desk_operator')
  assert.equal(became.json.code, 'second_factor_required')
})

// Guarantee: governance is refused to a session whose last proof is older than five minutes, whoever holds it, changes nothing and leaves one audit row; who may not do it at all is told nothing new.
test('a stale proof opens no governance operation', async (t) => {
  const governance = operations.filter(({ stepUp }) => stepUp)
  for (const id of ['putDeskFeeRule', 'setMarketClock', 'exportAuditEvents']) assert.ok(governance.some(({ operationId }) => operationId === id), id)
  for (const operation of governance) {
    const row = CALLS[operation.operationId]!
    await t.test(operation.operationId, async () => {
      for (const role of ROLES) {
        const allowed = may(role, operation.permission as never)
        const client = await world.stale(world.a, role)
        const things = row.thing && allowed ? [await row.thing(world, world.a, 'own'), NOTHING] : [NOTHING]
        for (const thing of things) {
          const [before, state] = [await world.auditRows(world.a), await stateOf(world)]
          const answer = await makeCall(client, operation, row, world.a, thing, role)
          assert.equal(`${answer.status} ${answer.json.code}`, allowed ? '403 step_up_required' : '404 not_found', role)
          if (!allowed) assert.equal(bytes(answer), await missingBytes(client))
          assert.deepEqual(await stateOf(world), state, `${role} changed something`)
          assert.deepEqual((await world.auditRows(world.a)).slice(before.length).map(({ action }) => action), operation.audit === null ? [] : [operation.audit], role)
        }
      }
    })
  }
})

/** Everything that the database holds but audit, counts of tries, and when somebody was last seen. */
const stateOf = ({ database }: World): Promise<unknown> => databaseDigest(database.superuser)

// Guarantee: no operation that asks a person for a fresh proof is any program's.
test('governance has no programs', () => {
  for (const { operationId, permission } of operations.filter(({ stepUp }) => stepUp)) assert.ok(!(PROGRAM_PERMISSIONS as readonly string[]).includes(permission), operationId)
})

const isForPrograms = (operation: OperationRecord): boolean => (PROGRAM_PERMISSIONS as readonly string[]).includes(operation.permission)

// Guarantee: a key with the scope does what its role does, with one audit row in its own name; without it, and for what no program may, it gets the bytes of a thing that does not exist, and a refused change leaves its one row.
test('an API key does what its scopes name and nothing else', EVERY_OPERATION, async (t) => {
  const keys = new Map<string, Client>()
  const program = async (role: Role, scopes: readonly string[]): Promise<Client> => {
    const name = `${role} ${scopes.join()}`
    if (!keys.has(name)) keys.set(name, await world.program(world.a, role, { scopes }))
    return keys.get(name)!
  }
  for (const operation of operations.filter(({ permission }) => permission !== 'public')) {
    const row = CALLS[operation.operationId]!
    await t.test(operation.operationId, async () => {
      for (const role of ROLES) {
        const thing = row.thing ? await row.thing(world, world.a, 'own') : NOTHING
        const without = await program(role, programScopesOf(role).filter((scope) => scope !== operation.permission))
        const before = await world.auditRows(world.a)
        const state = await stateOf(world)
        const refused = await makeCall(without, operation, row, world.a, thing, role)
        assert.equal(refused.status, 404, `${role}: ${refused.text}`)
        assert.equal(bytes(refused), await missingBytes(without), role)
        assert.deepEqual(await stateOf(world), state, `${role} changed something`)
        const denials = (await world.auditRows(world.a)).slice(before.length)
        assert.deepEqual(denials.map(({ action }) => action), operation.audit === null ? [] : [operation.audit], role)
        if (!isForPrograms(operation) || !may(role, operation.permission as never)) continue
        const answer = await makeCall(await program(role, [operation.permission]), operation, row, world.a, thing, role)
        assert.equal(answer.status, row.status, `${role}: ${answer.text}`)
        const written = (await world.auditRows(world.a)).slice(before.length + denials.length)
        assert.deepEqual(written.map(({ action }) => action), operation.audit === null ? [] : [operation.audit], role)
        for (const { user_id } of [...denials, ...written]) assert.ok(!Object.values(world.a.users).includes(user_id), 'a row of a program in a person’s name')
      }
    })
  }
})

// Guarantee: a key of one workspace reaches nothing of another, and a merchant's key nothing of another merchant: the bytes of a thing that does not exist.
test('an API key sees no further than its workspace and merchant', async () => {
  for (const operation of operations.filter((one) => isForPrograms(one) && CALLS[one.operationId]!.thing !== undefined && field(CALLS[one.operationId]!, one) === undefined)) {
    const row = CALLS[operation.operationId]!
    for (const role of ROLES.filter((one) => may(one, operation.permission as never))) {
      const client = await world.program(world.a, role, { scopes: [operation.permission] })
      const foreign = [await row.thing!(world, world.b, 'own'), ...(role === 'merchant_client' ? [await row.thing!(world, world.a, 'other')] : [])]
      for (const thing of foreign) {
        const answer = await makeCall(client, operation, row, world.a, thing, role)
        assert.equal(bytes(answer), await missingBytes(client), `${operation.operationId} ${role}: ${answer.text}`)
      }
    }
  }
})

// Guarantee: nobody, someone whose session is over, someone with a made-up cookie and whoever has a wrong, revoked or expired API key get the same 401 everywhere, and leave nothing behind.
test('without a session there is nothing but the public operations', async () => {
  const answers = new Set<string>()
  const expired = new Map(await Promise.all(ROLES.map(async (role) => [role, await world.expired(world.a, role)] as const)))
  const ended: Client[] = []
  for (const role of ROLES) for (const state of ['revoked', 'expired'] as const) ended.push(await world.program(world.a, role, { state }))
  const before = [await stateOf(world), (await world.auditRows(world.a)).length]
  for (const operation of operations.filter(({ permission }) => permission !== 'public')) {
    const row = CALLS[operation.operationId]!
    const outsiders: Client[] = [...ended, world.nobody, expired.get(row.works_for as Role)!]
    for (const authorization of [`Bearer fck_abcdefgh_${'A'.repeat(43)}`, 'Bearer fck_', 'Bearer x', `Bearer ${'A'.repeat(43)}`]) {
      answers.add(bytes(await world.nobody.ask(operation.method, row.url(NOTHING), { headers: { authorization }, ...(row.body ? { body: row.body(world.a, NOTHING, 'nobody') } : {}) })))
    }
    for (const client of outsiders) answers.add(bytes(await makeCall(client, operation, row, world.a, { ...NOTHING, id: world.a.suppliers.own }, row.works_for)))
    answers.add(bytes(await world.nobody.ask(operation.method, row.url(NOTHING), { headers: { cookie: `flowclaw=${'A'.repeat(43)}` }, ...(row.body ? { body: row.body(world.a, NOTHING, 'nobody') } : {}) })))
  }
  assert.equal(answers.size, 1)
  assert.match([...answers][0]!, /not_signed_in/)
  assert.deepEqual([await stateOf(world), (await world.auditRows(world.a)).length], before)
})

// Guarantee: someone whose membership ended or whose account was disabled in the middle of a session is nobody from the next request on.
test('a session ends with the membership and with the account', async () => {
  const agent = await world.as(world.b, 'settlement_agent')
  assert.equal((await agent.get('/api/portal/session')).status, 200)
  await world.database.superuser.query('update memberships set ended_at = now() where tenant_id = $1 and user_id = $2', [world.b.id, world.b.users.settlement_agent])
  assert.equal((await agent.get('/api/portal/session')).status, 401)
  await world.database.superuser.query('update memberships set ended_at = null where tenant_id = $1', [world.b.id])
  await world.database.superuser.query('update users set disabled_at = now() where id = $1', [world.b.users.settlement_agent])
  assert.equal((await agent.get('/api/portal/session')).status, 401)
  await world.database.superuser.query('update users set disabled_at = null where id = $1', [world.b.users.settlement_agent])
})

// Guarantee: lists hold nothing of another tenant, and for a merchant nothing of another merchant.
test('lists are as narrow as their reader', async () => {
  await Promise.all([newSession(world, world.a, 'own'), newSession(world, world.a, 'other'), newSession(world, world.b, 'own')])
  const merchant = await world.as(world.a, 'merchant_client')
  for (const url of ['/api/merchants', '/api/suppliers', '/api/route-sessions?view=all&limit=100', `/api/suppliers?merchant_id=${world.a.merchants.other}`, `/api/suppliers?merchant_id=${world.b.merchants.own}`]) {
    const { text } = await merchant.get(url)
    for (const name of ['Kano Tiles', 'Foshan Sample', 'Nairobi Motors', world.b.id, world.b.merchants.own]) assert.ok(!text.includes(name), `${url}: ${name}`)
  }
  const desk = await world.as(world.a, 'desk_operator')
  const { rows } = await world.database.superuser.query<{ id: string }>('select id from route_sessions where tenant_id = $1', [world.b.id])
  assert.ok(rows.length > 0)
  const all = await desk.get('/api/route-sessions?view=all&limit=100')
  for (const { id } of rows) assert.ok(!all.text.includes(id))
  assert.ok(!(await desk.get(`/api/route-sessions?q=${randomUUID().slice(0, 8)}`)).text.includes(world.b.id))
})
