import { ApiError } from '../../api/problem.ts'
import type { DeskRouteSession, MerchantRouteSession } from '../../api/types.ts'
import { Button, EmptyState, ErrorNotice, LinkButton, Notice, Skeleton, StatusTag, Tabs, type Tab } from '../../shared/ui/index.ts'
import { ClaimStrip } from '../desk/ClaimStrip.tsx'
import { MessagesPanel } from '../desk/MessagesPanel.tsx'
import { useGo } from '../go.ts'
import { useKeys } from '../keys.ts'
import { SESSION_TABS, to, type SessionSearch, type SessionTab } from '../paths.ts'
import { useExecution, useSessionDetail } from '../queries.ts'
import { Card, linkLook, PayeeTag, StateTag } from '../ui/parts.tsx'
import { ChecksTab } from '../checks/ChecksTab.tsx'
import { MerchantPapersCard } from '../checks/MerchantPapersCard.tsx'
import { SimulationPlayer } from './execution/SimulationPlayer.tsx'
import { CandidatesTab } from './CandidatesTab.tsx'
import { DeskDecision } from './DeskDecision.tsx'
import { DocumentsTab } from './DocumentsTab.tsx'
import { ExecutionTab } from './execution/ExecutionTab.tsx'
import { SimulationMark } from './execution/Simulation.tsx'
import { currentStep } from './execution/words.ts'
import { FactsStrip } from './FactsStrip.tsx'
import { Flags } from './Flags.tsx'
import { MerchantViewTab } from './MerchantViewTab.tsx'
import { Openings } from './Openings.tsx'
import { OutcomeTab } from './OutcomeTab.tsx'
import { QuotesTab } from './QuotesTab.tsx'
import { RecordTab } from './RecordTab.tsx'
import { StandingList } from './StandingList.tsx'
import { TimelineTab } from './TimelineTab.tsx'
import { WhyNotTab } from './WhyNotTab.tsx'

/** The workbench of one route session: title, facts, tabs at left, Desk Decision at right. */
export function SessionPage({ id, search }: { id: string; search: SessionSearch }) {
  const query = useSessionDetail(id)
  if (query.isPending) return <Card className="p-4"><Skeleton lines={10} label="Loading the session" /></Card>
  if (query.error instanceof ApiError && query.error.problem.status === 404) {
    return <Card><EmptyState icon="search" title="There is no such session" action={<LinkButton href={to.queue()}>Back to the queue</LinkButton>}>It is not in this company, or the address is wrong.</EmptyState></Card>
  }
  if (query.error) return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />
  return <Workbench session={query.data} search={search} />
}

function Workbench({ session, search }: { session: DeskRouteSession; search: SessionSearch }) {
  const go = useGo()
  const noRoute = session.recommended === null
  const executed = session.execution_mode !== null
  const tab: SessionTab = SESSION_TABS.find((each) => each === search.tab) ?? (noRoute ? 'why_not' : executed ? 'execution' : 'candidates')
  const show = (next: SessionSearch, replace = false) => go(to.session(session.id, { tab, ...next }), { replace })
  const counts = session.decision?.counts
  const execution = useExecution(session.id, executed || tab === 'execution').data ?? null
  const at = execution === null ? null : currentStep(execution)
  const decision = { do: search.do ?? '', offer: search.offer ?? '' }
  const lost = counts ? counts.candidates - (noRoute ? 0 : 1) : 0
  const tabs: readonly Tab<SessionTab>[] = [
    { value: 'candidates', label: 'Candidates', count: counts?.candidates }, { value: 'why_not', label: 'Why not', count: lost },
    { value: 'documents', label: 'Documents', count: session.recommended?.documents.length ?? 0 }, { value: 'execution', label: 'Execution' }, { value: 'timeline', label: 'Timeline', count: session.timeline.length },
    { value: 'merchant', label: 'What the merchant sees' }, { value: 'record', label: 'Decision record' }, { value: 'outcome', label: 'Outcome' }, { value: 'checks', label: 'Checks' }, { value: 'quotes', label: 'Quotes' },
  ]
  const turn = (by: number) => go(to.session(session.id, { tab: SESSION_TABS[(SESSION_TABS.indexOf(tab) + by + SESSION_TABS.length) % SESSION_TABS.length]!, ...decision }))
  useKeys({ '[': () => turn(-1), ']': () => turn(1), u: () => go(to.queue()) })
  const needsDesk = session.action !== null
  const view = session.merchant_view as MerchantRouteSession
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1">
        <h1 className="min-w-0 text-18 font-semibold"><span className="mr-2 font-mono text-15 font-normal">{session.reference}</span>{capital(session.intent.goods.description)}, {session.merchant.city} → {session.supplier.city}</h1>
        <StateTag state={session.state} />
        {at !== null && at.state === 'awaiting_proof' && <StatusTag tone="attention" size="small" icon="document">Proof to check</StatusTag>}
        {session.outcome === 'conditional' && <StatusTag tone="attention" size="small">Conditional</StatusTag>}
        {session.degraded.length > 0 && <StatusTag tone="danger" size="small">Degraded</StatusTag>}
        <PayeeTag payee_details={session.payee_details} />
        {needsDesk && <StatusTag tone="attention" size="small">Needs you</StatusTag>}
        <SimulationMark session={session} />
        <span className="ml-auto" />
        <ClaimStrip session={session} />
        <span className="text-12 text-muted">version {session.version}</span>
      </div>
      <FactsStrip session={session} />
      <StandingList session={session} />
      {session.payee_details !== 'confirmed' && (
        <Notice tone={session.payee_details === 'held' ? 'danger' : 'attention'} title={session.payee_details === 'held' ? 'Payment on hold' : 'The bank details changed after this was accepted'}>
          {session.payee_details === 'held'
            ? 'A change of this supplier’s bank details waits for a second person. Until it is decided the route cannot be accepted, and nothing may be paid to either account. '
            : 'A payment goes to the details that stand now. Check with the merchant that it knows, then decide. '}
          <a href={to.supplier(session.supplier.id)} className={linkLook}>The supplier’s bank details</a>
        </Notice>
      )}
      {session.degraded.includes('policy_unavailable') && <Notice tone="danger" title="No policy judged it">The policy did not answer when this was made, so it cannot be accepted. {view.cannot_accept_because ?? ''}</Notice>}
      <div className="grid items-start gap-x-3 gap-y-2 lg:grid-cols-[minmax(0,1fr)_340px]">
        <div className="flex min-w-0 flex-col gap-2">
          {session.outcome === 'no_route' && <Openings session={session} />}
          <SimulationPlayer session={session} />
          <Card className="overflow-clip">
            <Tabs tabs={tabs} value={tab} onChange={(next) => go(to.session(session.id, { tab: next, ...decision }))} label="Session">
              {tab === 'candidates' && <CandidatesTab session={session} search={search} show={show} />}
              {tab === 'why_not' && <WhyNotTab session={session} search={search} show={show} />}
              {tab === 'documents' && <DocumentsTab session={session} search={search} show={show} />}
              {tab === 'checks' && <ChecksTab session={session} />}
              {tab === 'quotes' && <QuotesTab session={session} />}
              {tab === 'execution' && <ExecutionTab session={session} execution={execution} search={search} show={show} />}
              {tab === 'timeline' && <TimelineTab session={session} />}
              {tab === 'merchant' && <MerchantViewTab session={session} />}
              {tab === 'record' && <RecordTab session={session} />}
              {tab === 'outcome' && <OutcomeTab session={session} />}
            </Tabs>
          </Card>
          {tab === 'documents' && <MerchantPapersCard session={session} />}
          {session.decision && (tab === 'candidates' || tab === 'why_not') && <Flags flags={session.decision.flags} recommended={session.recommended?.id ?? null} />}
        </div>
        <div className="flex min-w-0 flex-col gap-2 lg:sticky lg:top-15 lg:max-h-[calc(100dvh-72px)] lg:overflow-y-auto">
          <DeskDecision session={session} execution={execution} search={search} show={show} />
          <MessagesPanel session={session} />
        </div>
      </div>
    </>
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
