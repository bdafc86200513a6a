/** Who has a session in hand, as a claim's answer says it. */
import type { Static } from 'typebox'
import type { ClaimAnswer } from '#contracts/api/desk-work.ts'
import type { Actor } from '#contracts/roles.ts'
import { readClaim, withTenantRead } from '#database/index.ts'
import { claimOf } from './desk-work-views.ts'
import type { AppDeps } from './deps.ts'

export async function readClaimToShow(deps: Pick<AppDeps, 'db'>, actor: Actor, session_id: string): Promise<Static<typeof ClaimAnswer>> {
  return { session_id, claim: claimOf(actor, await withTenantRead(deps.db, actor, (tx) => readClaim(tx, session_id))) }
}
