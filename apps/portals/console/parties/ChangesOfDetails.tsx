import { useState } from 'react'
import type { BankDetailChange } from '../../api/types.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, Notice, StatusTag } from '../../shared/ui/index.ts'
import { useBankDetailChanges } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, Fact } from '../ui/parts.tsx'
import { ConfirmDetailsDialog, RejectDetailsDialog } from './DecideDetailsDialogs.tsx'
import { BECAUSE, CONFIRMED, RECEIVED } from './details-words.ts'

/** Of a supplier's bank details, what waits for a second person or what was decided before. */
export function ChangesOfDetails({ supplier_id, part }: { supplier_id: string; part: 'pending' | 'decided' }) {
  const may = useCan()('bank_details:read') === null
  const query = useBankDetailChanges(supplier_id, may)
  if (!may || (query.data === undefined && (part === 'decided' || query.isPending))) return null
  if (query.data === undefined) return <Card className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></Card>
  const pending = query.data.find((each) => each.state === 'pending')
  const decided = query.data.filter((each) => each.state !== 'pending')
  if (part === 'pending') return pending ? <PendingChange change={pending} /> : null
  return decided.length > 0 ? <DecidedChanges changes={decided} /> : null
}

function Version({ title, details, compared }: { title: string; details: BankDetailChange['proposed']; compared: BankDetailChange['proposed'] }) {
  const rows = ([['Account', 'account_masked'], ['Bank', 'bank_name'], ['BIC', 'bic'], ['CNAPS', 'cnaps_masked']] as const).filter(([, key]) => details[key] !== null || compared[key] !== null)
  return (
    <section aria-label={title} className="min-w-0 rounded-lg border border-line p-3">
      <h3 className="mb-2 text-12 text-muted">{title}</h3>
      <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-2">{rows.map(([term, key]) => <Fact key={key} term={term}><span className="wrap-anywhere">{details[key] ?? 'none'}</span></Fact>)}</dl>
    </section>
  )
}

function PendingChange({ change }: { change: BankDetailChange }) {
  const session = useSession()
  const can = useCan()
  const [deciding, setDeciding] = useState<'confirm' | 'reject' | null>(null)
  const own = change.proposed_by.user_id === session.user.id
  const denied = can('bank_details:decide')
  const confirmDenied = denied ?? (own ? 'You proposed it: somebody else of the desk confirms it.' : null)
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5"><h2 className="font-semibold">New bank details wait for a second person</h2><StatusTag tone="danger" size="small" icon="lock">Payments on hold</StatusTag></div>
      <div className="flex flex-col gap-3 p-3">
        <p>{change.proposed_by.name} proposed them on <DateTime at={change.proposed_at} absolute className="whitespace-normal!" />. They came in by: {RECEIVED[change.received_by].toLowerCase()}.</p>
        <div className="grid gap-3 md:grid-cols-2">
          <Version title="In force now" details={change.replaced} compared={change.proposed} />
          <Version title="Proposed" details={change.proposed} compared={change.replaced} />
        </div>
        {own && <Notice tone="info">You proposed this, so you can withdraw it and not confirm or reject it. Somebody else of the desk asks the supplier in another way.</Notice>}
        <div className="flex flex-wrap gap-2">
          <Button kind="filled" icon="check" disabledReason={confirmDenied} onClick={() => setDeciding('confirm')}>Confirm</Button>
          <Button kind="danger" disabledReason={denied ?? (own ? 'You proposed it: withdraw it instead.' : null)} onClick={() => setDeciding('reject')}>Reject</Button>
          {own && <Button disabledReason={denied} onClick={() => setDeciding('reject')}>Withdraw</Button>}
        </div>
      </div>
      {deciding === 'confirm' && <ConfirmDetailsDialog change={change} onClose={() => setDeciding(null)} />}
      {deciding === 'reject' && <RejectDetailsDialog change={change} own={own} onClose={() => setDeciding(null)} />}
    </Card>
  )
}

const TAGS = { confirmed: ['success', 'Confirmed'], rejected: ['danger', 'Rejected'], withdrawn: ['waiting', 'Withdrawn'] } as const

function DecidedChanges({ changes }: { changes: readonly BankDetailChange[] }) {
  const how = (change: BankDetailChange): string =>
    change.confirmed_over !== null ? `${CONFIRMED[change.confirmed_over]}: ${change.confirmed_with}` : change.rejected_because !== null ? BECAUSE[change.rejected_because] : ''
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-1.5 font-semibold">Changes of bank details</h2>
      <DataTable
        label="Changes of bank details" rows={changes} keyOf={(each) => each.id}
        columns={[
          { head: 'Decided', phone: 'first', className: 'whitespace-nowrap', cell: (each) => { const [tone, label] = TAGS[each.state as keyof typeof TAGS]; return <StatusTag tone={tone} size="small">{label}</StatusTag> } },
          { head: 'When', className: 'whitespace-nowrap', cell: (each) => <DateTime at={each.decided_at ?? each.proposed_at} absolute /> },
          { head: 'Account', className: 'whitespace-nowrap tabular-nums', cell: (each) => `${each.replaced.account_masked} → ${each.proposed.account_masked}` },
          { head: 'Came in by', cell: (each) => RECEIVED[each.received_by] },
          { head: 'Proposed by', cell: (each) => each.proposed_by.name },
          { head: 'Decided by', cell: (each) => each.decided_by?.name ?? '' },
          { head: 'How, or why not', wide: true, phone: 'text', className: 'min-w-48', cell: (each) => <span className="wrap-anywhere">{how(each)}</span> },
        ]}
      />
    </Card>
  )
}
