import type { DeskRouteSession } from '../../api/types.ts'
import { DateTime, StatusTag } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { Card, linkLook } from '../ui/parts.tsx'
import { RepriceButton } from './RepriceButton.tsx'

type Reason = DeskRouteSession['standing'][number]

/** What stands between the session and its next step, each once, with the way to what clears it; a price is made to stand again right here. */
export function StandingList({ session }: { session: DeskRouteSession }) {
  if (session.standing.length === 0) return null
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-2 text-13 font-semibold">What stands in the way</h2>
      <ul className="divide-y divide-line">
        {session.standing.map((reason) => (
          <li key={reason.code} className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-2 text-13">
            <StatusTag tone={SOON.has(reason.code) ? 'attention' : 'danger'} size="small">{SOON.has(reason.code) ? 'Soon' : 'Stops it'}</StatusTag>
            <span className="min-w-0 grow">{reason.sentence}</span>
            <a href={wayTo(session, reason)} className={linkLook}>{WORDS[reason.clears_by]}</a>
            {reason.clears_by === 'reprice' && <PriceAgain session={session} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function PriceAgain({ session }: { session: DeskRouteSession }) {
  return (
    <div className="flex w-full flex-col gap-2 pb-1">
      <p className="text-12 text-muted">
        {session.valid_until !== null && <>It stands until <DateTime at={session.valid_until} absolute className="whitespace-normal!" />. </>}Pricing the same route again on today’s rates makes it stand; a price that moved too far is agreed again by the merchant. With a new quote, do it under Quotes.
      </p>
      <RepriceButton session={session} quote_ids={[]} />
    </div>
  )
}

const SOON: ReadonlySet<Reason['code']> = new Set(['price_expires_soon', 'quote_stale'])

const WORDS: Readonly<Record<Reason['clears_by'], string>> = {
  resolve_incident: 'Chase it', other_route: 'Choose another route', ask_provider: 'Provider outages', confirm_details: 'The bank details', offer_again: 'Offer it again', clear_hit: 'Look at the hit', screen: 'Screen',
  bring_papers: 'The papers', reprice: 'Quotes', observe_rates: 'Today’s rates',
}

function wayTo(session: DeskRouteSession, { clears_by }: Reason): string {
  const tab = (name: 'candidates' | 'checks' | 'documents' | 'quotes') => to.session(session.id, { tab: name })
  switch (clears_by) {
    case 'resolve_incident': case 'clear_hit': case 'screen': return tab('checks')
    case 'other_route': case 'offer_again': return tab('candidates')
    case 'confirm_details': return to.supplier(session.supplier.id)
    case 'bring_papers': return tab('documents')
    case 'reprice': return tab('quotes')
    case 'observe_rates': return to.rates()
    case 'ask_provider': return to.outages()
  }
}
