/** Outages of providers: read with what they hit, and laid over the market that routes stand on. */
import type { ProviderOutages } from '#contracts/api/provider-outages.ts'
import type { Actor } from '#contracts/roles.ts'
import { withOutages } from '#contracts/market-overlay.ts'
import { holdMarket, layOver, listOutages, providersOut, sessionsThrough, withTenantRead, type Tx } from '#database/index.ts'
import type { AppDeps } from './deps.ts'
import { outagesOf } from './rate-views.ts'

export const readOutages = (deps: AppDeps, actor: Actor): Promise<ProviderOutages> => withTenantRead(deps.db, actor, async (tx) => {
  const outages = await listOutages(tx)
  return outagesOf(outages, await sessionsThrough(tx, outages.filter((outage) => outage.ended_at === null).map((outage) => outage.provider_id)))
})

/** Lays every open outage over the market and answers its digest. After the outage was written, under holdMarket, so that no two cross. */
export async function layOutages(tx: Tx): Promise<string | null> {
  const [held, out] = [await holdMarket(tx), await providersOut(tx)]
  return held.base_digest === null ? null : layOver(tx, held.base_digest, withOutages(held.overlay, out))
}
