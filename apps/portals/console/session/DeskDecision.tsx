import { useState, type ReactNode } from 'react'
import type { DeskRouteSession, Execution, MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { formatRelative } from '../../shared/time.ts'
import { Button, DateTime, Money, StatusTag } from '../../shared/ui/index.ts'
import { to, type SessionSearch } from '../paths.ts'
import { Card, linkLook, Sentence, StateTag, SupplierName } from '../ui/parts.tsx'
import { methodWords, plain, stateWords } from '../words.ts'
import { ownReason, standingOf } from './decision/choices.ts'
import { DecisionForm } from './decision/DecisionForm.tsx'
import { currentStep } from './execution/words.ts'
import { OnBehalfDialog } from './OnBehalfDialog.tsx'

const Row = ({ term, children }: { term: string; children: ReactNode }) => (
  <div className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-2"><dt className="text-muted">{term}</dt><dd className="min-w-0 break-words">{children}</dd></div>
)

function DueTag({ session }: { session: DeskRouteSession }) {
  const clock = useClock()
  if (session.next.who === 'nobody') return <StateTag state={session.state} />
  if (session.next.who === 'merchant' && session.action === null) return <StatusTag tone="waiting" size="small" icon="pause">Clock paused</StatusTag>
  if (session.action === null) return <StateTag state={session.state} />
  if (session.next.by === null || session.next.who === 'merchant') return <StatusTag tone="attention" size="small">Needs you</StatusTag>
  const overdue = Date.parse(session.next.by) < clock.now()
  return <StatusTag tone={overdue ? 'danger' : 'attention'} size="small" icon="clock">Due {formatRelative(session.next.by, clock.now())}</StatusTag>
}

type Props = { readonly session: DeskRouteSession; readonly execution: Execution | null; readonly search: SessionSearch; readonly show: (search: SessionSearch, replace?: boolean) => void }

/** States in which the desk decides by a form; in all others it acts for the merchant or not at all. */
const DECIDES: ReadonlySet<DeskRouteSession['state']> = new Set(['accepted', 'awaiting_merchant', 'approved', 'executing', 'paused'])

/** Always in sight beside a session: where it stands, what the desk may do with it now, and what follows from that. */
export function DeskDecision({ session, execution, search, show }: Props) {
  const [asking, setAsking] = useState<'accept' | 'cancel' | null>(null)
  const view = session.merchant_view as MerchantRouteSession
  return (
    <Card className="shrink-0">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-2"><h2 className="font-semibold">Desk Decision</h2><DueTag session={session} /></div>
      <dl className="flex flex-col gap-1 px-3 py-2.5">
        {session.execution_mode === null
          ? <Row term="Mode ceiling"><b className="font-semibold">{plain(session.mode_ceiling)}</b> <span className="text-12 text-muted">set when executed</span></Row>
          : <Row term="Mode"><b className="font-semibold">{plain(session.execution_mode)}</b> <span className="text-12 text-muted">ceiling: {plain(session.mode_ceiling)}</span></Row>}
        <Row term="Approval"><Approval session={session} /></Row>
        <Row term="Execution"><Progress session={session} execution={execution} /></Row>
        <Row term="Queue"><StateTag state={session.state} /></Row>
        {/* Where the desk decides, the choices say what is next. */}
        {!DECIDES.has(session.state) && <Row term="Next"><Next session={session} /></Row>}
        <Row term="Evidence"><Evidence session={session} execution={execution} /></Row>
        <Row term="Merchant sees"><b className="font-semibold">{view.state}</b> <a href={to.session(session.id, { tab: 'merchant' })} className={linkLook}>Preview</a></Row>
        {session.degraded.length > 0 && <Row term="Degraded"><StatusTag tone="danger" size="small">{session.degraded.map(plain).join(', ')}</StatusTag></Row>}
      </dl>
      {DECIDES.has(session.state)
        ? <DecisionForm session={session} execution={execution} search={search} show={show} onBehalf={setAsking} />
        : <ForTheMerchant session={session} ask={setAsking} />}
      <dl className="flex flex-col gap-1 border-t border-line px-3 py-2.5">
        {session.valid_until && <Row term="Price until"><DateTime at={session.valid_until} absolute className="whitespace-normal!" /></Row>}
        <Row term="Desk fee">{session.desk_fee.amount ? <Money value={session.desk_fee.amount} /> : '0'}{session.desk_fee.rule && <> <a href={to.deskFees()} className={linkLook}>Rule</a></>}</Row>
        <Row term="Merchant">{session.merchant.name}, {session.merchant.city}</Row>
        <Row term="Supplier"><SupplierName name={session.supplier.legal_name} zh={session.supplier.legal_name_zh} /><span className="block text-12 text-muted">{session.supplier.city}, {session.supplier.country} · {methodWords(session.supplier.method)} · <span className="font-mono whitespace-nowrap">{session.supplier.account_masked}</span></span></Row>
        <Row term="Invoice"><span className="font-mono text-12">{session.invoice_number}</span> <span className="text-muted">in {session.intent.invoice_currency}</span></Row>
        <Row term="Requested">{session.requested_by.name}, <DateTime at={session.requested_at} className="text-muted" />{session.requested_by.on_behalf_reason && <span className="block text-12 text-muted">For the merchant: {session.requested_by.on_behalf_reason}</span>}</Row>
      </dl>
      {asking && <OnBehalfDialog session={session} what={asking} onClose={() => setAsking(null)} />}
    </Card>
  )
}

/** "2 of 2" and by whom, or that it needs somebody. Approvals of what stood before are told of as such. */
function Approval({ session }: { session: DeskRouteSession }) {
  const { approval, state } = session
  const { user, role } = useSession()
  const notMine = ownReason({ session, me: { id: user.id, name: user.display_name, role } }) !== null || approval.given.some(({ holds, user_id }) => holds && user_id === user.id)
  const holding = approval.given.filter(({ holds }) => holds)
  const void_ = approval.given.length - holding.length
  // By the rules of now where they ask for more than those of the agreement.
  const { held, required } = approval.asked_now ?? approval
  const enough = held >= required
  if (holding.length === 0 && state !== 'accepted') return <span className="text-muted">{state === 'recommended' || state === 'awaiting_merchant' ? 'When the merchant agrees' : 'None'}{void_ > 0 && `, ${void_} without force`}</span>
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {enough ? <StatusTag tone="success" size="small">{held} of {required}</StatusTag> : <>{notMine ? <StatusTag tone="waiting" size="small" icon="people">Somebody else’s</StatusTag> : <StatusTag tone="attention" size="small">Needs you</StatusTag>}{held} of {required}</>}
      {holding.length > 0 && <span>{holding.map(({ name }) => name).join(', ')}</span>}
      {void_ > 0 && <span className="text-12 text-muted">{void_} without force</span>}
    </span>
  )
}

function Progress({ session, execution }: { session: DeskRouteSession; execution: Execution | null }) {
  const standing = standingOf(session)
  if (session.execution_mode === null) {
    const steps = standing?.hops.reduce((sum, hop) => sum + Math.max(1, hop.human_steps.length), 0) ?? 0
    return <span className="text-muted">{standing === null ? 'Not possible' : `Not started, ${steps} ${steps === 1 ? 'step' : 'steps'}`}</span>
  }
  const { tone, label } = stateWords(session.state)
  const step = execution === null ? null : currentStep(execution)
  return <span className="flex flex-wrap items-center gap-x-2"><StatusTag tone={tone} size="small">{label}</StatusTag>{execution !== null && <a href={to.session(session.id, { tab: 'execution' })} className={linkLook}>{step === null ? `all ${execution.steps.length} steps done` : `step ${step.position} of ${execution.steps.length}`}</a>}</span>
}

function Next({ session }: { session: DeskRouteSession }) {
  if (session.action !== null) return <><Sentence>{session.action}</Sentence>{session.next.who === 'desk' && session.next.by && <> <DateTime at={session.next.by} absolute className="whitespace-normal! text-muted" /></>}</>
  if (session.next.who === 'nobody') return 'Nobody has to act.'
  return <>{session.next.who === 'desk' ? 'The desk' : 'The merchant'}: {session.next.what}{session.next.by && <>, <DateTime at={session.next.by} absolute className="whitespace-normal! text-muted" /></>}</>
}

/** Papers before an execution, proofs during one. */
function Evidence({ session, execution }: { session: DeskRouteSession; execution: Execution | null }) {
  const standing = standingOf(session)
  if (execution !== null && execution.steps.length > 0) {
    const asked = execution.steps.reduce((sum, { proof_kinds }) => sum + proof_kinds.length, 0)
    const taken = execution.steps.reduce((sum, { proofs }) => sum + proofs.filter(({ state }) => state === 'accepted').length, 0)
    return <>{taken} of {asked} proofs</>
  }
  if (standing === null) return <>{session.intent.documents_available.length} on file</>
  const papers = standing.documents.filter((document) => document.stage === 'before_payment')
  const missing = papers.filter((document) => document.status === 'missing').length
  return <span className="flex flex-wrap items-center gap-x-2">{missing === 0 ? <StatusTag tone="success" size="small">No paper missing</StatusTag> : <StatusTag tone="attention" size="small">{missing === 1 ? '1 paper missing' : `${missing} papers missing`}</StatusTag>}<a href={to.session(session.id, { tab: 'documents' })} className={linkLook}>{papers.length - missing} on file</a></span>
}

/** What the desk does in the merchant's name: accept, or cancel. */
function ForTheMerchant({ session, ask }: { session: DeskRouteSession; ask: (what: 'accept' | 'cancel') => void }) {
  const can = useCan()
  const view = session.merchant_view as MerchantRouteSession
  const acceptDenied = can('route_session:accept') ?? (view.can_accept ? null : session.payee_details === 'held' && session.state === 'recommended' ? 'A change of the supplier’s bank details waits for a second person.' : (view.cannot_accept_because ?? 'There is no route to accept now.'))
  const cancelDenied = can('route_session:cancel') ?? (view.can_cancel ? null : 'It can no longer be cancelled.')
  return (
    <div className="flex flex-col gap-2 border-t border-line p-3">
      <Button kind="filled" wide className="min-h-11 lg:min-h-8" disabledReason={acceptDenied} onClick={() => ask('accept')}>Accept for the merchant</Button>
      {acceptDenied && <p className="text-12 text-muted">{acceptDenied}</p>}
      <Button wide className="min-h-11 lg:min-h-8" disabledReason={cancelDenied} onClick={() => ask('cancel')}>Cancel the session</Button>
      <p className="text-12 text-muted">{stateWords(session.state).label === 'No route' ? 'No role passes a policy deny. ' : ''}Both ask for a reason, and the audit keeps it.</p>
    </div>
  )
}
