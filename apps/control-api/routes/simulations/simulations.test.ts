/** A simulated session from its start to its outcome, over the API on a real database. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SimulationRun } from '#contracts/api/simulation.ts'
import { acceptedSession, ALL_PAPERS, approve, executedSession, executionOf, onStep, RAIL } from '#api/testing/executions.ts'
import { openWorld, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json.code]
const advance = (id: string, body: object = { to: 'end' }): Promise<Answer> => desk.post(`/api/route-sessions/${id}/simulation/advance`, body)
const runOf = async (id: string): Promise<SimulationRun> => {
  const answer = await desk.get(`/api/route-sessions/${id}/simulation`)
  assert.equal(answer.status, 200, answer.text)
  return answer.json
}
/** Executed in simulation with this seed. */
async function simulated(seed?: string): Promise<{ id: string; version: number }> {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const approved = await approve(desk, id, version)
  const executed = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version, mode: 'simulation', ...(seed === undefined ? {} : { seed }) })
  assert.equal(executed.status, 200, executed.text)
  return { id, version: executed.json.version }
}
/** What the audit keeps of the times that it was played on; refusals left out. */
const advancesOf = async (id: string): Promise<any[]> =>
  (await world.auditRows(world.a)).filter((row) => row.action === 'simulation.advanced' && (row as unknown as { entity_id: string }).entity_id === id).map(({ facts }) => facts as any).filter(({ played_to }) => played_to !== undefined)
const story = ({ events, outcome }: SimulationRun) => JSON.stringify({ events, outcome })

// Guarantee: a simulated route is played to its end and closed with what it came to as it stands, its steps go along, and it teaches nothing.
test('from the start to the outcome', async () => {
  const ends = new Set<string>()
  // Seeds until both ends were met: a run fails now and then.
  for (let nth = 0; nth < 40 && (ends.size < 2 || nth < 2); nth++) {
    const { id, version } = await simulated(`seed ${nth}`)
    const begun = await runOf(id)
    assert.deepEqual([begun.played_to, begun.events, begun.finished, begun.outcome, begun.seed], [0, [], false, null, `seed ${nth}`])
    const played = await advance(id)
    assert.equal(played.status, 200, played.text)
    const run: SimulationRun = played.json
    assert.deepEqual([run.finished, run.events.length], [true, run.played_to])
    const { steps } = await executionOf(desk, id)
    const well = run.outcome!.result === 'completed'
    assert.equal(steps.every(({ state }) => state === 'confirmed'), well)
    assert.ok(steps.filter(({ rail }) => rail !== null).every(({ rail }) => rail!.owner === 'provider' && rail!.account_label === 'Simulated'))
    const closed = await desk.post(`/api/route-sessions/${id}/close`, { version, ...run.outcome })
    assert.equal(closed.status, 200, closed.text)
    assert.deepEqual([closed.json.simulation, closed.json.outcome.result], [true, run.outcome!.result])
    assert.deepEqual(outcome(await advance(id)), [409, 'wrong_state'])
    assert.equal(story(await runOf(id)), story(run))
    ends.add(well ? 'well' : 'otherwise')
    if (nth === 0) assert.deepEqual((await advancesOf(id)).map(({ played_to, finished }) => [played_to, finished]), [[run.played_to, true]])
  }
  const { rows: [evidence] } = await world.database.superuser.query('select count(*)::int as n from estimate_evidence where not simulation')
  assert.equal(evidence!.n, 0)
})

// Guarantee: the same seed plays the same route to the same bytes; where nobody gives one the server makes one, never the same twice.
test('the same seed is the same run', async () => {
  const [first, second, own, other] = [await simulated('harmattan'), await simulated('harmattan'), await simulated(), await simulated()]
  for (const { id } of [first, second]) await advance(id)
  assert.equal(story(await runOf(first.id)), story(await runOf(second.id)))
  assert.notEqual((await runOf(own.id)).seed, (await runOf(other.id)).seed)
})

// Guarantee (attack: two at once): of 20 who play the next event at the same time each makes another one happen, once; of 20 who saw the same number, one.
test('twenty at once', async () => {
  const [{ id }, twin] = [await simulated('crowd'), await simulated('crowd')]
  const answers = await Promise.all(Array.from({ length: 20 }, () => advance(id, { to: 'next' })))
  const over = answers.filter(({ status }) => status === 409).length
  assert.ok(answers.every(({ status, json }) => status === 200 || json.code === 'wrong_state'), answers.map(({ text }) => text).join('\n'))
  const run = await runOf(id)
  assert.equal(run.played_to, 20 - over)
  assert.deepEqual(run.events.map(({ seq }) => seq), run.events.map((_, i) => i + 1))
  assert.deepEqual((await advancesOf(id)).map(({ played_from }) => played_from), Array.from({ length: 20 - over }, (_, i) => i))

  const same = await Promise.all(Array.from({ length: 20 }, () => advance(twin.id, { to: 'next', played_to: 0 })))
  assert.deepEqual([same.filter(({ status }) => status === 200).length, same.filter(({ json }) => json.code === 'stale_version').length], [1, 19])
  assert.equal((await runOf(twin.id)).played_to, 1)
})

// Guarantee: what is real is never played: outside simulation there is no run, no seed is taken, and a paused simulation stands still.
test('only a simulation is played', async () => {
  const real = await executedSession(world, world.a)
  assert.deepEqual(outcome(await advance(real.id)), [409, 'mode_not_available'])
  assert.deepEqual(outcome(await desk.get(`/api/route-sessions/${real.id}/simulation`)), [409, 'mode_not_available'])
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  assert.deepEqual(outcome(await advance(id)), [409, 'wrong_state'])
  const approved = await approve(desk, id, version)
  const seeded = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version, mode: 'manual', seed: 'x' })
  assert.deepEqual([seeded.status, seeded.json.code, seeded.json.field], [400, 'invalid_field', '/seed'])
  await assert.rejects(world.database.superuser.query("insert into simulations (tenant_id, session_id, seed, starts_at) values ($1, $2, 'x', '2026-09-29T08:00:00Z')", [world.a.id, real.id]), /what is real is not simulated/)

  const paused = await simulated('pause')
  await desk.post(`/api/route-sessions/${paused.id}/pause`, { version: paused.version, reason_code: 'holiday' })
  assert.deepEqual(outcome(await advance(paused.id)), [409, 'wrong_state'])
})

// Guarantee: a step that a person failed by hand stops the run, whole, until a person decides to try again.
test('a step that failed by hand waits for a person', async () => {
  const { id } = await simulated('by hand')
  await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  const failed = await onStep(desk, id, 1, 'fail', { version: 2, reason_code: 'cut_off_missed' })
  assert.equal(failed.status, 200, failed.text)
  assert.deepEqual(outcome(await advance(id)), [409, 'wrong_step_state'])
  assert.equal((await runOf(id)).played_to, 0)
  await onStep(desk, id, 1, 'retry', { version: 3, reason_code: 'cause_cleared' })
  assert.equal((await advance(id)).json.finished, true)
})

// Guarantee: the database keeps a run as it was begun and lets nobody take it back.
test('a run goes forward alone', async () => {
  const { id } = await simulated('kept')
  await advance(id, { to: 'next' })
  for (const change of ["seed = 'other'", 'played_to = 0', "starts_at = 'x'"]) {
    await assert.rejects(world.database.superuser.query(`update simulations set ${change} where session_id = $1`, [id]), /goes forward alone/, change)
  }
  await assert.rejects(world.database.superuser.query('delete from simulations where session_id = $1', [id]))
})
