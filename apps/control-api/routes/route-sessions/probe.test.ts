/** Execution as a controlled probe: two people, every leg within the caps of the company and of its provider, and what was reserved ends with what became of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SessionProbe } from '#contracts/api/probes.ts'
import { openPolicy, type Policy } from '#policy/index.ts'
import { actualsBody, colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, carryOut, executionOf, onStep, RAIL, screened } from '#api/testing/executions.ts'
import { openWorld, type Answer, type Client, type Company, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let second: Client
let admin: Client
let judgeProbe: Policy['judgeProbe']
let real: Policy
before(async () => {
  real = await openPolicy()
  judgeProbe = real.judgeProbe
  world = await openWorld({ policy: { judgeProbe: (...asked) => judgeProbe(...asked) } })
  desk = await world.as(world.a, 'desk_operator')
  second = await colleague(world, world.a)
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const WIDE = { per_probe_usd: '900000', per_day_usd: '90000000', probes_per_day: 1000 }
const outcome = ({ status, json }: Answer) => [status, json.code, json.detail]
const probeOf = async (id: string, client = desk): Promise<SessionProbe> => (await client.get(`/api/route-sessions/${id}/probe`)).json
const execute = (id: string, version: number, client = desk) => client.post(`/api/route-sessions/${id}/execute`, { version, mode: 'live_safe' })

async function setCap(of: Company, provider_id: string, change: object = {}): Promise<void> {
  const client = await world.as(of, 'platform_admin')
  const version = (await client.get('/api/probe-caps')).json.items.find((one: { provider_id: string }) => one.provider_id === provider_id)?.version ?? 0
  const set = await client.put(`/api/probe-caps/${provider_id}`, { version, ...WIDE, ...change })
  assert.equal(set.status, 200, set.text)
}
/** Approved by two people who asked for nothing and agreed to nothing, screened, with every paper: nothing but the caps stands between it and a probe. */
async function approved(people: readonly Client[] = [desk, second], of: Company = world.a): Promise<{ id: string; version: number }> {
  const { id, version } = await acceptedSession(world, of, { documents_available: ALL_PAPERS })
  let now = version
  for (const person of people) {
    const answer = await approve(person, id, now)
    assert.equal(answer.status, 200, answer.text)
    now = answer.json.version
  }
  await screened(people[0]!, id)
  return { id, version: now }
}
async function wideFor(id: string): Promise<SessionProbe> {
  const { legs } = await probeOf(id)
  await setCap(world.a, '*')
  for (const { provider_id } of legs) await setCap(world.a, provider_id)
  return probeOf(id)
}
async function executed(): Promise<{ id: string; version: number; probe: SessionProbe }> {
  const { id, version } = await approved()
  await wideFor(id)
  const answer = await execute(id, version)
  assert.equal(answer.status, 200, answer.text)
  return { id, version: answer.json.version, probe: await probeOf(id) }
}
const states = (probe: SessionProbe): string[] => probe.legs.flatMap(({ reservations }) => reservations.map(({ state }) => state))
/** Nothing of an execution is there. */
async function untouched(id: string): Promise<void> {
  const { state } = (await desk.get(`/api/route-sessions/${id}`)).json
  const now = await executionOf(desk, id)
  assert.deepEqual([state, now.mode, now.steps, states(await probeOf(id))], ['approved', null, [], []])
}

// Guarantee: a probe takes approvals of two people who neither asked nor agreed for the merchant, where the offer itself asks for one; what is approved already can be approved by the second, and says why that is asked.
test('a probe takes two people', async () => {
  const { id, version } = await approved([desk])
  assert.equal((await desk.get(`/api/route-sessions/${id}`)).json.approval.required, 1)
  await wideFor(id)
  assert.deepEqual((await probeOf(id)).approvals, { required: 2, held: 1, why: ['A controlled probe is approved by two people.'] })
  assert.deepEqual(outcome(await execute(id, version)), [409, 'approval_missing', 'A controlled probe is approved by two people. 1 of 2 approvals holds, none of whoever asked or agreed for the merchant.'])
  await untouched(id)
  assert.equal((await approve(desk, id, version)).json.code, 'already_approved')
  const last = await approve(second, id, version)
  assert.deepEqual([last.status, last.json.state, last.json.approval.held], [200, 'approved', 2], last.text)
  assert.equal((await execute(id, version)).status, 200)

  // Asked for by the desk for the merchant, where one approval is enough and the asker's own counts: not for a probe.
  const made = await desk.post('/api/route-sessions', { ...(await import('#api/testing/world.ts')).routeBody(world.a, { documents_available: ALL_PAPERS, invoice: { number: 'PI-own', currency: 'CNY', account_count: 1 } }), on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } })
  const agreed = await desk.post(`/api/route-sessions/${made.json.id}/accept`, { version: 1, reason: 'agreed by telephone' })
  const first = await approve(desk, made.json.id, agreed.json.version)
  assert.equal(first.json.state, 'approved', first.text)
  assert.equal((await approve(second, made.json.id, first.json.version)).status, 200)
  await screened(second, made.json.id)
  assert.deepEqual([(await probeOf(made.json.id)).approvals.held, (await execute(made.json.id, first.json.version, second)).json.code, (await execute(made.json.id, first.json.version)).json.code], [1, 'approval_missing', 'not_ones_own'])
  await untouched(made.json.id)
  const third = await colleague(world, world.a)
  assert.equal((await approve(third, made.json.id, first.json.version)).status, 200)
  assert.equal((await execute(made.json.id, first.json.version, third)).status, 200)
  const { id: alone, version: at } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  assert.equal((await approve(admin, alone, at)).json.code, 'admin_is_second')
})

// Guarantee: a probe reserves each leg once, with what enters it in US dollars, under the caps of the day, and every reader is told; the audit row says what was taken.
test('every leg is reserved within the caps', async () => {
  const { id, version } = await approved()
  const before = await wideFor(id)
  assert.deepEqual([before.refused, before.legs.length > 1, before.legs.every(({ reservations, amount_usd }) => reservations.length === 0 && /^\d+\.\d\d$/.test(amount_usd))], [null, true, true])
  const answer = await execute(id, version)
  assert.deepEqual([answer.status, answer.json.state, (await executionOf(desk, id)).mode], [200, 'executing', 'live_safe'], answer.text)
  const probe = await probeOf(id)
  assert.deepEqual(probe.legs.map(({ reservations }) => reservations.map(({ day, amount_usd, state, ended_at }) => ({ day, amount_usd, state, ended_at }))), before.legs.map(({ amount_usd }) => [{ day: before.day, amount_usd, state: 'reserved', ended_at: null }]))
  for (const cap of probe.caps) {
    const mine = probe.legs.filter(({ provider_id }) => cap.provider_id === '*' || cap.provider_id === provider_id)
    const was = before.caps.find(({ provider_id }) => provider_id === cap.provider_id)!
    assert.equal(cap.today.probes - was.today.probes, mine.length)
    assert.equal((Number(cap.today.reserved_usd) - Number(was.today.reserved_usd)).toFixed(2), mine.reduce((sum, { amount_usd }) => sum + Number(amount_usd), 0).toFixed(2))
    assert.deepEqual((await desk.get('/api/probe-caps')).json.items.find(({ provider_id }: { provider_id: string }) => provider_id === cap.provider_id).today, cap.today)
  }
  const { facts } = (await world.auditRows(world.a)).findLast(({ action }) => action === 'route_session.executed') as unknown as { facts: Record<string, unknown> }
  assert.deepEqual([facts['mode'], facts['probe_day'], facts['probe_usd']], ['live_safe', before.day, before.legs.map(({ amount_usd }) => amount_usd).join(',')])
  assert.equal((await (await world.as(world.b, 'desk_operator')).get(`/api/route-sessions/${id}/probe`)).status, 404)
})

// Guarantee: over any cap, without one, or with a policy that is silent or says no, nothing of the execution is done; the refusal says whose cap it is and what is left.
test('one leg over a cap refuses the whole', async () => {
  const { id, version } = await approved()
  const { legs, day } = await wideFor(id)
  const last = legs.at(-1)!
  const refusedAs = async (code: string, sentence: RegExp) => {
    const answer = await execute(id, version)
    assert.deepEqual([answer.status, answer.json.code], [409, code], answer.text)
    assert.match(answer.json.detail, sentence)
    const { refused } = await probeOf(id)
    assert.deepEqual(refused, { code, sentence: answer.json.detail })
    await untouched(id)
    const { facts } = (await world.auditRows(world.a)).at(-1) as unknown as { facts: Record<string, unknown> }
    assert.ok(Object.values(facts).includes(code), JSON.stringify(facts))
  }
  const less = (Number(last.amount_usd) - 0.01).toFixed(2)
  await setCap(world.a, last.provider_id, { per_probe_usd: less })
  await refusedAs('probe_cap_exceeded', new RegExp(`^The cap of .* does not take leg ${last.hop + 1}: it is USD ${last.amount_usd}, and one probe may be USD ${less}\\.$`))
  await setCap(world.a, last.provider_id, { probes_per_day: 0 })
  await refusedAs('probe_cap_exceeded', /all 0 probes of the day are taken\.$/)
  await setCap(world.a, last.provider_id)
  await setCap(world.a, '*', { per_probe_usd: '1', per_day_usd: '1' })
  await refusedAs('probe_cap_exceeded', /^The cap of the whole company does not take leg 1:/)
  await setCap(world.a, '*')
  // The database holds caps for good, so that one is missing is another company's to show.
  await world.database.superuser.query("update probe_caps set provider_id = 'set-aside' where tenant_id = $1 and provider_id = $2", [world.a.id, last.provider_id])
  await refusedAs('probe_cap_missing', /^No cap of controlled probes is set for /)
  await world.database.superuser.query("update probe_caps set provider_id = $2 where tenant_id = $1 and provider_id = 'set-aside'", [world.a.id, last.provider_id])

  try {
    judgeProbe = async () => ({ status: 'unavailable', cause: 'timeout' })
    assert.deepEqual(outcome(await execute(id, version)).slice(0, 2), [503, 'policy_unavailable'])
    await untouched(id)
    judgeProbe = async () => ({ status: 'answered', policy_revision: 'x', allow: false, denials: ['probe_facts_invalid'] })
    assert.deepEqual(outcome(await execute(id, version)), [409, 'policy_denied', 'The policy refuses the controlled probe: probe_facts_invalid.'])
    await untouched(id)
    // What the policy allows the database counts again: a cap that fell meanwhile holds.
    judgeProbe = async (facts, request_id) => { const answer = await real.judgeProbe(facts, request_id); await setCap(world.a, '*', { probes_per_day: 0 }); return answer }
    await setCap(world.a, '*')
    const late = await execute(id, version)
    assert.deepEqual(outcome(late), [409, 'probe_cap_exceeded', 'The cap of the whole company does not take leg 1: all 0 probes of the day are taken.'])
    await untouched(id)
  } finally {
    judgeProbe = real.judgeProbe
    await setCap(world.a, '*')
  }
  assert.equal((await execute(id, version)).status, 200)
  assert.equal((await probeOf(id)).day, day)
})

// Guarantee: the caps take what the product takes of every real execution too: its screening and its papers, before anything is reserved.
test('a probe passes the gates of a real execution', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const at = (await approve(desk, id, version)).json.version
  await approve(second, id, at)
  await wideFor(id)
  assert.equal((await execute(id, at)).json.code, 'screening_open')
  await untouched(id)
  const bare = await acceptedSession(world, world.a, { documents_available: ['PROFORMA_INVOICE'] })
  const now = (await approve(desk, bare.id, bare.version)).json.version
  await approve(second, bare.id, now)
  await screened(desk, bare.id)
  assert.equal((await execute(bare.id, now)).json.code, 'document_missing')
  await untouched(bare.id)
})

// Guarantee (attack 32): of 50 executions at once exactly as many as the caps take are executing with all their legs, and of the others nothing is done.
test('fifty probes at once at a cap of seven', async () => {
  const sessions: { id: string; version: number }[] = []
  for (let i = 0; i < 50; i++) sessions.push(await approved())
  const { legs, caps } = await wideFor(sessions[0]!.id)
  const taken = caps.find(({ provider_id }) => provider_id === '*')!.today.probes
  const N = 7
  // One place short of the eighth: no session may be reserved in part.
  await setCap(world.a, '*', { probes_per_day: taken + (N + 1) * legs.length - 1 })
  const answers = await Promise.all(sessions.map(({ id, version }) => execute(id, version)))
  const count = (code: string | undefined) => answers.filter(({ json }) => json.code === code).length
  assert.deepEqual([count(undefined), count('probe_cap_exceeded')], [N, 50 - N], answers.map(({ text }) => text.slice(0, 80)).join('\n'))
  for (const [i, { id }] of sessions.entries()) {
    if (answers[i]!.status === 200) assert.deepEqual(states(await probeOf(id)), legs.map(() => 'reserved'))
    else await untouched(id)
  }
  const { json } = await desk.get('/api/probe-caps')
  assert.equal(json.items[0].today.probes, taken + N * legs.length)
  await setCap(world.a, '*')
})

// Guarantee: what was done of a probe is used as soon as it is known, a leg that is tried again takes of the caps anew or is refused, and a session that ends holds nothing, whatever ended it.
test('what was reserved ends with what became of it', async () => {
  const done = await executed()
  for (const { position } of (await executionOf(desk, done.id)).steps) {
    await carryOut(world, world.a, desk, done.id, position)
    const { hop } = (await executionOf(desk, done.id)).steps.find((one) => one.position === position)!
    assert.deepEqual((await probeOf(done.id)).legs.map(({ hop: at, reservations }) => reservations.map(({ state }) => state === (at <= hop ? 'used' : 'reserved'))), done.probe.legs.map(() => [true]))
  }
  assert.equal((await desk.post(`/api/route-sessions/${done.id}/close`, { version: done.version, ...actualsBody({ candidate_id: (await desk.get(`/api/route-sessions/${done.id}`)).json.recommended.id }) })).status, 200)
  assert.ok(states(await probeOf(done.id)).every((state) => state === 'used'))

  const again = await executed()
  const begun = await onStep(desk, again.id, 1, 'start', { version: 1, rail: RAIL })
  const failed = await onStep(desk, again.id, 1, 'fail', { version: begun.json.steps[0].version, reason_code: 'cut_off_missed' })
  assert.deepEqual((await probeOf(again.id)).legs[0]!.reservations.map(({ state }) => state), ['used'])
  const retry = () => onStep(desk, again.id, 1, 'retry', { version: failed.json.steps[0].version, reason_code: 'cause_cleared' })
  await setCap(world.a, '*', { probes_per_day: 0 })
  assert.deepEqual(outcome(await retry()).slice(0, 2), [409, 'probe_cap_exceeded'])
  assert.deepEqual([(await executionOf(desk, again.id)).steps[0]!.state, (await probeOf(again.id)).legs[0]!.reservations.length], ['failed', 1])
  await setCap(world.a, '*')
  const retried = await retry()
  assert.equal(retried.status, 200, retried.text)
  assert.deepEqual((await probeOf(again.id)).legs[0]!.reservations.map(({ state }) => state), ['used', 'reserved'])

  // Every way to close what did not complete: nothing begun, the first leg begun, on its way and paused.
  for (const result of ['failed', 'returned'] as const) {
    for (const paused of [false, true]) {
      for (const begin of [false, true]) {
        const one = await executed()
        if (begin) assert.equal((await onStep(desk, one.id, 1, 'start', { version: 1, rail: RAIL })).status, 200)
        const version = paused ? (await desk.post(`/api/route-sessions/${one.id}/pause`, { version: one.version, reason_code: 'holiday' })).json.version : one.version
        const thing = { id: one.id, version, candidate_id: (await desk.get(`/api/route-sessions/${one.id}`)).json.recommended.id }
        const closed = await desk.post(`/api/route-sessions/${one.id}/close`, {
          version, ...actualsBody(thing), result, because: result === 'failed' ? 'provider_refused' : 'bank_returned', received: undefined, arrived_at: undefined,
          hops: actualsBody(thing).hops.map((hop, i) => ({ ...hop, result: i === 0 ? 'failed' : 'not_started', filled: i === 0 ? 'not_filled' : null })),
        })
        assert.equal(closed.status, 200, closed.text)
        assert.deepEqual(states(await probeOf(one.id)), one.probe.legs.map((_, i) => (begin && i === 0 ? 'used' : 'released')), `${result} ${paused} ${begin}`)
      }
    }
  }
  const { rows } = await world.database.superuser.query("select count(*)::int as n from probe_reservations r join route_sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id where r.state = 'reserved' and s.state not in ('executing', 'paused')")
  assert.equal(rows[0].n, 0)
})
