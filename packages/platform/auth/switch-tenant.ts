/** From one membership to another without a new sign-in. */
import type { Actor, Role } from '#contracts/roles.ts'
import { appendInBoth, newId, NOTHING_DONE, type Database } from '#database/index.ts'
import { hashOf, newToken } from './tokens.ts'

/**
 * Moves the session of `token` to another company of its account and answers the new token, for the `lasts_s` seconds that the session still
 * had; null where the account has no live membership there. The old token is worth nothing afterwards. The company that is left records
 * session.left, the one that is entered session.started; neither is told of the other.
 */
export async function switchTenant(db: Database, from: { readonly token: string; readonly actor: Actor }, tenant_id: string, request: { readonly request_id: string }): Promise<{ token: string; max_age_s: number; actor: Actor } | null> {
  const next_token = newToken()
  const next_id = newId()
  let moved: { lasts_s: number; actor: Actor } | undefined
  const did = await appendInBoth(db, from.actor, request, async (tx) => {
    const [row] = await tx.sql<{ lasts_s: number; role: Role; merchant_id: string | null; display_name: string }>(
      'select lasts_s, role, merchant_id, display_name from fc.switch_tenant($1, $2, $3, $4)', [hashOf(from.token), tenant_id, hashOf(next_token), next_id])
    if (row === undefined) return NOTHING_DONE
    const { lasts_s, ...membership } = row
    moved = { lasts_s, actor: { session_id: next_id, user_id: from.actor.user_id, tenant_id, ...membership } }
    const left = { action: 'session.left', entity: 'session', entity_id: from.actor.session_id, transition_seq: 2, facts: {} }
    const entered = { action: 'session.started', entity: 'session', entity_id: next_id, transition_seq: 1, facts: { switched: true } }
    return [{ actor: from.actor, entry: left }, { actor: moved.actor, entry: entered }]
  })
  return did ? { token: next_token, max_age_s: moved!.lasts_s, actor: moved!.actor } : null
}
