/** Moves a session along its states in the store, behind the API's back: for tests of what comes after an operation that is not theirs. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { newId, readRouteSession, transitionSession, withTenantWrite, type SessionState } from '#database/index.ts'
import { readyFor } from '#tools/testing/tenant.ts'
import { MARKET_CLOCK, type Company, type World } from './world.ts'

/** Throws what the database refuses. The version that the session has then. */
export async function bring(world: World, of: Company, session_id: string, states: readonly SessionState[]): Promise<number> {
  const actor = { tenant_id: of.id, user_id: of.users.desk_operator, role: 'desk_operator', merchant_id: null } as const
  let version = 0
  const done = await withTenantWrite(world.deps.db, { actor, operation: 'test', idempotency_key: newId(), fingerprint: sha256Hex('test'), request_id: randomUUID() }, async (tx) => {
    const session = await readRouteSession(tx, session_id)
    assert.ok(session)
    let from = session.state
    version = session.version
    for (const to of states) {
      await readyFor(tx, { id: session_id, mode_ceiling: session.mode_ceiling }, to)
      const moved = await transitionSession(tx, { session_id, from, to, version, market_clock: MARKET_CLOCK })
      assert.ok(moved.ok, `${from} to ${to}`)
      ;[from, version] = [to, moved.value.version]
    }
    return { audit: { action: 'test', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: {} }, response: { status: 200, body: {} } }
  })
  assert.ok(done.ok)
  return version
}
