import { useState } from 'react'
import type { ApprovalRules, ApprovalRuleSet } from '../../api/types.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, Notice, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { useApprovalRules } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { DecideRulesDialog } from './DecideRulesDialog.tsx'
import { ProposeRules } from './ProposeRules.tsx'
import { BECAUSE, CHANGE_TAGS, STATE_TAGS } from './words.ts'

/** How many people approve a payment, and why; a Platform Admin proposes other rules and another one confirms them. */
export function ApprovalRulesPage() {
  const query = useApprovalRules()
  const denied = useCan()('approval_rules:propose')
  const [proposing, setProposing] = useState(false)
  const data = query.data?.pages[0]
  const history = query.data?.pages.flatMap((page) => page.history.items) ?? []
  const cannot = denied !== null ? 'A Platform Admin proposes rules.' : data === undefined ? 'The rules are being read.' : data.proposal !== null ? 'A proposal waits already.' : data.second_admin ? null : 'You are the only Platform Admin. It takes another one to confirm.'
  return (
    <>
      <PageTitle title="Approval rules" note="how many people approve a payment, and why more than one" end={!proposing && <Button icon="pencil" disabledReason={cannot} onClick={() => setProposing(true)}>Propose other rules</Button>} />
      {query.isPending && <Card className="p-4"><Skeleton lines={5} label="Loading approval rules" /></Card>}
      {query.error && <Card className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></Card>}
      {data && denied === null && !data.second_admin && <Notice tone="info" title="Rules are changed by two people">Your company has one Platform Admin, so nobody can confirm what you propose. Invite another one first.</Notice>}
      {data?.proposal && <Proposal set={data.proposal} />}
      {data && proposing && data.proposal === null && <ProposeRules key={data.in_force.version} in_force={data.in_force} onClose={() => setProposing(false)} />}
      {data && <InForce in_force={data.in_force} />}
      {history.length > 0 && <History sets={history} more={query.hasNextPage ? { busy: query.isFetchingNextPage, read: () => { void query.fetchNextPage() } } : null} />}
    </>
  )
}

function InForce({ in_force }: { in_force: ApprovalRules['in_force'] }) {
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">In force</h2>
        <span className="text-12 text-muted">{in_force.decided_at === null ? 'The rules that FlowClaw comes with' : <>Version {in_force.version}, since <DateTime at={in_force.decided_at} absolute className="whitespace-normal!" /></>}</span>
      </div>
      <ul aria-label="Rules in force" className="divide-y divide-line">
        {in_force.rules.map((rule) => (
          <li key={rule.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <span className="min-w-0 flex-1 basis-60">{rule.sentence}</span>
            {rule.floor && <StatusTag tone="info" size="small" icon="lock">Holds for every company</StatusTag>}
          </li>
        ))}
        <li className="px-3 py-2 text-muted">Every other payment is approved by one person.</li>
      </ul>
    </Card>
  )
}

function Changes({ set }: { set: ApprovalRuleSet }) {
  return (
    <ul aria-label={`Changes of version ${set.version}`} className="flex flex-col gap-2">
      {set.changes.map(({ id, what, before, after }) => (
        <li key={id} className="flex flex-wrap items-start gap-x-3 gap-y-1">
          <StatusTag tone={CHANGE_TAGS[what][0]} size="small">{CHANGE_TAGS[what][1]}</StatusTag>
          <div className="min-w-0 flex-1 basis-60">
            {before !== null && <p className="text-muted"><span className="sr-only">Before: </span><s>{before}</s></p>}
            {after !== null && <p><span className="sr-only">Proposed: </span>{after}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Proposal({ set }: { set: ApprovalRuleSet }) {
  const session = useSession()
  const denied = useCan()('approval_rules:decide')
  const [deciding, setDeciding] = useState<'confirm' | 'reject' | 'withdraw' | null>(null)
  const own = set.proposed_by.user_id === session.user.id
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5"><h2 className="font-semibold">Other rules wait for a second person</h2><StatusTag tone="attention" size="small">Not in force</StatusTag></div>
      <div className="flex flex-col gap-3 p-3">
        <p>{set.proposed_by.name} proposed them on <DateTime at={set.proposed_at} absolute className="whitespace-normal!" />: <q className="wrap-anywhere">{set.reason}</q></p>
        <section aria-label="What would change"><h3 className="mb-2 text-12 text-muted">What would change</h3><Changes set={set} /></section>
        {denied === null && own && <Notice tone="info">You proposed this, so you can withdraw it and not confirm or reject it. Another Platform Admin decides.</Notice>}
        {denied !== null && <p className="text-muted">Another Platform Admin than the one who proposed decides.</p>}
        <div className="flex flex-wrap gap-2">
          <Button kind="filled" icon="check" className="max-md:min-h-11" disabledReason={denied ?? (own ? 'You proposed it: another Platform Admin confirms it.' : null)} onClick={() => setDeciding('confirm')}>Confirm</Button>
          <Button kind="danger" className="max-md:min-h-11" disabledReason={denied ?? (own ? 'You proposed it: withdraw it instead.' : null)} onClick={() => setDeciding('reject')}>Reject</Button>
          {own && <Button className="max-md:min-h-11" disabledReason={denied} onClick={() => setDeciding('withdraw')}>Withdraw</Button>}
        </div>
      </div>
      {deciding !== null && <DecideRulesDialog set={set} verb={deciding} onClose={() => setDeciding(null)} />}
    </Card>
  )
}

function History({ sets, more }: { sets: readonly ApprovalRuleSet[]; more: { readonly busy: boolean; readonly read: () => void } | null }) {
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-1.5 font-semibold">Decided before</h2>
      <DataTable
        label="Sets of rules" rows={sets} keyOf={(each) => each.id}
        columns={[
          { head: 'Version', phone: 'first', className: 'whitespace-nowrap', cell: (each) => <span className="inline-flex flex-wrap items-center gap-2">Version {each.version} <StatusTag tone={STATE_TAGS[each.state][0]} size="small">{STATE_TAGS[each.state][1]}</StatusTag></span> },
          { head: 'When', className: 'whitespace-nowrap', cell: (each) => <DateTime at={each.decided_at ?? each.proposed_at} absolute /> },
          { head: 'Proposed by', cell: (each) => each.proposed_by.name },
          { head: 'Decided by', cell: (each) => each.decided_by?.name ?? '' },
          { head: 'What it changed', wide: true, phone: 'text', className: 'min-w-64', cell: (each) => <Changes set={each} /> },
          { head: 'Why', className: 'min-w-40 text-muted', cell: (each) => <span className="wrap-anywhere">{each.reason}{each.because !== null && <span className="block">{BECAUSE[each.because]}</span>}</span> },
        ]}
      />
      {more !== null && <div className="p-3"><Button busy={more.busy} onClick={more.read}>Show more</Button></div>}
    </Card>
  )
}
