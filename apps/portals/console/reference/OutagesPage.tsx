import { useState } from 'react'
import type { ProviderOutage, ProviderOutages } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { useOutages, useProviders } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle } from '../ui/parts.tsx'
import { EndOutageDialog, ReportOutageDialog } from './OutageDialogs.tsx'
import { endWords, outageReasonWords, outageSourceWords } from './outage-words.ts'

/** Providers that carry nothing new for now, what goes through them, and the ended outages. */
export function OutagesPage() {
  const query = useOutages()
  const denied = useCan()('provider_outage:write')
  const [open, setOpen] = useState<'report' | ProviderOutage | null>(null)
  const providers = useProviders().data ?? []
  const nameOf = (id: string): string => providers.find((each) => each.id === id)?.name ?? id
  const items = query.data?.items ?? []
  const now = items.filter((each) => each.ended_at === null)
  return (
    <>
      <PageTitle title="Provider outages" note={query.data && (now.length === 0 ? 'none now' : `${now.length} now`)} />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <p className="min-w-0 grow text-13 text-muted">A provider that is out is in no new route until its outage ends. What has started goes on; a person asks and decides.</p>
          <Button icon="plus" disabledReason={denied} onClick={() => setOpen('report')}>Report an outage</Button>
        </div>
        {query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading outages" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data && items.length === 0 && <EmptyState icon="bank" title="No outage was reported">Report one when a provider does not answer, quote or pay.</EmptyState>}
        {items.length > 0 && (
          <DataTable
            label="Provider outages" rows={items} keyOf={(each) => each.id}
            columns={[
              { head: 'Provider', phone: 'first', wide: true, className: 'min-w-56', cell: (each) => <a href={to.provider(each.provider_id)} className={linkLook}>{nameOf(each.provider_id)}</a> },
              { head: 'Now', cell: (each) => (each.ended_at === null ? <StatusTag tone="danger" size="small">Out</StatusTag> : <StatusTag tone="info" size="small">{endWords[each.ended_because ?? 'works_again']}</StatusTag>) },
              { head: 'Why', className: 'whitespace-nowrap', cell: (each) => outageReasonWords[each.reason] },
              { head: 'Told by', className: 'whitespace-nowrap', cell: (each) => outageSourceWords[each.source] },
              { head: 'Since', className: 'whitespace-nowrap', cell: (each) => <DateTime at={each.since} absolute /> },
              { head: 'Reported by', cell: (each) => each.reported_by },
              { head: <span className="sr-only">Action</span>, end: true, className: 'whitespace-nowrap', cell: (each) => (each.ended_at === null ? <Button disabledReason={denied} onClick={() => setOpen(each)}>End it</Button> : null) },
            ]}
          />
        )}
      </Card>
      {query.data && now.length > 0 && <Affected affected={query.data.affected} nameOf={nameOf} />}
      {open === 'report' && <ReportOutageDialog out={now.map((each) => each.provider_id)} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'report' && <EndOutageDialog outage={open} name={nameOf(open.provider_id)} onClose={() => setOpen(null)} />}
    </>
  )
}

function Affected({ affected, nameOf }: { affected: ProviderOutages['affected']; nameOf: (id: string) => string }) {
  const rows = [...affected.started, ...affected.not_started]
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-2 text-13 font-semibold">Open payments through them</h2>
      {rows.length === 0 && <p className="px-3 py-2 text-13 text-muted">None.</p>}
      <ul className="divide-y divide-line">
        {rows.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-2 text-13">
            <a href={to.session(each.id)} className={`${linkLook} font-mono`}>{each.reference}</a>
            <span className="min-w-0 grow">{each.merchant_name}, through {each.provider_ids.map(nameOf).join(', ')}</span>
            <span className="text-12 text-muted">{each.started ? 'Has started: ask, then decide' : 'Not started: offer another route'}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
