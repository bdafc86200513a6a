/**
 * The process under load: the product's server and the bare baseline, on one pool, one port each. Started by http.ts with an IPC channel;
 * says when it is ready, takes the sample that the baseline writes, and reports its counters on request.
 */
import { serve, ROOT, VERSION } from '#api/main.ts'
import type { RateLimits } from '#platform/rate-limits/index.ts'
import { loadConfig } from '#api/config.ts'
import { bareInsert, sampleOf } from './baselines/bare-insert.ts'

export type ToServer = { readonly sample: { tenant_id: string; session_id: string; key: string; answer: string } } | { readonly stop: true }

// Buckets that never run empty, asked as often as the product asks its own: the limiter's cost is measured, and its refusals are not.
const DEEP = { per_s: 1e6, burst: 1e6 }
const DEEP_LIMITS: RateLimits = { read: { actor: DEEP, tenant: DEEP }, write: { actor: DEEP, tenant: DEEP }, route: { actor: DEEP, tenant: DEEP }, export: { actor: DEEP, tenant: DEEP }, own_data: { actor: DEEP, tenant: DEEP }, public: { source: DEEP } }

const running = await serve(loadConfig(process.env, ROOT, VERSION), [], DEEP_LIMITS)
process.send!({ url: running.url })
process.on('message', async (message: ToServer) => {
  if ('stop' in message) {
    await running.stop()
    process.exit(0)
  }
  const { tenant_id, session_id, key, answer } = message.sample
  const app = bareInsert(running.db, await sampleOf(running.db, tenant_id, session_id, key, answer))
  process.send!({ bare: await app.listen({ host: '127.0.0.1', port: 0 }) })
})
