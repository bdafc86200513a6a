import { useState } from 'react'
import type { MarketDataImport, MarketDataState } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { useMarketData, useMarketDataImports } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { AgeNotice } from './AgeNotice.tsx'
import { ImportPanel } from './ImportPanel.tsx'

/** The corridor data that every route rests on: how old it is, a way to bring newer, and who brought what before. */
export function DataPage() {
  const state = useMarketData()
  const mayNot = useCan()('market_data:import') && 'A Platform Admin imports corridor data.'
  const [importing, setImporting] = useState(false)
  return (
    <>
      <PageTitle
        title="Corridor data" note="providers, prices, rules and calendars, of this company alone"
        end={<Button kind={state.data?.in_force === null ? 'filled' : 'outline'} icon="folder" disabledReason={mayNot ?? (importing ? 'Choose the files below.' : null)} onClick={() => setImporting(true)}>Import files</Button>}
      />
      {state.isPending && <Card className="p-4"><Skeleton lines={3} label="Loading the state of the data" /></Card>}
      {state.error && <ErrorNotice error={state.error} action={<Button onClick={() => { void state.refetch() }}>Try again</Button>} />}
      {state.data && <AgeNotice state={state.data} mayNot={mayNot} />}
      {importing && <ImportPanel onClose={() => setImporting(false)} />}
      {state.data && <Imports state={state.data} />}
    </>
  )
}

function Imports({ state }: { state: MarketDataState }) {
  const query = useMarketDataImports()
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card>
      <h2 className="border-b border-line px-3 py-2 font-semibold">Imports</h2>
      {query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading imports" /></div>}
      {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
      {query.data && rows.length === 0 && <EmptyState icon="folder" title="Nothing was imported yet">Until there is corridor data, no route can be asked for.</EmptyState>}
      {rows.length > 0 && (
        <DataTable
          label="Imports" rows={rows} keyOf={(row) => String(row.revision)}
          columns={[
            { head: 'Revision', phone: 'first', end: true, cell: (row: MarketDataImport) => <><span className="md:hidden">Revision </span>{row.revision}</> },
            { head: 'State', phone: 'first', className: 'whitespace-nowrap', cell: (row) => (row.revision === state.in_force?.revision ? <StatusTag tone="success" size="small">In force</StatusTag> : <span className="text-12 font-normal text-muted">replaced</span>) },
            { head: 'Imported', className: 'whitespace-nowrap', cell: (row) => <DateTime at={row.imported_at} absolute /> },
            { head: 'By', wide: true, className: 'min-w-40', cell: (row) => row.imported_by?.name ?? 'The owner of the server' },
            { head: 'Digest', className: 'whitespace-nowrap', cell: (row) => <span className="font-mono text-12" title={row.digest}>{row.digest.slice(0, 16)}…</span> },
          ]}
        />
      )}
      {query.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>Load more</Button></div>}
    </Card>
  )
}
