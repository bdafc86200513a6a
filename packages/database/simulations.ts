/** Simulations of sessions that are executed in that mode: seed, start, and how far each was played. */
import type { Tx } from './transactions.ts'
import type { SimulationRow } from './types.ts'

/** Stores from what a session's run is played. Refused by the database for a session of another mode. */
export async function saveSimulation(tx: Tx, session_id: string, { seed, starts_at }: Pick<SimulationRow, 'seed' | 'starts_at'>): Promise<void> {
  await tx.sql('insert into simulations (tenant_id, session_id, seed, starts_at) values ($1, $2, $3, $4)', [tx.actor.tenant_id, session_id, seed, starts_at])
}

/** Null where the session has none. */
export async function readSimulation(tx: Tx, session_id: string): Promise<SimulationRow | null> {
  const [row] = await tx.sql<SimulationRow>('select seed, starts_at, played_to from simulations where tenant_id = $1 and session_id = $2', [tx.actor.tenant_id, session_id])
  return row ?? null
}

/** Says how many events have happened now. False where it was played on by somebody else meanwhile. */
export async function playSimulation(tx: Tx, session_id: string, from: number, to: number): Promise<boolean> {
  const rows = await tx.sql('update simulations set played_to = $4 where tenant_id = $1 and session_id = $2 and played_to = $3 returning session_id', [tx.actor.tenant_id, session_id, from, to])
  return rows.length === 1
}
