import { Button, EmptyState, ErrorNotice, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { useCorridors } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle } from '../ui/parts.tsx'
import { corridorArrow, plain, titled } from '../words.ts'

/** The corridors of the company: between which currencies, with how many rules and papers, and the widest mode allowed. */
export function CorridorsPage() {
  const query = useCorridors()
  return (
    <>
      <PageTitle title="Corridors" note={query.data && `${query.data.length} markets`} />
      <Card>
        {query.isPending && <div className="p-4"><Skeleton lines={6} label="Loading corridors" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data?.length === 0 && <EmptyState icon="globe" title="No corridor data yet">Every route rests on it. Whoever runs this server imports it for the company.</EmptyState>}
        {query.data && query.data.length > 0 && (
          <DataTable
            label="Corridors" rows={query.data} keyOf={(each) => each.id}
            columns={[
              { head: 'Corridor', phone: 'first', className: 'whitespace-nowrap', cell: (each) => <a href={to.corridor(each.id)} className={linkLook}>{corridorArrow(each.id)}</a> },
              { head: 'Name', phone: 'text', wide: true, className: 'min-w-52', cell: (each) => each.name },
              { head: 'Mode ceiling', className: 'whitespace-nowrap', cell: (each) => <StatusTag tone={each.mode_ceiling === 'simulation' ? 'info' : 'success'} size="small">{titled(each.mode_ceiling)}</StatusTag> },
              { head: 'Currencies', className: 'whitespace-nowrap', cell: (each) => `${each.source_currency} → ${each.destination_currencies.join(', ')}` },
              { head: 'Depth', className: 'whitespace-nowrap', cell: (each) => plain(each.depth) },
              { head: 'Pairs', end: true, cell: (each) => each.pair_count }, { head: 'Rules', end: true, cell: (each) => each.rule_count }, { head: 'Papers', end: true, cell: (each) => each.document_count },
            ]}
          />
        )}
      </Card>
    </>
  )
}
