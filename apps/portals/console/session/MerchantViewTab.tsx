import type { ReactNode } from 'react'
import type { DeskRouteSession, MerchantRouteSession } from '../../api/types.ts'
import { formatNumber } from '../../shared/money.ts'
import { formatDayRange, formatInstant, zoneCity } from '../../shared/time.ts'
import { Icon, Money, Notice, StatusTag, type Tone } from '../../shared/ui/index.ts'
import { destinationZone } from '../zones.ts'

const tones: Readonly<Record<MerchantRouteSession['state'], Tone>> = {
  'Finding a route': 'info', 'Your turn': 'attention', 'With the desk': 'waiting', 'On its way': 'progress', 'Done': 'success', 'Stopped': 'danger',
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => <section><h2 className="mb-1 font-semibold">{title}</h2>{children}</section>

/** Exactly what the merchant sees: the same object that its own page draws, and nothing beside it. */
export function MerchantViewTab({ session }: { session: DeskRouteSession }) {
  const view = session.merchant_view as MerchantRouteSession
  const zone = destinationZone(session.corridor.id)
  const when = (at: string) => `${formatInstant(at, zone)} ${zoneCity(zone)}`
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Supplier gets', <Money key="g" value={view.supplier_gets} />],
    ['You pay', <Money key="p" value={view.you_pay} />],
    ...(view.all_in_cost ? [['All-in cost', <span key="c"><Money value={view.all_in_cost.money} /> <span className="font-normal text-muted">{view.all_in_cost.pct_against_mid} % of what you pay</span></span>] as const] : []),
    ...(view.rate ? [['Your rate', <span key="r" className="tabular-nums">{view.rate.base} 1 = {view.rate.quote} {formatNumber(view.rate.value)} <span className="font-normal text-muted">mid {formatNumber(view.rate.mid)}</span></span>] as const] : []),
    ...(view.arrives ? [['Arrives', formatDayRange(`${view.arrives.earliest}T12:00:00Z`, `${view.arrives.latest}T12:00:00Z`, 'UTC')] as const] : []),
    ['Price', `${view.quote_kind === 'firm' ? 'Firm' : 'Indicative'}${view.valid_until === null ? '' : `, valid until ${when(view.valid_until)}`}`],
    ['Needed by', when(view.needed_by)],
  ]
  return (
    <div className="flex flex-col gap-3 p-3">
      <p className="flex items-start gap-2 text-12 text-muted"><Icon name="eye" size={16} />This is the merchant’s own view, word for word. It holds no other candidate, provider id, score, policy code, note or name of the desk.</p>
      <div className="mx-auto flex w-full max-w-xl flex-col gap-4 rounded-xl border border-line bg-page p-4 text-15">
        <div className="flex flex-wrap items-center gap-2"><StatusTag tone={tones[view.state]}>{view.state}</StatusTag><span className="ml-auto font-mono text-12 text-muted">{view.reference}</span></div>
        <div>
          <p className="text-muted"><span lang={view.supplier.legal_name_zh ? 'zh' : undefined}>{view.supplier.legal_name_zh ?? view.supplier.legal_name}</span> · {view.description}</p>
          <p className="text-18 font-semibold">{view.headline}</p>
          {view.next.who !== 'nobody' && <p>{view.next.who === 'merchant' ? 'Next, the merchant: ' : view.next.who === 'others' ? `Next, ${view.next.whom}: ` : 'Next, the desk: '}{view.next.what}{view.next.by && `, by ${when(view.next.by)}`}</p>}
        </div>
        <dl className="divide-y divide-line rounded-lg border border-line bg-surface px-3">
          {facts.map(([term, value]) => <div key={term} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2"><dt className="text-muted">{term}</dt><dd className="text-right font-semibold">{value}</dd></div>)}
        </dl>
        {view.warnings.map((warning) => <Notice key={warning.title} tone={warning.tone} title={warning.title}>{warning.text}</Notice>)}
        {view.why.length > 0 && <Part title="Why this one">{view.why.map((sentence) => <p key={sentence}>{sentence}</p>)}</Part>}
        {view.steps.length > 0 && (
          <Part title="How it goes">
            <ol className="flex flex-col gap-1.5">{view.steps.map((step) => <li key={step.number} className="flex gap-2"><span className="text-muted tabular-nums">{step.number}</span><span>{step.title} <span className="text-13 text-muted">{step.who}, {step.how_long}</span></span></li>)}</ol>
          </Part>
        )}
        {view.one_thing && <Notice tone="attention" title="One thing from the merchant">{view.one_thing.title}. {view.one_thing.text}</Notice>}
        {view.progress.length > 0 && <Part title="So far, and next"><ol className="flex flex-col gap-1.5">{view.progress.map((each, index) => <li key={`${index} ${each.title}`}>{each.title} <span className="text-13 text-muted">{[each.who, each.text].filter(Boolean).join(', ')}</span></li>)}</ol></Part>}
        {view.documents_needed.length > 0 && (
          <Part title="Papers still needed">
            <ul className="flex flex-col gap-1.5">{view.documents_needed.map((paper) => <li key={paper.code}><b className="font-semibold">{paper.name}</b> <span className="text-13 text-muted">{paper.what} {paper.who}, {paper.how_long}, {paper.when === 'before_payment' ? 'before payment' : 'after payment'}</span></li>)}</ul>
          </Part>
        )}
        {view.would_make_possible.length > 0 && <Part title="What would make it possible"><ul className="list-disc pl-5">{view.would_make_possible.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul></Part>}
        {view.message_to_supplier && <Part title="Message to the supplier"><p lang="zh">{view.message_to_supplier.zh}</p><p className="text-13 text-muted">{view.message_to_supplier.meaning}</p></Part>}
        <p className="border-t border-line pt-3 text-13 text-muted">{view.can_accept ? 'The merchant has one button: accept.' : (view.cannot_accept_because ?? 'The merchant has nothing to press.')}{view.can_cancel && ' It may cancel.'}</p>
      </div>
    </div>
  )
}
