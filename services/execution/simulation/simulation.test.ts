import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '#contracts/canonical-json.ts'
import { minorDigits } from '#contracts/money.ts'
import { add, compare, div, fromDecimal, mul, sub, ZERO, type Rational } from '#orchestrator/rational.ts'
import { simulatedConnector } from '../connectors/simulated.ts'
import { lawfulCandidates } from '../testing/candidates.ts'
import { chanceFrom } from './chance.ts'
import type { Simulation } from './events.ts'
import { drawLatency } from './latency.ts'
import { dueBy } from './pace.ts'
import { marketFrom } from './prices.ts'
import { simulate, SIMULATION_SETTINGS, type SimulationSettings } from './simulate.ts'

const candidates = await lawfulCandidates()
const STARTS = '2026-10-05T09:00:00+01:00'
const CALM: SimulationSettings = { ...SIMULATION_SETTINGS, outage: 0, partial_fills: 0, failure: 0, return: 0, wrong_proof: 0, market: 0 }
const WILD: SimulationSettings = { ...SIMULATION_SETTINGS, outage: 0.5, partial_fills: 0.7, failure: 0.2, return: 0.2, wrong_proof: 0.5, market: 3 }
const play = (index: number, seed: string, settings = SIMULATION_SETTINGS): Simulation => {
  const played = simulate('simulation', { candidate: candidates[index % candidates.length]!, seed, starts_at: STARTS, settings })
  assert.ok(played.ok)
  return played.value
}
const anyPlay = fc.record({ index: fc.nat(candidates.length - 1), seed: fc.string({ maxLength: 20 }), settings: fc.constantFrom(SIMULATION_SETTINGS, WILD, CALM) })

// Guarantee: there is something to play: routes of one hop and of several, with people in them.
test('the candidates are many and not all alike', () => {
  assert.ok(candidates.length >= 10)
  assert.ok(candidates.some(({ hops }) => hops.length > 2) && candidates.some(({ hops }) => hops.some(({ human_steps }) => human_steps.length > 1)))
})

// Guarantee: the same seed and candidate give the same bytes, another seed another course.
test('a simulation is a function of its seed', () => {
  fc.assert(fc.property(anyPlay, ({ index, seed, settings }) => assert.equal(canonicalJson(play(index, seed, settings)), canonicalJson(play(index, seed, settings)))), { numRuns: 100 })
  assert.notEqual(canonicalJson(play(0, 'a')), canonicalJson(play(0, 'b')))
})

// Guarantee: nothing real is ever simulated: any other mode is refused, whatever the types were told.
test('only mode simulation plays', async () => {
  for (const mode of ['live_safe', 'manual', 'hybrid', 'SIMULATION', 'simulation ', '', undefined]) {
    assert.deepEqual(simulate(mode as 'simulation', { candidate: candidates[0]!, seed: 's', starts_at: STARTS }), { ok: false, error: { code: 'connector_wrong_mode' } })
  }
  const carry = simulatedConnector(play(0, 's', CALM))
  const instruction = { session_id: 's', position: 0, reference: 'R', provider_id: 'p', amount: { amount: '1', currency: 'USD' } }
  const context = { tenant_id: 't', now: () => 0, signal: new AbortController().signal, fetch: () => assert.fail('reached for the network') }
  assert.equal((await carry.carry(instruction, { ...context, mode: 'simulation' })).status, 'confirmed')
  for (const mode of ['live_safe', 'manual', 'hybrid'] as const) assert.deepEqual(await carry.carry(instruction, { ...context, mode }), { status: 'failed', cause: 'connector_wrong_mode' })
})

// Guarantee: times never go back, numbers rise by one, every step that is asked for ends where its hop does, and everything carries the mark.
test('every course is in order and comes to an end', () => {
  fc.assert(fc.property(anyPlay, ({ index, seed, settings }) => {
    const { events, outcome } = play(index, seed, settings)
    events.forEach((event, i) => {
      assert.equal(event.seq, i + 1)
      assert.equal(event.simulated, true)
      assert.ok(i === 0 || event.at >= events[i - 1]!.at)
    })
    assert.equal(events[0]!.kind, 'route_started')
    assert.equal(events.at(-1)!.kind, `route_${outcome.status}`)
    assert.equal(events.at(-1)!.at, outcome.ended_at)
    const count = (kind: string) => events.filter((event) => event.kind === kind).length
    assert.equal(count('human_step_asked'), count('human_step_confirmed'))
    assert.equal(count('provider_outage'), count('provider_restored'))
    assert.equal(count('hop_started'), count('hop_confirmed') + count('hop_failed') + count('hop_returned'))
    // A refused proof is followed by the right one.
    for (const [i, event] of events.entries()) {
      if (event.kind === 'proof_refused') {
        assert.ok(event.proof!.differs.length > 0)
        assert.ok(events.slice(i).some((later) => later.kind === 'proof_given' && later.hop === event.hop && later.step === event.step && later.proof!.kind === event.proof!.kind && later.proof!.differs.length === 0))
      }
    }
    const references = events.flatMap(({ kind, proof }) => (kind === 'proof_given' ? [proof!.reference] : []))
    assert.equal(new Set(references).size, references.length, 'one proof serves one step')
  }), { numRuns: 300 })
})

// Guarantee: every human step gets every kind of proof that its leg asks for.
test('a calm course gives each step its proofs', () => {
  for (const [index, candidate] of candidates.entries()) {
    const { events } = play(index, 'proofs', CALM)
    assert.deepEqual(
      events.flatMap(({ kind, hop, step, proof }) => (kind === 'proof_given' ? [`${hop}/${step}/${proof!.kind}`] : [])).sort(),
      candidate.hops.flatMap(({ human_steps }, hop) => human_steps.flatMap(({ proof_kinds }, step) => proof_kinds.map((kind) => `${hop}/${step}/${kind}`))).sort())
  }
})

// Guarantee: in a market that stands still the route delivers what the decision said, to the last unit that rounding takes at a hop.
test('a calm course comes out as predicted', () => {
  for (const [index, candidate] of candidates.entries()) {
    const { outcome } = play(index, 'calm', CALM)
    assert.equal(outcome.status, 'completed')
    const lost = sub(fromDecimal(candidate.received.amount), fromDecimal(outcome.received!.amount))
    // A hop cuts off less than one unit of its currency, and amounts of a decision are cut at six decimals.
    const most = candidate.hops.reduce((sum, hop) => add(sum, div({ n: 2n, d: 10n ** BigInt(minorDigits(hop.to.currency)) }, fromDecimal(hop.amount_out))), ZERO)
    assert.ok(compare(lost, ZERO) >= 0 || compare(sub(ZERO, lost), { n: 1n, d: 100n }) <= 0, `${candidate.id} received ${outcome.received!.amount} of ${candidate.received.amount}`)
    assert.ok(compare(div(lost, fromDecimal(candidate.received.amount)), add(most, { n: 1n, d: 1_000_000n })) <= 0, `${candidate.id} received ${outcome.received!.amount} of ${candidate.received.amount}`)
  }
})

// Guarantee: money never comes from nowhere: within one currency nothing grows, across two it is what went in at the decision's rate and the market's move, and fills add up.
test('every hop gives out no more than its price allows', () => {
  fc.assert(fc.property(anyPlay, ({ index, seed, settings }) => {
    const candidate = candidates[index % candidates.length]!
    const { events, outcome } = play(index, seed, settings)
    for (const [i, hop] of candidate.hops.entries()) {
      const own = events.filter((event) => event.hop === i)
      const confirmed = own.find(({ kind }) => kind === 'hop_confirmed')
      if (confirmed === undefined) continue
      const [went_in, came_out] = [fromDecimal(confirmed.amounts['in']!.amount), fromDecimal(confirmed.amounts['out']!.amount)]
      assert.ok(compare(came_out, ZERO) >= 0)
      if (hop.from.currency === hop.to.currency) assert.ok(compare(came_out, went_in) <= 0, `${hop.provider_id} gave ${confirmed.amounts['out']!.amount} for ${confirmed.amounts['in']!.amount}`)
      const moves = own.flatMap(({ kind, facts }) => (kind === 'price_moved' ? [fromDecimal(facts['by_bps']!)] : []))
      const best = moves.reduce<Rational>((most, move) => (compare(move, most) > 0 ? move : most), moves[0] ?? ZERO)
      // bps are shown with two decimals, cut towards zero.
      const allowed = mul(mul(went_in, fromDecimal(hop.mid)), add({ n: 1n, d: 1n }, div(add(best, { n: 1n, d: 100n }), { n: 10_000n, d: 1n })))
      assert.ok(compare(came_out, mul(allowed, { n: 1_000_001n, d: 1_000_000n })) <= 0)
      const parts = own.filter(({ kind }) => kind === 'filled')
      if (parts.length > 0) {
        assert.ok(parts.length === 2 || parts.length === 3)
        assert.equal(compare(parts.reduce((sum, { amounts }) => add(sum, fromDecimal(amounts['out']!.amount)), ZERO), came_out), 0)
      }
    }
    if (outcome.status === 'returned') {
      const start = events.findLast(({ kind }) => kind === 'hop_started')!
      assert.ok(compare(fromDecimal(outcome.held!.amount.amount), fromDecimal(start.amounts['in']!.amount)) <= 0)
    }
    assert.equal(outcome.received === null, outcome.status !== 'completed')
  }), { numRuns: 300 })
})

// Guarantee: what a provider is known to take is what its simulated hops take: median and 90th percentile of 2,000 seeds lie at its own.
test('latencies follow p50 and p90', () => {
  for (const [p50_s, p90_s] of [[3600, 14_400], [172_800, 432_000], [60, 61], [300, 300]] as const) {
    const drawn = Array.from({ length: 2000 }, (_, i) => drawLatency(p50_s, p90_s, chanceFrom(`latency ${i}`))).sort((a, b) => a - b)
    assert.ok(Math.abs(drawn[1000]! / p50_s - 1) < 0.12, `median ${drawn[1000]} of ${p50_s}`)
    assert.ok(Math.abs(drawn[1800]! / p90_s - 1) < 0.12, `p90 ${drawn[1800]} of ${p90_s}`)
    assert.ok(drawn.every((s) => s >= 0 && s <= p90_s * 10))
  }
  assert.ok(drawLatency(0, 0, chanceFrom('x')) === 0)
})

// Guarantee: chance is what it says: uniform and normal within what 20,000 draws allow, and a part's chance is its own.
test('the generator is even', () => {
  const chance = chanceFrom('even')
  const draws = Array.from({ length: 20_000 }, () => chance.next())
  assert.ok(draws.every((x) => x >= 0 && x < 1))
  assert.ok(Math.abs(draws.reduce((a, b) => a + b) / draws.length - 0.5) < 0.01)
  const normals = Array.from({ length: 20_000 }, () => chance.normal())
  assert.ok(Math.abs(normals.reduce((a, b) => a + b) / normals.length) < 0.03)
  assert.ok(Math.abs(normals.reduce((a, b) => a + b * b, 0) / normals.length - 1) < 0.05)
  assert.equal(new Set(Array.from({ length: 1000 }, () => chance.integer(1, 6))).size, 6)
  const parent = chanceFrom('p')
  const before = parent.of('part').next()
  parent.next()
  assert.equal(parent.of('part').next(), before)
  assert.notEqual(parent.of('another').next(), before)
})

// Guarantee: rates of the simulated market agree with each other, and a market that stands still does not move.
test('two ways from one currency to another cost the same', () => {
  const start = Date.parse(STARTS)
  const market = marketFrom(start, chanceFrom('m'), 1)
  const at = start + 3 * 86_400_000
  const direct = market.move('NGN', 'CNY', at)
  const over = mul(market.move('NGN', 'USD', at), market.move('USD', 'CNY', at))
  assert.ok(compare(sub(div(direct, over), { n: 1n, d: 1n }), { n: 1n, d: 10_000_000n }) < 0)
  assert.notEqual(compare(direct, { n: 1n, d: 1n }), 0)
  assert.deepEqual(market.move('NGN', 'NGN', at + 1), { n: 1n, d: 1n })
  const calm = marketFrom(start, chanceFrom('m'), 0)
  assert.equal(compare(calm.move('NGN', 'CNY', at), { n: 1n, d: 1n }), 0)
})

// Guarantee: all that may go wrong does go wrong somewhere, and most courses arrive.
test('outages, fills, refusals, failures and returns all happen', () => {
  const seen = new Map<string, number>()
  for (let i = 0; i < 1000; i++) for (const kind of new Set(play(i, `seed ${i}`).events.map((event) => event.kind))) seen.set(kind, (seen.get(kind) ?? 0) + 1)
  for (const kind of ['provider_outage', 'filled', 'proof_refused', 'route_failed', 'route_returned']) assert.ok((seen.get(kind) ?? 0) > 0, kind)
  assert.ok(seen.get('route_completed')! > 850)
})

// Guarantee: a week passes in a second if the caller says so, and what is shown only grows.
test('the pace is the caller’s', () => {
  const simulation = play(3, 'pace')
  const lasts_ms = Date.parse(simulation.outcome.ended_at) - Date.parse(simulation.outcome.started_at)
  assert.deepEqual(dueBy(simulation, 1000, lasts_ms / 1000), { events: simulation.events, over: true })
  let shown = 0
  for (let elapsed_ms = -100; elapsed_ms <= 2000; elapsed_ms += 50) {
    const { events } = dueBy(simulation, elapsed_ms, lasts_ms / 2000)
    assert.ok(events.length >= shown)
    shown = events.length
  }
  assert.ok(dueBy(simulation, 0, 1).events.length < simulation.events.length)
  assert.throws(() => dueBy(simulation, 1, 0), RangeError)
})
