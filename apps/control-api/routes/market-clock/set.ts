import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MarketClock, MarketClockBody } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { readSettings, refused, setMarketClock as saveClock, withTenantRead, withTenantWrite } from '#database/index.ts'
import { CALENDAR_RANGE } from '#orchestrator/calendar.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { marketOf } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** PUT /api/market-clock: moves the clock of a demo market. Login, audit and cookies never read it. 409 live_market_clock elsewhere. */
export const setMarketClock = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.put('/api/market-clock', {
    config: { permission: 'market_clock:write', audit: 'market_clock.set', stepUp: true },
    schema: { operationId: 'setMarketClock', summary: 'Move the demo market clock', tags: ['market clock'], body: MarketClockBody, response: { 200: MarketClock, ...problems } },
  }, async (request) => {
    const { clock } = request.body
    // The last two years of the calendar are kept for what a route still needs after it begins.
    const inCalendar = Date.parse(clock) >= Date.parse(CALENDAR_RANGE.first) && Date.parse(clock) < Date.parse(CALENDAR_RANGE.last) - 731 * 86_400_000
    if (!inCalendar) return deny(deps, request, { code: 'invalid_field', field: '/clock' })
    const written = await withTenantWrite<{ clock: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const settings = await readSettings(tx)
      const entity = { action: 'market_clock.set', entity: 'tenant', entity_id: settings.tenant_id }
      if (settings.market_clock === null) return refused<Refused>({ code: 'live_market_clock' }, { ...entity, facts: { code: 'live_market_clock' } })
      const moved = await saveClock(tx, { clock, version: settings.version })
      if (!moved.ok) return refused<Refused>({ code: moved.error.code }, { ...entity, facts: { code: moved.error.code } })
      return { audit: { ...entity, transition_seq: moved.value.version, facts: { from: settings.market_clock, to: clock } }, response: { status: 200, body: { clock } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const { time_zone } = await withTenantRead(deps.db, actorOf(request), (tx) => readSettings(tx))
    // The clock of the stored answer: a repeated request is told what it did, not what somebody did since.
    return marketOf({ market_clock: written.value.body.clock, time_zone }, deps.now())
  })
}
