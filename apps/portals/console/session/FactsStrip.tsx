import type { DeskRouteSession } from '../../api/types.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { Money } from '../../shared/ui/index.ts'
import { compareDecimals, roundTo } from '../decimal.ts'
import { routeTarget } from '../provenance/target.ts'
import { Sourced } from '../provenance/Sourced.tsx'
import { Card, Fact } from '../ui/parts.tsx'
import { methodWords, titled } from '../words.ts'
import { destinationZone } from '../zones.ts'
import { standingOf } from './decision/choices.ts'
import { dayRange } from './range.ts'

/** The facts of a session in one line; it keeps its place across tabs and states. */
export function FactsStrip({ session }: { session: DeskRouteSession }) {
  const zone = destinationZone(session.corridor.id)
  const { intent } = session
  // What stands: the recommended route, or what was offered after it.
  const recommended = standingOf(session)
  const asked = { amount: intent.amount.value, currency: intent.amount.currency }
  const needed = `${formatInstant(intent.needed_by, zone).split(' ').slice(1).join(' ')} ${zoneCity(zone)}`
  const cheapest = recommended !== null && session.decision?.cheapest_id === recommended.id
  const fee = session.desk_fee.amount
  const gets = recommended ? <Money value={recommended.received} /> : intent.amount.side === 'supplier_receives' ? <Money value={asked} /> : '—'
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 px-3 py-2 sm:grid-cols-3 lg:flex lg:flex-wrap lg:justify-between lg:[&>div]:border-l lg:[&>div]:border-line lg:[&>div]:pl-3 lg:[&>div:first-child]:border-l-0 lg:[&>div:first-child]:pl-0">
        <Fact term="Supplier gets">{gets}</Fact>
        <Fact term="Merchant sends">{session.all_in && recommended ? <Sourced target={routeTarget(recommended, 'sent')} className="font-semibold"><Money value={session.all_in.merchant_pays} /></Sourced> : intent.amount.side === 'merchant_sends' ? <Money value={asked} /> : '—'}</Fact>
        {recommended && session.all_in
          ? (
            <>
              <Fact term="All-in against mid" note={fee === null || compareDecimals(fee.amount, '0') === 0 ? 'desk fee 0' : <>desk fee <Money value={fee} /></>}><Sourced target={routeTarget(recommended, 'cost')} className="font-semibold">{session.all_in.pct} %</Sourced></Fact>
              <Fact term="Arrives" note="p50–p90"><Sourced target={routeTarget(recommended, 'arrival')} className="font-semibold">{dayRange(recommended.arrival_p50, recommended.arrival_p90, zone)}</Sourced></Fact>
            </>
          )
          : <><Fact term="Payee">{titled(intent.supplier_settlement.payee_type)}, {methodWords(intent.supplier_settlement.method).toLowerCase()}</Fact><Fact term="Preference">{titled(intent.preference)}</Fact></>}
        <Fact term="Needed by" note={intent.hard_deadline ? 'hard' : undefined}>{needed}</Fact>
        {recommended
          ? <><Fact term="Score" note={cheapest ? 'cheapest' : undefined}><Sourced target={routeTarget(recommended, 'score')} className="font-semibold">{roundTo(recommended.score, 0)}</Sourced></Fact><Fact term="Quote">{titled(session.quote_kind)}</Fact></>
          : <><Fact term="Lawful">{session.decision ? `${session.decision.counts.lawful} of ${session.decision.counts.candidates}` : '—'}</Fact><Fact term="Merchant">{titled(intent.merchant.type)}</Fact></>}
      </dl>
    </Card>
  )
}
