import { formatDecimal } from '../../shared/money.ts'
import { Button, DateTime, EmptyState, ErrorNotice, LinkButton, Money, Select, Skeleton } from '../../shared/ui/index.ts'
import { bpsToPct } from '../decimal.ts'
import { useGo } from '../go.ts'
import { to, type SessionsSearch } from '../paths.ts'
import { useCorridors, useSessionList } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle, SearchBox, StateTag, SupplierName } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { corridorArrow } from '../words.ts'

/** Every route session of the company, open and done. */
export function SessionsPage({ search }: { search: SessionsSearch }) {
  const go = useGo()
  const list = useSessionList({ view: 'all', q: search.q, corridor_id: search.corridor })
  const corridors = useCorridors().data ?? []
  const [text, setText] = useSearchText(search.q ?? '', (q) => go(to.sessions({ ...search, q }), { replace: true }))
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const filtered = Boolean(search.q || search.corridor)
  return (
    <>
      <PageTitle title="Route sessions" note="open and done" end={<LinkButton href={to.newRequest()} icon="plus">New request</LinkButton>} />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <SearchBox value={text} onChange={setText} label="Search sessions" placeholder="Reference, merchant, supplier" hint="/" className="w-full sm:w-76" />
          <Select
            label="Corridor" prefix="Corridor:" value={search.corridor ?? 'any'} className="w-full! sm:w-auto! sm:min-w-40"
            options={[{ value: 'any', label: 'any' }, ...corridors.map((each) => ({ value: each.id, label: corridorArrow(each.id), detail: each.name }))]}
            onChange={(corridor) => go(to.sessions({ ...search, corridor: corridor === 'any' ? '' : corridor }))}
          />
          {filtered && <Button kind="quiet" onClick={() => go(to.sessions())}>Clear</Button>}
          <span className="ml-auto text-12 text-muted tabular-nums" role="status">{rows.length} {list.hasNextPage ? 'so far' : 'sessions'}</span>
        </div>
        {list.isPending && <div className="p-4"><Skeleton lines={6} label="Loading sessions" /></div>}
        {list.error && <div className="p-3"><ErrorNotice error={list.error} action={<Button onClick={() => { void list.refetch() }}>Try again</Button>} /></div>}
        {list.data && rows.length === 0 && <EmptyState icon="route" title={filtered ? 'No session fits these filters' : 'No session yet'}>{filtered ? 'Clear the filters to see them all.' : 'A session begins with a merchant’s request, or with yours for a merchant.'}</EmptyState>}
        {rows.length > 0 && (
          <DataTable
            label="Route sessions" rows={rows} keyOf={(row) => row.id}
            columns={[
              { head: 'Session', phone: 'first', className: 'whitespace-nowrap', cell: (row) => <a href={to.session(row.id)} className="font-mono text-12 text-accent hover:underline">{row.reference}</a> },
              { head: 'Merchant, and what for', phone: 'text', wide: true, cell: (row) => <><b className="font-semibold">{row.merchant_name}</b> <span className="text-muted">{row.description}</span></> },
              { head: 'Supplier', className: 'min-w-48', cell: (row) => <SupplierName name={row.supplier_name} zh={row.supplier_name_zh} /> },
              { head: 'State', phone: 'first', className: 'whitespace-nowrap', cell: (row) => <StateTag state={row.state} /> },
              { head: 'Corridor', className: 'whitespace-nowrap', cell: (row) => corridorArrow(row.corridor_id) },
              { head: 'Supplier gets', end: true, className: 'whitespace-nowrap', cell: (row) => <Money value={row.receives} /> },
              { head: 'Merchant sends', end: true, className: 'whitespace-nowrap', cell: (row) => <Money value={row.sends} /> },
              { head: 'Cost', end: true, className: 'whitespace-nowrap', cell: (row) => (row.cost_bps === null ? <span className="text-muted">—</span> : `${formatDecimal(bpsToPct(row.cost_bps))} %`) },
              { head: 'Requested', end: true, className: 'whitespace-nowrap text-muted', cell: (row) => <DateTime at={row.requested_at} /> },
            ]}
          />
        )}
        {list.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>Load 50 more</Button></div>}
      </Card>
    </>
  )
}
