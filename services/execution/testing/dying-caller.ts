/**
 * A server process that dies in the middle of a call, for the kill test: it marks the call as sent and asks an address that never answers, until it is killed. Its
 * one argument is JSON: {database, tenant_key, actor, call_id, session_id, address}.
 */
import { openDatabase, type TenantContext } from '#database/index.ts'
import { carryOnce } from '../connectors/carry.ts'
import type { CarryConnector } from '../connectors/connector.ts'
import { GUARD_SETTINGS, makeGuard, systemClock } from '../connectors/guard.ts'

type Given = { readonly database: string; readonly tenant_key: string; readonly actor: TenantContext; readonly call_id: string; readonly session_id: string; readonly address: string }
const given = JSON.parse(process.argv[2]!) as Given
const connector: CarryConnector = {
  id: 'simulated',
  async carry(_instruction, { fetch, signal }) {
    await fetch(given.address, { method: 'POST', signal })
    return { status: 'accepted', reference: 'never reached' }
  },
}
const db = openDatabase({ url: given.database, tenantKey: given.tenant_key, max: 2 })
const carried = await carryOnce(
  { db, guard: makeGuard({ ...GUARD_SETTINGS, timeout_ms: 600_000 }, systemClock, () => 0), now: () => 0, fetch },
  { actor: given.actor, call_id: given.call_id, mode: 'simulation', connector, instruction: { session_id: given.session_id, position: 0, reference: 'R', provider_id: 'p', amount: { amount: '1.00', currency: 'USD' } } })
process.stdout.write(JSON.stringify(carried))
