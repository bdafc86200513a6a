import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, oneOf } from '#contracts/api/common.ts'
import { EventsQuery } from '#contracts/api/events.ts'
import type { Actor } from '#contracts/roles.ts'
import { readSignedIn } from '#platform/auth/index.ts'
import { createEventStreams } from '#api/http/event-streams.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

// OpenAPI before 3.2 describes an event stream by the schema of one event.
const EventStream = Type.Object({
  id: Type.String({ description: 'the place after this event, for `after` or Last-Event-ID' }),
  event: oneOf(['hello', 'change', 'beat']),
  data: Type.String({ description: 'JSON: of a hello `reset`, of a change a LiveEvent, of a beat nothing' }),
}, { ...closed, description: '`hello`, then a `change` for each thing that changed and a `beat` every 15 seconds', 'x-media-type': 'text/event-stream' })

/** GET /api/events: told at once that something changed, and never what: whoever is told asks again, by its own right. */
export const streamEvents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  const streams = createEventStreams(deps.live, deps.metrics)
  app.addHook('preClose', async () => streams.close())
  app.get('/api/events', {
    config: { permission: 'event:read', audit: null },
    schema: { operationId: 'streamEvents', summary: 'Be told of changes', tags: ['route sessions'], querystring: EventsQuery, response: { 200: EventStream, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { wait_s = 0, after } = request.query
    const token = request.sessionToken!
    const last = request.headers['last-event-id']
    const stream = await streams.open({
      actor, stands: () => isStill(deps, token, actor), after: after ?? (typeof last === 'string' && last !== '' ? last : null), wait_ms: wait_s * 1000,
    })
    if (stream === null) throw new ProblemError('rate_limited', { retry_after_s: 30 })
    // No proxy may hold it back or change it on the way.
    return reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-store, no-transform').header('x-accel-buffering', 'no').send(stream as never)
  })
}

/** Whether the session still is this actor's, in this company and role. Looking does not keep an idle session alive, as a request would. */
async function isStill({ db }: Pick<AppDeps, 'db'>, token: string, actor: Actor): Promise<boolean> {
  const signedIn = await readSignedIn(db, token)
  const own = signedIn?.memberships.find(({ tenant_id }) => tenant_id === actor.tenant_id)
  return signedIn !== null && !signedIn.must_enrol && signedIn.tenant.id === actor.tenant_id && own?.role === actor.role && own.merchant_id === actor.merchant_id
}
