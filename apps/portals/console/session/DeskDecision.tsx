import { useState, type ReactNode } from 'react'
import type { DeskRouteSession, MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { useCan } from '../../shared/session/session.ts'
import { formatRelative } from '../../shared/time.ts'
import { Button, DateTime, Money, StatusTag } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { Card, linkLook, Sentence, StateTag, SupplierName } from '../ui/parts.tsx'
import { methodWords, plain, stateWords } from '../words.ts'
import { OnBehalfDialog } from './OnBehalfDialog.tsx'

const Row = ({ term, children }: { term: string; children: ReactNode }) => (
  <div className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-2"><dt className="text-muted">{term}</dt><dd className="min-w-0 break-words">{children}</dd></div>
)

function DueTag({ session }: { session: DeskRouteSession }) {
  const clock = useClock()
  if (session.next.who === 'nobody') return <StateTag state={session.state} />
  if (session.next.who === 'merchant' && session.action === null) return <StatusTag tone="waiting" size="small" icon="pause">Clock paused</StatusTag>
  if (session.next.by === null || session.next.who === 'merchant') return <StatusTag tone="attention" size="small">Needs you</StatusTag>
  const overdue = Date.parse(session.next.by) < clock.now()
  return <StatusTag tone={overdue ? 'danger' : 'attention'} size="small" icon="clock">Due {formatRelative(session.next.by, clock.now())}</StatusTag>
}

/** Always in sight beside a session: where it stands, and what the desk may do with it now. */
export function DeskDecision({ session }: { session: DeskRouteSession }) {
  const can = useCan()
  const [asking, setAsking] = useState<'accept' | 'cancel' | null>(null)
  const view = session.merchant_view as MerchantRouteSession
  const { recommended } = session
  const papers = recommended?.documents.filter((document) => document.stage === 'before_payment') ?? []
  const missing = papers.filter((document) => document.status === 'missing').length
  const steps = recommended?.hops.flatMap((hop) => hop.human_steps) ?? []
  const acceptDenied = can('route_session:accept') ?? (view.can_accept ? null : session.payee_details === 'held' && session.state === 'recommended' ? 'A change of the supplier’s bank details waits for a second person.' : session.state === 'accepted' ? 'It is accepted already.' : (view.cannot_accept_because ?? 'There is no route to accept now.'))
  const cancelDenied = can('route_session:cancel') ?? (view.can_cancel ? null : 'It can no longer be cancelled.')
  return (
    <Card className="shrink-0">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-2"><h2 className="font-semibold">Desk Decision</h2><DueTag session={session} /></div>
      <dl className="flex flex-col gap-1.5 px-3 py-2.5">
        <Row term="Mode ceiling"><b className="font-semibold">{plain(session.mode_ceiling)}</b> <span className="text-12 text-muted">set when executed</span></Row>
        <Row term="Queue"><StateTag state={session.state} /></Row>
        <Row term="Next">{session.action !== null ? <><Sentence>{session.action}</Sentence>{session.next.who === 'desk' && session.next.by && <> <DateTime at={session.next.by} absolute className="whitespace-normal! text-muted" /></>}</> : session.next.who === 'nobody' ? 'Nobody has to act.' : <>{session.next.who === 'desk' ? 'The desk' : 'The merchant'}: {session.next.what}{session.next.by && <>, <DateTime at={session.next.by} absolute className="whitespace-normal! text-muted" /></>}</>}</Row>
        <Row term="Approval"><span className="text-muted">None recorded; four eyes not yet asked</span></Row>
        <Row term="Execution"><span className="text-muted">{recommended ? `Not started, ${steps.length} human ${steps.length === 1 ? 'step' : 'steps'}` : 'Not possible'}</span></Row>
        <Row term="Evidence">
          {recommended
            ? <span className="flex flex-wrap items-center gap-x-2">{missing === 0 ? <StatusTag tone="success" size="small">No paper missing</StatusTag> : <StatusTag tone="attention" size="small">{missing === 1 ? '1 paper missing' : `${missing} papers missing`}</StatusTag>}<a href={to.session(session.id, { tab: 'documents' })} className={linkLook}>{papers.length - missing} on file</a></span>
            : `${session.intent.documents_available.length} on file`}
        </Row>
        <Row term="Merchant sees"><b className="font-semibold">{view.state}</b> <a href={to.session(session.id, { tab: 'merchant' })} className={linkLook}>Preview</a></Row>
        {session.valid_until && <Row term="Price until"><DateTime at={session.valid_until} absolute className="whitespace-normal!" /></Row>}
        <Row term="Desk fee">{session.desk_fee.amount ? <Money value={session.desk_fee.amount} /> : '0'}{session.desk_fee.rule && <> <a href={to.deskFees()} className={linkLook}>Rule</a></>}</Row>
        {session.degraded.length > 0 && <Row term="Degraded"><StatusTag tone="danger" size="small">{session.degraded.map(plain).join(', ')}</StatusTag></Row>}
      </dl>
      <dl className="flex flex-col gap-1.5 border-t border-line px-3 py-2.5">
        <Row term="Merchant">{session.merchant.name}, {session.merchant.city}</Row>
        <Row term="Supplier"><SupplierName name={session.supplier.legal_name} zh={session.supplier.legal_name_zh} /><span className="block text-12 text-muted">{session.supplier.city}, {session.supplier.country} · {methodWords(session.supplier.method)} · <span className="font-mono whitespace-nowrap">{session.supplier.account_masked}</span></span></Row>
        <Row term="Invoice"><span className="font-mono text-12">{session.invoice_number}</span> <span className="text-muted">in {session.intent.invoice_currency}</span></Row>
        <Row term="Requested">{session.requested_by.name}, <DateTime at={session.requested_at} className="text-muted" />{session.requested_by.on_behalf_reason && <span className="block text-12 text-muted">For the merchant: {session.requested_by.on_behalf_reason}</span>}</Row>
      </dl>
      <div className="flex flex-col gap-2 border-t border-line p-3">
        <Button kind="filled" wide className="min-h-11 lg:min-h-8" disabledReason={acceptDenied} onClick={() => setAsking('accept')}>Accept for the merchant</Button>
        {acceptDenied && <p className="text-12 text-muted">{acceptDenied}</p>}
        <Button wide className="min-h-11 lg:min-h-8" disabledReason={cancelDenied} onClick={() => setAsking('cancel')}>Cancel the session</Button>
        <p className="text-12 text-muted">{stateWords(session.state).label === 'No route' ? 'No role passes a policy deny. ' : ''}Both ask for a reason, and the audit keeps it.</p>
      </div>
      {asking && <OnBehalfDialog session={session} what={asking} onClose={() => setAsking(null)} />}
    </Card>
  )
}
