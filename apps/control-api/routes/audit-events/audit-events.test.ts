import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { verifyAuditExport } from '#contracts/audit-export.ts'
import { appendAlone } from '#database/index.ts'
import { openWorld, routeBody, type Answer, type Client, type Company, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  ;[admin, desk, merchant] = await Promise.all([world.as(world.a, 'platform_admin'), world.as(world.a, 'desk_operator'), world.as(world.a, 'merchant_client')])
})
after(() => world.close())

const onBehalf = (of: Company) => ({ on_behalf: { merchant_id: of.merchants.own, reason: 'asked for by telephone' } })
const actions = (answer: Answer): string[] => answer.json.items.map((each: { action: string }) => each.action)
const seqs = (answer: Answer): number[] => answer.json.items.map((each: { seq: number }) => each.seq)

// Guarantee: an event says who did what to which thing, with the facts and the hash as they are stored; a refusal says its code and what was refused.
test('an event is shown as it was recorded', async () => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a))
  const [asked] = (await admin.get(`/api/audit-events?entity_id=${made.json.id}`)).json.items
  assert.deepEqual(asked.who, { user_id: world.a.users.merchant_client, name: 'Ada Obi', role: 'merchant_client' })
  assert.deepEqual([asked.action, asked.entity, asked.entity_id, asked.refused, asked.request_id], ['route_session.requested', 'route_session', made.json.id, null, made.headers['x-request-id']])
  const { rows: [row] } = await world.database.superuser.query("select encode(hash, 'hex') as hash, convert_from(payload, 'UTF8')::jsonb -> 'facts' as facts from audit_events where tenant_id = $1 and seq = $2", [world.a.id, asked.seq])
  assert.deepEqual([asked.hash, asked.facts], [row.hash, row.facts])
  await merchant.post(`/api/route-sessions/${made.json.id}/accept`, { version: 9 })
  const [denied] = (await admin.get(`/api/audit-events?entity_id=${made.json.id}&limit=1`)).json.items
  assert.deepEqual([denied.action, denied.refused], ['route_session.accepted', 'stale_version'])
})

// Guarantee: each filter holds for every event of the answer, filters add up, and pages of any size hold every event once, newest first.
test('search by person, action, entity and time', async () => {
  await admin.put('/api/market-clock', { clock: '2026-09-29T09:30:00+01:00', reason: 'half an hour later' })
  await merchant.post('/api/route-sessions', routeBody(world.a))
  const all = await admin.get('/api/audit-events?limit=100')
  assert.deepEqual(seqs(all), Array.from({ length: all.json.items.length }, (_, i) => all.json.items.length - i))
  for (const limit of [1, 2]) {
    const found: number[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await admin.get(`/api/audit-events?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`)
      assert.equal(page.json.choices === null, cursor !== '', 'choices stand on the first page alone')
      found.push(...seqs(page))
      cursor = page.json.next_cursor
    }
    assert.deepEqual(found, seqs(all))
  }
  const mine = await admin.get(`/api/audit-events?user_id=${world.a.users.platform_admin}`)
  assert.deepEqual(actions(mine), ['market_clock.set'])
  assert.deepEqual(actions(await admin.get('/api/audit-events?action=market_clock.set&entity=tenant')), ['market_clock.set'])
  assert.deepEqual(actions(await admin.get(`/api/audit-events?action=market_clock.set&user_id=${world.a.users.merchant_client}`)), [])
  const { people, actions: known, entities } = all.json.choices
  assert.deepEqual([people.map(({ name }: { name: string }) => name), known, entities], [
    ['A. Bello', 'A. Okafor', 'Ada Obi', 'Chen Wei'], [...new Set(actions(all))].sort(), [...new Set(all.json.items.map((each: { entity: string }) => each.entity))].sort(),
  ])
  await world.database.superuser.query(`begin; set local session_replication_role = replica;
    update audit_events set at = '2026-03-01T10:00:00Z' where tenant_id = '${world.a.id}' and seq = 2; update audit_events set at = '2026-03-01T09:59:59.999999Z' where tenant_id = '${world.a.id}' and seq = 1; commit`)
  const within = (from: string, to: string) => admin.get(`/api/audit-events?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`).then(seqs)
  assert.deepEqual(await within('2026-03-01T11:00:00+01:00', '2026-03-01T10:00:01Z'), [2])
  assert.deepEqual(await within('2026-03-01T00:00:00Z', '2026-03-01T10:00:00Z'), [1])
})

// Guarantee: a filter that cannot be one is a 400 that names it, and never an empty answer that looks like none found.
test('a bad filter is named', async () => {
  for (const [query, code, field] of [
    ['user_id=me', 'invalid_field', '/user_id'], ['action=Not%20one', 'invalid_field', '/action'], ['entity=', 'invalid_field', '/entity'], ['entity_id=', 'invalid_field', '/entity_id'],
    ['from=2026-02-30T10:00:00Z', 'invalid_field', '/from'], ['to=yesterday', 'invalid_field', '/to'], ['limit=0', 'invalid_field', '/limit'], ['person=x', 'unknown_field', '/person'],
    ['cursor=x', 'invalid_cursor', '/cursor'], [`cursor=${Buffer.from('["-1"]').toString('base64url')}`, 'invalid_cursor', '/cursor'],
  ] as const) {
    const answer = await admin.get(`/api/audit-events?${query}`)
    assert.deepEqual([answer.status, answer.json.code, answer.json.field], [400, code, field], query)
  }
})

// Guarantee: a Desk Operator sees the events of the sessions it requested or moved and nothing else, whatever it asks for; another tenant sees none.
test('the desk sees its own sessions', async () => {
  const own = await desk.post('/api/route-sessions', routeBody(world.a, onBehalf(world.a)))
  const foreign = await merchant.post('/api/route-sessions', routeBody(world.a))
  const before_it = await desk.get('/api/audit-events')
  assert.deepEqual([...new Set(before_it.json.items.map((each: { entity_id: string }) => each.entity_id))], [own.json.id])
  assert.deepEqual(actions(await desk.get(`/api/audit-events?entity_id=${foreign.json.id}`)), [])
  assert.deepEqual(actions(await desk.get(`/api/audit-events?user_id=${world.a.users.merchant_client}`)), [])
  // What a search may ask for tells no more: neither who else is a member nor what an admin did.
  const { people, actions: known, entities } = before_it.json.choices
  assert.deepEqual([people.map(({ name }: { name: string }) => name), known, entities], [['A. Okafor'], ['route_session.requested'], ['route_session']])
  // From the moment in which the operator moves it, the session is its own, with all that happened before.
  await desk.post(`/api/route-sessions/${foreign.json.id}/cancel`, { version: 1, reason: 'asked for by telephone' })
  assert.deepEqual(actions(await desk.get(`/api/audit-events?entity_id=${foreign.json.id}`)), ['route_session.cancelled', 'route_session.requested'])
  const other = await world.as(world.b, 'platform_admin')
  assert.deepEqual(actions(await other.get(`/api/audit-events?entity_id=${own.json.id}`)), [])
})

// Guarantee: the server's verdict and the offline one over its export agree, on a whole chain and on a broken one, to the number; and the empty chain is whole.
test('verification and export agree', async () => {
  const beta = await world.as(world.b, 'platform_admin')
  const exported = async () => {
    const answer = await beta.get('/api/audit-events/export')
    assert.equal(answer.status, 200)
    return { answer, verdict: await verifyAuditExport(answer.text.split('\n').slice(0, -1)) }
  }
  const empty = await beta.get('/api/audit-events/verification')
  assert.deepEqual([empty.json.verified, empty.json.events, empty.json.head_seq], [true, 0, 0])
  assert.ok((await exported()).verdict.ok)

  // More than two batches, so that the file is put together from several transactions.
  const actor = { tenant_id: world.b.id, user_id: world.b.users.platform_admin, role: 'platform_admin' as const, merchant_id: null }
  const rows = 4_100
  for (let i = 0; i < rows; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => appendAlone(world.deps.db, actor, { action: 'test.done', entity: 'test', entity_id: `温州 ${i + n}`, transition_seq: null, facts: { n } }, { request_id: `r${i + n}` })))
  }
  const { json } = await beta.get('/api/audit-events/verification')
  assert.deepEqual([json.verified, json.events, json.head_seq, json.first_bad_seq, json.how], [true, rows, rows, null, null])
  const { answer, verdict } = await exported()
  assert.ok(verdict.ok)
  assert.deepEqual([verdict.tenant_id, verdict.events, verdict.head], [world.b.id, rows, { seq: rows, hash: json.head_hash }])
  // Its end was signed for the export, by the key that the server publishes.
  const published = (await beta.get('/api/audit-checkpoints?limit=1')).json
  assert.deepEqual([verdict.signed.up_to, verdict.signed.key_ids], [rows, [published.keys[0].key_id]])
  assert.deepEqual([published.items[0].seq, published.items[0].hash, published.next_cursor], [rows, json.head_hash, null])
  const { checkpoints: signed } = (await beta.get('/api/audit-events/verification')).json
  assert.deepEqual([signed.signed_up_to, signed.refused, signed.by_other_keys, signed.kept_outside], [rows, 0, 0, false])
  assert.equal(answer.headers['content-disposition'], `attachment; filename="audit-${world.b.id}-${rows}.jsonl"`)
  assert.match(String(answer.headers['content-type']), /^application\/x-ndjson/)
  assert.equal(answer.headers['cache-control'], 'no-store')

  for (const [statement, first_bad_seq, how] of [
    ["update audit_events set payload = convert_to(replace(convert_from(payload, 'UTF8'), '\"n\":', '\"m\":'), 'UTF8') where tenant_id = $1 and seq = 3000", 3000, 'edited'],
    ['delete from audit_events where tenant_id = $1 and seq = 2001', 2001, 'missing'],
    ['delete from audit_events where tenant_id = $1 and seq = 2000', 2000, 'missing'],
    ['delete from audit_events where tenant_id = $1 and seq >= 2000', 2000, 'truncated'],
  ] as const) {
    const client = await world.database.superuser.connect()
    await client.query('begin; set local session_replication_role = replica')
    await client.query(statement, [world.b.id])
    await client.query('commit')
    client.release()
    const broken = (await beta.get('/api/audit-events/verification')).json
    assert.deepEqual([broken.verified, broken.first_bad_seq], [false, first_bad_seq], how)
    const offline = (await exported()).verdict
    assert.ok(!offline.ok && offline.tenant_id !== null)
    assert.deepEqual([offline.first_bad_seq, offline.how], [broken.first_bad_seq, broken.how])
  }
})

// Guarantee: a tail that was cut together with its head is found by the checkpoint that signed it, by the server and in the export alike, and such a chain gets no new one.
test('a cut tail is found by what was signed', async () => {
  const gamma = await openWorld()
  try {
    const client = await gamma.as(gamma.a, 'platform_admin')
    for (const minute of [10, 11, 12, 13]) await client.put('/api/market-clock', { clock: `2026-09-29T09:${minute}:00+01:00`, reason: 'a minute later' })
    await client.get('/api/audit-events/export')
    await gamma.database.superuser.query(`begin; set local session_replication_role = replica; delete from audit_events where tenant_id = '${gamma.a.id}' and seq > 2;
      update audit_heads set seq = 2, hash = (select hash from audit_events where tenant_id = '${gamma.a.id}' and seq = 2) where tenant_id = '${gamma.a.id}'; commit`)
    const broken = (await client.get('/api/audit-events/verification')).json
    assert.deepEqual([broken.verified, broken.first_bad_seq, broken.how, broken.events], [false, 3, 'truncated', 2])
    const exported = await client.get('/api/audit-events/export')
    const verdict = await verifyAuditExport(exported.text.trimEnd().split('\n'))
    assert.ok(!verdict.ok && verdict.tenant_id !== null)
    assert.deepEqual([verdict.first_bad_seq, verdict.how], [3, 'truncated'])
    assert.deepEqual((await client.get('/api/audit-checkpoints')).json.items.map(({ seq }: { seq: number }) => seq), [4])
  } finally {
    await gamma.close()
  }
})
