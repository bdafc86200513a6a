import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { DeskSessionPage, MerchantSessionPage, RouteSessionQuery } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { countRouteSessions, countDeskSteps, countTroubled, listRouteSessions as readRouteSessions, readCurrentSteps, readSettings, withTenantRead } from '#database/index.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { inPhases } from '#api/http/phased-cursor.ts'
import { clockNow } from '#api/market.ts'
import { deskRow, DONE, historyRow, NEEDS_DESK, WAITS } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions: the desk's queue (what needs me first, then by due time) or a merchant's Route History (newest first). */
export const listRouteSessions = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions', {
    config: { permission: 'route_session:read', audit: null },
    schema: { operationId: 'listRouteSessions', summary: 'The queue, or my Route History', tags: ['route sessions'], querystring: RouteSessionQuery, response: { 200: Type.Union([DeskSessionPage, MerchantSessionPage]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { view = 'all', q, corridor_id, cursor, limit = 50 } = request.query
    const merchant_id = visibleMerchantId(actor)
    const filter = { merchant_id, q: q ?? null, corridor_id: corridor_id ?? null }
    return paged(() => withTenantRead(deps.db, actor, async (tx) => {
      if (actor.role === 'merchant_client') {
        const states = view === 'all' ? [...NEEDS_DESK, ...WAITS, ...DONE] : view === 'done' ? DONE : view === 'needs_me' ? (['recommended', 'no_route', 'awaiting_merchant'] as const) : [...NEEDS_DESK, ...WAITS]
        const [settings, page] = await Promise.all([readSettings(tx), readRouteSessions(tx, { ...filter, states, order: 'newest', limit, cursor: cursor ?? null })])
        const steps = await readCurrentSteps(tx, page.items.filter(({ state }) => state === 'executing' || state === 'paused').map(({ id }) => id))
        return { view: 'merchant' as const, items: page.items.map((row) => historyRow(mustSee(actor, row), steps.get(row.id), clockNow(settings, deps.now()))), next_cursor: page.next_cursor }
      }
      // What went wrong stands before everything else, and once.
      const wrong = { trouble: true }
      const [needs, waits, over] = [{ states: NEEDS_DESK, desk_steps: 'with', trouble: false }, { states: WAITS, desk_steps: 'without', trouble: false }, { states: DONE, trouble: false }] as const
      const phases = { needs_me: [wrong, needs], open: [wrong, needs, waits], done: [{ states: DONE }], all: [wrong, needs, waits, over] }[view]!
      const incidents = Promise.all([countTroubled(tx, NEEDS_DESK), countDeskSteps(tx)])
      const counts = countRouteSessions(tx, { needs_me: NEEDS_DESK, open: [...NEEDS_DESK, ...WAITS], done: DONE }, merchant_id)
      const page = await inPhases(phases.length, cursor, limit, (phase, room, at) =>
        readRouteSessions(tx, { ...filter, ...phases[phase]!, order: view === 'done' ? 'newest' : 'due', limit: room, cursor: at }))
      const [{ needs_me = 0, open = 0, done = 0 }, [wrong_ones, desk_steps], settings] = await Promise.all([counts, incidents, readSettings(tx)])
      const market_clock = clockNow(settings, deps.now())
      return { view: 'desk' as const, items: page.items.map((row) => deskRow(actor, mustSee(actor, row), market_clock)), next_cursor: page.next_cursor, counts: { needs_me: needs_me + wrong_ones + desk_steps, open, done } }
    }))
  })
}
