import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { applyLearned } from '#orchestrator/learned.ts'
import { compileSnapshot, parseDataset, routeIntent } from '#orchestrator/index.ts'
import { readEvidenceTotals, readOutcome, readRouteSession, withTenantRead } from '#database/index.ts'
import { learnedEstimates } from '#route-cases/index.ts'
import { readDataset } from '#tools/read-dataset.ts'
import { carriedOutThing, simulatedThing } from '#api/testing/execution-things.ts'
import { actualsBody, newSession, type Thing } from '#api/testing/calls.ts'
import { openWorld, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let admin: Client
before(async () => {
  world = await openWorld()
  ;[desk, admin] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin')]
})
after(() => world.close())

const closeBody = (session: Thing, over: object = {}) => ({ version: session.version, ...actualsBody(session), ...over })
const close = (session: Thing, over: object = {}, client = desk) => client.post(`/api/route-sessions/${session.id}/close`, closeBody(session, over))
const estimatesOf = async (provider_id: string) => (await desk.get(`/api/providers/${provider_id}/estimates`)).json
const trustOf = async (provider_id: string) => (await estimatesOf(provider_id)).estimates.find(({ kind }: { kind: string }) => kind === 'trust')
const context = () => ({ tenant_id: world.a.id, user_id: world.a.users.desk_operator, role: 'desk_operator', merchant_id: null }) as const
const failed = (session: Thing) => ({
  result: 'failed', because: 'provider_refused', received: undefined, arrived_at: undefined,
  hops: actualsBody(session).hops.map((hop, i) => ({ ...hop, result: i === 0 ? 'failed' : 'not_started', filled: i === 0 ? 'not_filled' : null })),
})

// Guarantee: closing keeps actual cost, rate, time and slippage beside the prediction, and every reader is told the same afterwards.
test('an outcome stands beside its prediction', async () => {
  const session = await carriedOutThing(world, world.a, 'own')
  const { prediction } = (await desk.get(`/api/route-sessions/${session.id}/outcome`)).json
  const hops = prediction.hops.map((hop: { starts_at_p50: string; ends_at_p50: string; amount_in: string; amount_out: string }) => ({ result: 'success', started_at: hop.starts_at_p50, ended_at: hop.ends_at_p50, amount_in: hop.amount_in, amount_out: hop.amount_out, filled: 'at_once' }))
  const closed = await close(session, { sent: prediction.sent, received: prediction.received, arrived_at: prediction.arrival_p50, hops })
  assert.equal(closed.status, 200, closed.text)
  const { outcome, evidence } = closed.json
  assert.deepEqual([outcome.result, outcome.fell, outcome.after_p50_s, outcome.rate, closed.json.prediction.cost_bps, closed.json.simulation], ['completed', 'by_p50', 0, prediction.rate, prediction.cost_bps, false])
  assert.ok(Math.abs(Number(outcome.cost_difference_bps)) < 0.01)
  assert.deepEqual(closed.json.prediction, prediction)
  assert.deepEqual([...new Set(evidence.map(({ kind }: { kind: string }) => kind))].sort(), ['latency', 'liquidity', 'slippage', 'trust'])
  assert.deepEqual((await admin.get(`/api/route-sessions/${session.id}/outcome`)).json, closed.json)
  const shown = (await desk.get(`/api/route-sessions/${session.id}`)).json
  assert.deepEqual([shown.state, shown.version], ['completed', session.version + 1])
})

// Guarantee: one key closes once and is answered alike again; another close is refused, as is one of an old version or of a session that is not carried out; nothing is half-written.
test('a session is closed once', async () => {
  const session = await carriedOutThing(world, world.a, 'own')
  const key = { 'idempotency-key': 'close-once-please' }
  const [first, again] = [await desk.post(`/api/route-sessions/${session.id}/close`, closeBody(session), key), await desk.post(`/api/route-sessions/${session.id}/close`, closeBody(session), key)]
  assert.deepEqual([first.status, again.status, again.json], [200, 200, first.json])
  assert.deepEqual([(await close(session)).json.code, (await close({ ...session, version: session.version + 1 })).json.code], ['stale_version', 'wrong_state'])
  const early = await newSession(world, world.a, 'own')
  assert.equal((await close(early)).json.code, 'wrong_state')
  assert.equal(await withTenantRead(world.deps.db, context(), (tx) => readOutcome(tx, early.id)), null)
  const rows = (await world.auditRows(world.a)).filter(({ action }) => action === 'route_session.closed')
  assert.equal(rows.filter(({ facts }) => !('refused' in (facts as object))).length, 2)
})

// Guarantee: what contradicts the route is refused by its field, and the session stays as it was.
test('impossible actuals close nothing', async () => {
  const session = await carriedOutThing(world, world.a, 'own')
  for (const [over, code, field] of [
    [{ arrived_at: undefined }, 'missing_field', '/arrived_at'], [{ sent: { amount: '1.00', currency: 'USD' } }, 'invalid_field', '/sent/currency'], [{ hops: [...actualsBody(session).hops, ...actualsBody(session).hops] }, 'invalid_field', '/hops'],
    [{ result: 'failed', because: 'recalled' }, 'invalid_field', '/hops'], [{ result: 'returned' }, 'missing_field', '/because'],
  ] as const) {
    const answer = await close(session, over)
    assert.deepEqual([answer.json.code, answer.json.field], [code, field])
    const preview = await desk.post(`/api/route-sessions/${session.id}/outcome-preview`, { ...actualsBody(session), ...over })
    assert.deepEqual([preview.json.code, preview.json.field], [code, field])
  }
  assert.equal((await desk.get(`/api/route-sessions/${session.id}`)).json.state, 'executing')
})

// Guarantee: the preview says exactly what closing then does to every estimate, and writes nothing.
test('the preview is what happens', async () => {
  const session = await carriedOutThing(world, world.a, 'own')
  const before = await withTenantRead(world.deps.db, context(), (tx) => readEvidenceTotals(tx))
  const { moves } = (await desk.post(`/api/route-sessions/${session.id}/outcome-preview`, { ...actualsBody(session), ...failed(session) })).json
  assert.deepEqual(await withTenantRead(world.deps.db, context(), (tx) => readEvidenceTotals(tx)), before)
  const [trust] = moves.filter(({ kind }: { kind: string }) => kind === 'trust')
  assert.equal(trust.observation, '0')
  assert.ok(Number(trust.after) < Number(trust.before) && Number(trust.before) - Number(trust.after) <= Number(trust.most))
  assert.deepEqual([(await trustOf(trust.provider_id)).value, (await trustOf(trust.provider_id)).n], [trust.before, trust.n_before])
  assert.equal((await close(session, failed(session))).status, 200)
  assert.deepEqual([(await trustOf(trust.provider_id)).value, (await trustOf(trust.provider_id)).n], [trust.after, trust.n_after])
})

// Guarantee: a session that may only be simulated is closed with an outcome and teaches nothing.
test('a simulation feeds nothing', async () => {
  const session = await simulatedThing(world, world.a, 'own')
  const before = await withTenantRead(world.deps.db, context(), (tx) => readEvidenceTotals(tx))
  const preview = await desk.post(`/api/route-sessions/${session.id}/outcome-preview`, actualsBody(session))
  assert.deepEqual([preview.json.simulation, preview.json.moves], [true, []])
  const closed = await close(session)
  assert.deepEqual([closed.status, closed.json.simulation, closed.json.evidence], [200, true, []])
  assert.deepEqual(await withTenantRead(world.deps.db, context(), (tx) => readEvidenceTotals(tx)), before)
})

// Guarantee: an admin takes evidence back, once, with step-up and a reason; the estimate is exactly what it was before the outcome, and the row stays to be seen. The desk cannot.
test('evidence that is taken back never was', async () => {
  const [first] = [await carriedOutThing(world, world.a, 'own')]
  const { prediction } = (await desk.get(`/api/route-sessions/${first.id}/outcome`)).json
  const provider_id = prediction.hops[0].provider_id
  const before = await trustOf(provider_id)
  const closed = (await close(first, failed(first))).json
  const evidence = closed.evidence.find((row: { provider_id: string; kind: string }) => row.provider_id === provider_id && row.kind === 'trust')
  const undo = `/api/estimate-evidence/${evidence.id}/undo`
  assert.equal((await desk.post(undo, { because: 'recorded_wrongly' })).status, 404)
  assert.equal((await (await world.stale(world.a, 'platform_admin')).post(undo, { because: 'recorded_wrongly' })).json.code, 'step_up_required')
  assert.equal((await (await world.as(world.b, 'platform_admin')).post(undo, { because: 'recorded_wrongly' })).status, 404)
  const undone = await admin.post(undo, { because: 'not_the_providers_doing' })
  assert.deepEqual([undone.status, undone.json], [200, { id: evidence.id, provider_id, kind: 'trust', undone_because: 'not_the_providers_doing' }])
  assert.equal((await admin.post(undo, { because: 'market_moved' })).json.code, 'evidence_undone')
  const now = await trustOf(provider_id)
  assert.deepEqual([now.value, now.n], [before.value, before.n])
  const row = now.history.find(({ id }: { id: string }) => id === evidence.id)
  assert.deepEqual([row.undone_because, row.undone_by.user_id, row.before, row.after], ['not_the_providers_doing', world.a.users.platform_admin, null, null])
  const audited = (await world.auditRows(world.a)).filter(({ action, facts }) => action === 'estimate_evidence.undone' && !('refused' in (facts as object)))
  assert.deepEqual(audited.map(({ facts }) => Object.entries(facts as object).filter(([name]) => name !== 'snapshot_digest')), [Object.entries({ because: 'not_the_providers_doing', kind: 'trust', provider_id, session_id: first.id })])
})

// Guarantee: a provider's estimates are of the own company's outcomes alone, though every company knows the provider by the same name; a provider that the data does not have is not there.
test('estimates are of the own outcomes', async () => {
  const session = await carriedOutThing(world, world.a, 'own')
  const { prediction } = (await desk.get(`/api/route-sessions/${session.id}/outcome`)).json
  const url = `/api/providers/${prediction.hops[0].provider_id}/estimates`
  const theirs = await world.as(world.b, 'desk_operator')
  const before = (await theirs.get(url)).json
  assert.equal((await close(session)).status, 200)
  assert.deepEqual((await theirs.get(url)).json, before)
  assert.ok((await trustOf(prediction.hops[0].provider_id)).n > 0)
  assert.equal((await desk.get('/api/providers/no-such-provider/estimates')).status, 404)
})

// Guarantee: what the store holds, laid over the data, decides exactly: the same intent on the same evidence gives the same result, and failures of a provider do not make its route better.
test('stored evidence reaches a decision and replays', async () => {
  const session = await carriedOutThing(world, world.b, 'own')
  const theirs = await world.as(world.b, 'desk_operator')
  assert.equal((await close(session, failed(session), theirs)).status, 200)
  const b = { ...context(), tenant_id: world.b.id, user_id: world.b.users.desk_operator } as const
  const [totals, stored] = await withTenantRead(world.deps.db, b, (tx) => Promise.all([readEvidenceTotals(tx), readRouteSession(tx, session.id)]))
  const dataset = readDataset()
  const on = (data: typeof dataset) => compileSnapshot(parseDataset(structuredClone(data)))
  const judge = async (facts: Parameters<typeof world.deps.policy.judge>[0], limits: Parameters<typeof world.deps.policy.judge>[1]) => world.deps.policy.judge(facts, limits, 'test')
  const routed = async (data: typeof dataset) => {
    const result = await routeIntent(on(data), stored!.intent, judge, { data_age: 'of_the_moment', simulation: false })
    assert.ok(result.ok)
    return result.value
  }
  const learned = applyLearned(dataset, learnedEstimates(totals, dataset.estimates.providers))
  const [plain, one, two] = [await routed(dataset), await routed(learned), await routed(learned)]
  assert.equal(one.result_digest, two.result_digest)
  assert.notEqual(one.result_digest, plain.result_digest)
  const scoreOf = (from: typeof plain) => from.decided.judged.find(({ candidate }) => candidate.id === session.candidate_id)!.candidate.score
  assert.ok(scoreOf(one) > scoreOf(plain))
})
