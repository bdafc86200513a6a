import { useState } from 'react'
import type { DeskRouteSession, Quote, SessionPrices } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, Checkbox, DateTime, EmptyState, ErrorNotice, Money, Skeleton, StatusTag, type Tone } from '../../shared/ui/index.ts'
import { useSessionPrices } from '../queries.ts'
import { SOURCE_WORDS } from '../rates/words.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { CaptureQuoteDialog } from './CaptureQuoteDialog.tsx'
import { RepriceButton } from './RepriceButton.tsx'
import { RepricingTable } from './RepricingTable.tsx'

const STANDING: Readonly<Record<Quote['standing'], { readonly tone: Tone; readonly label: string }>> = {
  usable: { tone: 'success', label: 'Usable' }, expired: { tone: 'attention', label: 'Expired' }, used: { tone: 'info', label: 'Used' }, superseded: { tone: 'waiting', label: 'Replaced' },
}
const KINDS: Readonly<Record<Quote['kind'], string>> = { firm: 'Firm', indicative: 'Indicative', operator_observed: 'Observed' }

/** The quotes of a session, which of them a re-pricing takes, and how the price has moved. */
export function QuotesTab({ session }: { session: DeskRouteSession }) {
  const query = useSessionPrices(session.id, session.version)
  if (query.isPending) return <div className="p-4"><Skeleton lines={5} label="Loading quotes" /></div>
  if (query.error) return <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>
  return <Prices session={session} prices={query.data} />
}

function Prices({ session, prices }: { session: DeskRouteSession; prices: SessionPrices }) {
  const mayNot = useCan()('quote:write') && 'A Desk Operator captures quotes.'
  const [capturing, setCapturing] = useState(false)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  // The newest usable quote of each leg, unless it was taken out.
  const newest = prices.quotes.filter((quote, at) => quote.standing === 'usable' && prices.quotes.findIndex((other) => other.leg === quote.leg && other.standing === 'usable') === at)
  const used = newest.filter((quote) => !left.has(quote.id))
  const toggle = (id: string) => setLeft((before) => { const next = new Set(before); if (!next.delete(id)) next.add(id); return next })
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-2 border-b border-line p-3">
        <p>{prices.price.valid_until === null ? 'There is no price.' : <>The price stands until <DateTime at={prices.price.valid_until} absolute />.</>} A re-pricing asks policy again, on today’s rates{used.length > 0 ? ` and ${used.length === 1 ? 'one quote' : `${used.length} quotes`} of this session` : ''}.</p>
        <RepriceButton session={session} quote_ids={used.map((quote) => quote.id)} state={prices.state} />
      </div>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"><h2 className="flex-1 font-semibold">Quotes</h2><Button icon="plus" disabledReason={mayNot ?? (prices.legs.length === 0 ? 'No leg of the route changes currency.' : null)} onClick={() => setCapturing(true)}>Capture a quote</Button></div>
      {prices.quotes.length === 0 ? <EmptyState icon="document" title="No quote of its own">The price rests on today’s rates. A firm quote holds for this payment alone and is used once.</EmptyState> : (
        <DataTable
          label="Quotes" rows={prices.quotes} keyOf={(quote) => quote.id}
          columns={[
            { head: 'Use', phone: 'first', cell: (quote) => (newest.includes(quote) ? <Checkbox checked={!left.has(quote.id)} onChange={() => toggle(quote.id)} label={<span className="sr-only">Use {quote.provider_id}</span>} /> : null) },
            { head: 'Provider', phone: 'first', wide: true, cell: (quote) => quote.provider_id },
            { head: 'Kind', cell: (quote) => KINDS[quote.kind] },
            { head: 'Price', end: true, className: 'whitespace-nowrap', cell: (quote) => <>{quote.price} {quote.quoted_as.unit} per {quote.quoted_as.per}</> },
            { head: 'For', end: true, className: 'whitespace-nowrap', cell: (quote) => (quote.sell_amount ? <Money value={quote.sell_amount} /> : quote.buy_amount ? <Money value={quote.buy_amount} /> : 'any amount') },
            { head: 'Expires', className: 'whitespace-nowrap', cell: (quote) => <DateTime at={quote.expires_at} absolute /> },
            { head: 'Source', cell: (quote) => <>{SOURCE_WORDS[quote.source]}, {quote.captured_by}{quote.evidence_sha256 !== null && <span className="block font-mono text-11 text-muted" title={quote.evidence_sha256}>file {quote.evidence_sha256.slice(0, 12)}…</span>}</> },
            { head: 'State', phone: 'first', cell: (quote) => <StatusTag tone={STANDING[quote.standing].tone} size="small">{STANDING[quote.standing].label}</StatusTag> },
          ]}
        />
      )}
      {prices.repricings.length > 0 && (
        <section aria-label="Re-pricings" className="flex flex-col gap-3 border-t border-line p-3">
          <h2 className="font-semibold">Priced again</h2>
          {prices.repricings.map((each, at) => <div key={each.id} className="flex flex-col gap-1"><p className="text-12 text-muted"><DateTime at={each.market_clock} absolute /> by {each.repriced_by}</p><RepricingTable repricing={each} number={prices.repricings.length - at} /></div>)}
        </section>
      )}
      {capturing && <CaptureQuoteDialog session={session} prices={prices} onClose={() => setCapturing(false)} />}
    </div>
  )
}
