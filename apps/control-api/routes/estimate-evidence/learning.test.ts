import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { actualsBody, type Thing } from '#api/testing/calls.ts'
import { carriedOutThing, simulatedThing } from '#api/testing/execution-things.ts'
import { ALL_PAPERS } from '#api/testing/executions.ts'
import { openWorld, routeBody, SNAPSHOT, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let admin: Client
before(async () => {
  world = await openWorld()
  ;[desk, admin] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'platform_admin')]
})
after(() => world.close())

/** The same request each time, on the market of now. */
async function routed() {
  const made = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' }, documents_available: ALL_PAPERS, amount: { side: 'supplier_receives', value: '185000', currency: 'CNY' } }))
  assert.equal(made.status, 201, made.text)
  return made.json
}
const digest = async (): Promise<string> => (await routed()).decision.snapshot_digest
/** Closed as failed at its first provider, or as it was predicted. */
async function close(session: Thing, failed: boolean) {
  const actuals = actualsBody(session)
  const body = !failed ? actuals : {
    ...actuals, result: 'failed', because: 'provider_refused', received: undefined, arrived_at: undefined,
    hops: actuals.hops.map((hop, i) => ({ ...hop, result: i === 0 ? 'failed' : 'not_started', filled: i === 0 ? 'not_filled' : null })),
  }
  const closed = await desk.post(`/api/route-sessions/${session.id}/close`, { version: session.version, ...body })
  assert.equal(closed.status, 200, closed.text)
  return closed.json
}
const undo = async (evidence: readonly { id: string }[]): Promise<void> => {
  for (const { id } of evidence) assert.equal((await admin.post(`/api/estimate-evidence/${id}/undo`, { because: 'recorded_wrongly' })).status, 200)
}

// Guarantee: a real outcome is what the next route is found on: a failure makes the route through that provider score worse, taking the evidence back gives the market before it back to the byte, and every decision replays on its own.
test('a closed session moves the next decision, and undoing it moves it back', async () => {
  const before = await routed()
  assert.equal(before.decision.snapshot_digest, SNAPSHOT.digest)
  const session = await carriedOutThing(world, world.a, 'own')
  const { evidence, prediction } = await close(session, true)
  const provider_id = prediction.hops[0].provider_id
  const after = await routed()
  assert.notEqual(after.decision.snapshot_digest, SNAPSHOT.digest)
  const trustOf = (routed: typeof before): number => {
    const candidate = [routed.recommended, ...routed.alternatives].find(({ id, hops }) => id === session.candidate_id && hops.some((hop: { provider_id: string }) => hop.provider_id === provider_id))
    return Number(candidate.score_inputs.find(({ input }: { input: string }) => input === 'trust').bps)
  }
  assert.ok(trustOf(after) > trustOf(before), `${trustOf(before)} → ${trustOf(after)}`)
  await undo(evidence)
  assert.equal(await digest(), SNAPSHOT.digest)
  for (const { id } of [before, after]) {
    const replay = await desk.post(`/api/route-sessions/${id}/replay`, {})
    assert.deepEqual([replay.json.identical, replay.json.differences], [true, []])
  }
})

// Guarantee: what was learned is measured against the imported data, not against itself: the same evidence twice is prior and two, and estimates are said with the prior of the data.
test('nothing is learned twice', async () => {
  const [first, second] = [await carriedOutThing(world, world.a, 'own'), await carriedOutThing(world, world.a, 'own')]
  const one = await close(first, true)
  const provider_id = one.prediction.hops[0].provider_id
  const shown = async () => (await desk.get(`/api/providers/${provider_id}/estimates`)).json.estimates
  const priors = (estimates: { kind: string; prior: string }[]) => estimates.map(({ kind, prior }) => [kind, prior])
  const before = await shown()
  const two = await close(second, true)
  const after = await shown()
  assert.deepEqual(priors(after), priors(before))
  const { overlay } = (await world.database.superuser.query('select s.overlay from snapshots s join tenant_settings t on t.tenant_id = s.tenant_id and t.snapshot_digest = s.digest where t.tenant_id = $1', [world.a.id])).rows[0]
  const prior = SNAPSHOT.dataset.estimates.providers.find((each) => each.provider_id === provider_id)!.trust_prior!
  assert.deepEqual(overlay.estimates.find((each: { provider_id: string }) => each.provider_id === provider_id).trust, { successes: prior.successes, failures: prior.failures + 2 })
  await undo([...one.evidence, ...two.evidence])
  assert.equal(await digest(), SNAPSHOT.digest)
})

// Guarantee: two sessions closed at once both count in the market of the next route.
test('closes at once lose nothing', async () => {
  const sessions = [await carriedOutThing(world, world.a, 'own'), await carriedOutThing(world, world.a, 'own'), await carriedOutThing(world, world.a, 'own')]
  const closed = await Promise.all(sessions.map((session) => close(session, true)))
  const provider_id = closed[0]!.prediction.hops[0].provider_id
  const { overlay } = (await world.database.superuser.query('select s.overlay from snapshots s join tenant_settings t on t.tenant_id = s.tenant_id and t.snapshot_digest = s.digest where t.tenant_id = $1', [world.a.id])).rows[0]
  const prior = SNAPSHOT.dataset.estimates.providers.find((each) => each.provider_id === provider_id)!.trust_prior!
  assert.equal(overlay.estimates.find((each: { provider_id: string }) => each.provider_id === provider_id).trust.failures, prior.failures + 3)
  await undo(closed.flatMap(({ evidence }) => evidence))
  assert.equal(await digest(), SNAPSHOT.digest)
})

// Guarantee: a simulation leaves the market as it is.
test('a simulation moves no decision', async () => {
  const before = await digest()
  assert.equal((await close(await simulatedThing(world, world.a, 'own'), true)).simulation, true)
  assert.equal(await digest(), before)
})
