/**
 * The process under load: the product's server and the bare baseline, on one pool, one port each. Started by http.ts with an IPC channel;
 * says when it is ready, takes the sample that the baseline writes, and reports its counters on request.
 */
import { serve, ROOT, VERSION } from '#api/main.ts'
import { loadConfig } from '#api/config.ts'
import { bareInsert, sampleOf } from './baselines/bare-insert.ts'

export type ToServer = { readonly sample: { tenant_id: string; session_id: string; key: string; answer: string } } | { readonly stop: true }

const running = await serve(loadConfig(process.env, ROOT, VERSION))
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
