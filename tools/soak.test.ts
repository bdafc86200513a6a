/** A small soak with one kill of a server, of the database and of the policy; and that its checks find what they are there to find. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { chanceOf } from './soak/chance.ts'
import { findings, type Findings } from './soak/check.ts'
import { scriptOf } from './soak/journey.ts'
import { soak, type Soaked } from './soak/run.ts'

const countsOf = ({ lost, doubled, stuck, unlawful }: Findings): Record<string, number> => ({ lost: lost.length, doubled: doubled.length, stuck: stuck.length, unlawful: unlawful.length })
const NOTHING = { lost: 0, doubled: 0, stuck: 0, unlawful: 0 }

/** Runs `plant` as a superuser whom no trigger stops, hands out what the checks then find, and takes it back. */
async function withPlanted({ db, tenant_id, ledger, journeys }: Soaked, plant: string, values: readonly unknown[] = []): Promise<Findings> {
  await db.query('begin')
  await db.query("set local session_replication_role = 'replica'")
  const { rowCount } = await db.query(plant, [tenant_id, ...values])
  assert.ok(rowCount! > 0, plant)
  const found = await findings(db, tenant_id, ledger, journeys)
  await db.query('rollback')
  return found
}

// Guarantee: sessions driven at once through a killed server, a killed database and a silent policy lose nothing, double nothing and leave nothing stuck; and each kind of loss, doubling and standstill is found where it is planted.
test('a small soak is clean, and its checks can fail', { timeout: 240_000 }, async (t) => {
  await soak({ sessions: 5, seed: 7, faults: ['kill_server', 'kill_database', 'policy_outage'] }, async (soaked) => {
    const { found, journeys, ledger, faults } = soaked
    assert.deepEqual(found, { lost: [], doubled: [], stuck: [], unlawful: [] })
    assert.deepEqual(faults, { kill_server: 1, kill_database: 1, policy_outage: 1, provider_outage: 0 })
    assert.equal(journeys.length, 5)
    assert.ok(journeys.some(({ ended }) => ended === 'completed'), journeys.map(({ ended }) => ended).join())
    assert.ok(ledger.repeated > 0, 'something had to be sent again')
    t.diagnostic(`${ledger.acknowledged.length} changes acknowledged, ${ledger.repeated} times sent again`)

    const planted = async (plant: string, values?: readonly unknown[]): Promise<Findings> => withPlanted(soaked, plant, values)
    const key = ledger.acknowledged.find(({ operation }) => operation === 'approveRouteSession')!
    const alone = ledger.acknowledged.find(({ request_id }) => request_id !== null)!
    for (const [what, expected, plant, values] of [
      ['the stored answer of an acknowledged change is gone', 'lost', 'delete from idempotency_keys where tenant_id = $1 and key = $2', [key.key]],
      ['its audit row is gone', 'lost', "delete from audit_events where tenant_id = $1 and convert_from(payload, 'UTF8')::jsonb ->> 'request_id' = $2", [alone.request_id]],
      ['a proof is gone', 'lost', 'delete from proofs where tenant_id = $1', []],
      ['the last move of a session is gone', 'lost', "delete from route_session_transitions where tenant_id = $1 and to_state = 'completed'", []],
      ['a change is on record twice', 'doubled', "insert into audit_events select tenant_id, seq + 1000000, at, user_id, action, entity, entity_id, null, payload, hash from audit_events where tenant_id = $1 and action = 'route_session.approved' and not convert_from(payload, 'UTF8')::jsonb -> 'facts' ? 'refused' limit 1", []],
      ['a step is confirmed twice', 'doubled', "insert into execution_step_transitions (tenant_id, step_id, seq, from_state, to_state, market_clock, user_id, role) select tenant_id, step_id, seq + 1, 'awaiting_proof', 'confirmed', market_clock, user_id, role from execution_step_transitions where tenant_id = $1 and to_state = 'confirmed' limit 1", []],
      ['the outcome of an end is gone', 'lost', 'delete from session_outcomes where tenant_id = $1', []],
      ['an end has not one outcome', 'doubled', 'delete from session_outcomes where tenant_id = $1', []],
      ['a session stands where nobody goes on', 'stuck', "update route_sessions set state = 'executing' where tenant_id = $1 and state = 'completed'", []],
      ['a file was never judged', 'stuck', "update artifacts set state = 'quarantined', scanned_at = null, scanner = null where tenant_id = $1", []],
      ['a move that no machine has', 'unlawful', "update route_session_transitions set from_state = 'recommended' where tenant_id = $1 and to_state = 'completed'", []],
      ['a step is done without its proof', 'unlawful', "update proofs set state = 'submitted', decided_by = null, decided_at = null where tenant_id = $1 and state = 'accepted'", []],
    ] as const) assert.ok((await planted(plant, values))[expected].length > 0, what)

    const { db, tenant_id } = soaked
    const unanswered = await findings(db, tenant_id, { ...ledger, unanswered: ['closeRouteSession soak-1'] }, [...journeys, { index: 5, session_id: null, ended: 'still executing' }])
    assert.deepEqual(countsOf(unanswered), { ...NOTHING, stuck: 2 })
    assert.deepEqual(countsOf(await findings(db, tenant_id, ledger, journeys)), NOTHING)
  })
})

// Guarantee: a seed writes the same scripts again, and another seed writes others.
test('a soak is repeated by its seed', () => {
  const scripts = (seed: number) => Array.from({ length: 40 }, (_, i) => scriptOf(chanceOf(seed, `session ${i}`)))
  assert.deepEqual(scripts(1), scripts(1))
  assert.notDeepEqual(scripts(1), scripts(2))
  assert.deepEqual([...new Set(scripts(1).map(({ end }) => end))].sort(), ['cancelled', 'completed', 'failed', 'rejected', 'rejected_late'])
})
