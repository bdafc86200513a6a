/** For how long a body may come in: Node has one limit for the whole server, and an upload over a phone takes longer than a form may. */
import type { FastifyInstance } from 'fastify'
import { answerBrokenRequest } from './broken-request.ts'

/** The server's own limit, which only uploads come near. */
export const UPLOAD_TIME_MAX_MS = 300_000
const BODY_TIME_MAX_MS = 30_000

/** Answers 408 and closes where a request that is no upload has not arrived as a whole in its time. */
export function boundBodyTime(app: FastifyInstance, body_time_ms = BODY_TIME_MAX_MS): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.raw.complete || request.routeOptions.config.upload !== undefined) return
    const timer = setTimeout(() => {
      if (request.raw.complete) return
      answerBrokenRequest.call(app, Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }) as never, request.raw.socket)
    }, body_time_ms)
    timer.unref()
    const clear = (): void => clearTimeout(timer)
    for (const event of ['end', 'close']) request.raw.once(event, clear)
    // Answered without its body: what is left of it counts against the server's own limit.
    reply.raw.once('finish', clear)
  })
}
