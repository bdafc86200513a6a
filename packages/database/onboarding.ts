/** What a company has of all that its first route needs. */
import type { OnboardingStepName } from '#contracts/api/onboarding.ts'
import type { Tx } from './transactions.ts'

/** Each step with whether the tenant's data shows it as done. A membership of a program or one that has ended is nobody at the desk. */
export async function readOnboarding(tx: Tx): Promise<Readonly<Record<OnboardingStepName, boolean>>> {
  const [row] = await tx.sql<Record<OnboardingStepName, boolean>>(`select
      exists (select from memberships m where m.tenant_id = $1 and m.role = 'desk_operator' and m.ended_at is null
        and not exists (select from api_keys k where k.tenant_id = m.tenant_id and k.user_id = m.user_id)) as desk_operator,
      exists (select from merchants m where m.tenant_id = $1) as merchant,
      exists (select from tenant_settings s where s.tenant_id = $1 and s.snapshot_digest is not null) as corridor_data,
      exists (select from suppliers s where s.tenant_id = $1) as supplier,
      exists (select from decisions d where d.tenant_id = $1 and d.recommended_id is not null) as first_route`, [tx.actor.tenant_id])
  return row!
}
