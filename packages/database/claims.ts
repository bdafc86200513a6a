/** Who has a route session in hand. By the wall clock, and over by itself. */
import type { SessionState } from './types.ts'
import type { Tx } from './transactions.ts'

export type ClaimRow = { readonly user_id: string; readonly name: string; readonly claimed_at: string; readonly expires_at: string }
export const CLAIM_LASTS_S = 900
/** Two that start at once meet at most this often on one row. */
const TRIES_MAX = 25

/** The live claim of a session; null where nobody has it in hand. */
export async function readClaim(tx: Tx, session_id: string): Promise<ClaimRow | null> {
  const [row] = await tx.sql<ClaimRow>(`select c.user_id, b.display_name as name, c.claimed_at, c.expires_at from session_claims c
      join memberships b on b.tenant_id = c.tenant_id and b.user_id = c.user_id where c.tenant_id = $1 and c.session_id = $2 and c.expires_at > now()`, [tx.actor.tenant_id, session_id])
  return row ?? null
}

/** Takes a session in hand or renews one's own claim. False where a colleague has it and `from` does not name that colleague. */
export async function claimSession(tx: Tx, session_id: string, from: string | null = null): Promise<boolean> {
  const taken = await tx.sql(`insert into session_claims as c (tenant_id, session_id, user_id, claimed_at, expires_at) values ($1, $2, $3, now(), now() + make_interval(secs => $5))
      on conflict (tenant_id, session_id) do update set user_id = excluded.user_id, expires_at = excluded.expires_at,
        claimed_at = case when c.user_id = excluded.user_id and c.expires_at > now() then c.claimed_at else excluded.claimed_at end
      where c.expires_at <= now() or c.user_id = excluded.user_id or c.user_id = $4 returning c.user_id`,
  [tx.actor.tenant_id, session_id, tx.actor.user_id, from, CLAIM_LASTS_S])
  return taken.length === 1
}

/** Keeps one's own live claim alive for who works on the session; nothing where the session is not one's own. */
export async function renewClaim(tx: Tx, session_id: string): Promise<void> {
  await tx.sql('update session_claims set expires_at = now() + make_interval(secs => $4) where tenant_id = $1 and session_id = $2 and user_id = $3 and expires_at > now()',
    [tx.actor.tenant_id, session_id, tx.actor.user_id, CLAIM_LASTS_S])
}

/** Gives a session back. False where it was not one's own. */
export async function releaseSession(tx: Tx, session_id: string): Promise<boolean> {
  return (await tx.sql('delete from session_claims where tenant_id = $1 and session_id = $2 and user_id = $3 returning session_id', [tx.actor.tenant_id, session_id, tx.actor.user_id])).length === 1
}

/** Claims the session of these states that is due first and that no colleague has in hand; of many who ask at once each gets another. Null where there is none. */
export async function claimNextSession(tx: Tx, states: readonly SessionState[]): Promise<string | null> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const [next] = await tx.sql<{ id: string }>(`select s.id from route_sessions s where s.tenant_id = $1 and s.state = any ($2)
        and not exists (select from session_claims c where c.tenant_id = s.tenant_id and c.session_id = s.id and c.user_id <> $3 and c.expires_at > clock_timestamp())
      order by coalesce(s.due_at, 'infinity'), s.id limit 1 for update of s skip locked`, [tx.actor.tenant_id, states, tx.actor.user_id])
    if (next === undefined) return null
    // Somebody may have claimed it between that statement's snapshot and its lock.
    if (await claimSession(tx, next.id)) return next.id
  }
  return null
}
