/** What a merchant's view of an execution reads beside the steps themselves. */
import type { Tx } from './transactions.ts'
import type { CurrentStepRow, MerchantFileRow } from './types.ts'

/** Files that the merchant sent for the session and that nobody has read into a proof yet, oldest first. */
export const readMerchantFiles = (tx: Tx, session_id: string): Promise<MerchantFileRow[]> =>
  tx.sql<MerchantFileRow>(`select a.id, a.kind, a.state, a.uploaded_at from artifacts a
    where a.tenant_id = $1 and a.session_id = $2 and a.class = 'merchant' and a.uploaded_by_role = 'merchant_client' and a.state <> 'removed'
      and not exists (select from proofs p where p.tenant_id = a.tenant_id and p.artifact_id = a.id) order by a.id`, [tx.actor.tenant_id, session_id])

/** The step at which each of these sessions stands; none for one whose steps are done. */
export async function readCurrentSteps(tx: Tx, session_ids: readonly string[]): Promise<Map<string, CurrentStepRow>> {
  if (session_ids.length === 0) return new Map()
  const rows = await tx.sql<CurrentStepRow>(`select distinct on (t.session_id) t.session_id, t.kind, t.done_by, t.state, t.rail_owner,
      exists (select from artifacts a where a.tenant_id = t.tenant_id and a.session_id = t.session_id and a.class = 'merchant' and a.uploaded_by_role = 'merchant_client' and a.kind = any (t.proof_kinds)
        and a.state in ('quarantined', 'clean') and not exists (select from proofs p where p.tenant_id = a.tenant_id and p.artifact_id = a.id)) as has_file
    from execution_steps t where t.tenant_id = $1 and t.session_id = any ($2::uuid[]) and t.state not in ('confirmed', 'skipped') order by t.session_id, t.position`, [tx.actor.tenant_id, session_ids])
  return new Map(rows.map((row) => [row.session_id, row]))
}
