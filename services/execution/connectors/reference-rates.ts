/** Reference rates as they are served: the operator's feed behind the registry and the guard, or a plain word why there are none. */
import { admitConnector, type ExecutionMode } from '#contracts/connectors.ts'
import type { ReferenceRates } from '#contracts/api/reference-rates.ts'
import type { Fetch, RatesConnector } from './connector.ts'
import type { Guard } from './guard.ts'

export type ReadRates = (tenant_id: string, mode: ExecutionMode) => Promise<ReferenceRates>
export type RatesDeps = { readonly guard: Guard; readonly now: () => Date; readonly fetch: Fetch }

/** `feed` is null where the operator configured none. What is answered is never a rate that was not believed. */
export const createReadRates = (feed: RatesConnector | null, { guard, now, fetch }: RatesDeps): ReadRates => async (tenant_id, mode) => {
  const none = (status: 'not_configured' | 'unavailable', cause: string | null): ReferenceRates => ({ status, cause, age_s: null, rates: [] })
  if (feed === null) return none('not_configured', null)
  const admitted = admitConnector(feed.id, 'rates', mode)
  if (!admitted.ok) return none('unavailable', admitted.error.code)
  const answer = await guard.read({ connector_id: feed.id, tenant_id }, (signal) => feed.rates({ tenant_id, mode, now: () => now().getTime(), signal, fetch }))
  return answer.ok ? { status: 'fresh', cause: null, age_s: answer.value.age_s, rates: [...answer.value.mids] } : none('unavailable', answer.error.cause)
}
