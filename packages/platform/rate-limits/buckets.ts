/** Which buckets a request is taken from: the caller's and its workspace's, or the network's where nobody is asked who they are. */
import type { Actor } from '#contracts/roles.ts'
import { sourcePrefix } from '#platform/auth/index.ts'
import type { Bucket } from './index.ts'
import type { RateClass, RateLimits } from './limits.ts'

/**
 * `ip` is the address of the last proxy that is not ours, as the server knows it; what a caller writes into X-Forwarded-For is not in it.
 * Whoever may not do what it asks for (`may` false) spends its own tokens alone: else a merchant could use up what the workspace has for its admin.
 */
export function bucketsOf(limits: RateLimits, rateClass: RateClass | 'public' | 'none', actor: Pick<Actor, 'tenant_id' | 'user_id'> | null, ip: string, may = true): Bucket[] {
  if (rateClass === 'none') return []
  if (rateClass === 'public' || actor === null) return [{ name: `public ${sourcePrefix(ip)}`, limit: limits.public.source }]
  const { tenant_id, user_id } = actor
  const own: Bucket = { name: `${rateClass} actor ${tenant_id} ${user_id}`, limit: limits[rateClass].actor }
  return may ? [own, { name: `${rateClass} tenant ${tenant_id}`, limit: limits[rateClass].tenant }] : [own]
}
