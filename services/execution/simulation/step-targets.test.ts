import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mayMove, STEP_EDGES, STEP_STATES, type StepState } from '#contracts/state-machines.ts'
import { planOf } from '../plan-steps.ts'
import { lawfulCandidates } from '../testing/candidates.ts'
import { actualsOfRun } from './actuals.ts'
import { simulate, SIMULATION_SETTINGS } from './simulate.ts'
import { pathTo, targetsOf } from './step-targets.ts'

const candidates = await lawfulCandidates()
const WILD = { ...SIMULATION_SETTINGS, outage: 0.5, partial_fills: 0.7, failure: 0.15, return: 0.15, wrong_proof: 0.5, market: 3 }
const anyRun = fc.record({ index: fc.nat(candidates.length - 1), seed: fc.string({ maxLength: 20 }) }).map(({ index, seed }) => {
  const candidate = candidates[index]!
  const run = simulate('simulation', { candidate, seed, starts_at: '2026-10-05T09:00:00+01:00', settings: WILD })
  assert.ok(run.ok)
  return { candidate, run: run.value, plan: planOf(candidate, 'RS-7K3M-9QXA', () => 'id') }
})

// Guarantee: every event of every run takes the steps along the machine, in their order: a completed route leaves every step confirmed, another one exactly one failed.
test('a run walks the step machine to its end', () => {
  const ends = new Set<string>()
  fc.assert(fc.property(anyRun, ({ run, plan }) => {
    const states = plan.map((_, i): StepState => (i === 0 ? 'ready' : 'pending'))
    for (const event of run.events) {
      for (const { position, to } of targetsOf(event, plan)) {
        for (const next of pathTo(states[position - 1]!, to)!) {
          assert.ok(mayMove(STEP_EDGES, states[position - 1]!, next), `${states[position - 1]} → ${next} at ${event.kind}`)
          assert.ok(states.slice(0, position - 1).every((state) => state === 'confirmed'), `${event.kind} at ${position}: ${states.join(' ')}`)
          states[position - 1] = next
        }
      }
    }
    ends.add(run.outcome.status)
    const failed = states.filter((state) => state === 'failed').length
    if (run.outcome.status === 'completed') assert.ok(states.every((state) => state === 'confirmed'), states.join(' '))
    else assert.equal(failed, 1, states.join(' '))
  }), { numRuns: 300 })
  assert.equal(ends.size, 3, 'every end was met')
})

// Guarantee: what a run came to is what it said: the amounts of its first and last event, the hops it played and no others, a reason exactly where it did not go well.
test('the actuals of a run', () => {
  fc.assert(fc.property(anyRun, ({ candidate, run }) => {
    const actuals = actualsOfRun(run, candidate.hops.length)
    assert.equal(actuals.hops.length, candidate.hops.length)
    assert.deepEqual(actuals.sent, candidate.sent)
    const well = run.outcome.status === 'completed'
    assert.deepEqual([actuals.because === undefined, actuals.received !== undefined, actuals.hops.every(({ result }) => result === 'success')], [well, well, well])
    const stopped = actuals.hops.findIndex(({ result }) => result !== 'success')
    if (stopped >= 0) assert.ok(actuals.hops.slice(stopped + 1).every(({ result, started_at }) => result === 'not_started' && started_at === null))
    else assert.equal(actuals.hops.at(-1)!.amount_out, run.outcome.received!.amount)
  }), { numRuns: 200 })
})

// Guarantee: a step that people moved is never taken back or out of a state that a person leads out of; wherever there is a path it is one of the machine.
test('a path is along the machine or none', () => {
  for (const from of STEP_STATES) for (const to of ['ready', 'in_progress', 'awaiting_proof', 'confirmed', 'failed'] as const) {
    let at: StepState = from
    for (const next of pathTo(from, to) ?? []) {
      assert.ok(mayMove(STEP_EDGES, at, next), `${from} to ${to}: ${at} → ${next}`)
      at = next
    }
    if (from === 'confirmed') assert.equal(at, 'confirmed')
    if (from === 'unknown' || (from === 'failed' && to !== 'failed')) assert.equal(pathTo(from, to), null)
  }
})
