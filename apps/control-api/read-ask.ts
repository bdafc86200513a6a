/** An ask as the answer to a change of it. */
import type { Static } from 'typebox'
import type { AskAnswer } from '#contracts/api/desk-work.ts'
import type { Actor } from '#contracts/roles.ts'
import { readAsk, readSettings, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { askOf } from './desk-work-views.ts'
import { clockNow } from './market.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

/** `version` is the session's after the change. */
export async function readAskToShow(deps: Pick<AppDeps, 'db' | 'now'>, actor: Actor, { id, version }: { readonly id: string; readonly version: number }): Promise<Static<typeof AskAnswer>> {
  const [ask, settings] = await withTenantRead(deps.db, actor, (tx) => Promise.all([readAsk(tx, id, { merchant_id: visibleMerchantId(actor) }), readSettings(tx)]))
  if (ask === null) throw new ProblemError('not_found')
  return { session_id: ask.session_id, version, ask: askOf(ask, clockNow(settings, deps.now())) }
}
