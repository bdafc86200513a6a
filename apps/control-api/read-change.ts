/** A change of bank details as the desk sees it, after somebody proposed or decided it. */
import type { Actor } from '#contracts/roles.ts'
import type { BankDetailChange } from '#contracts/api/suppliers.ts'
import { readBankDetailChange, withTenantRead } from '#database/index.ts'
import { bankDetailChangeOf } from './party-views.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

export async function readChangeToShow(deps: Pick<AppDeps, 'db'>, actor: Actor, id: string): Promise<BankDetailChange> {
  const change = await withTenantRead(deps.db, actor, (tx) => readBankDetailChange(tx, id))
  if (change === null) throw new ProblemError('not_found')
  return bankDetailChangeOf(change)
}
