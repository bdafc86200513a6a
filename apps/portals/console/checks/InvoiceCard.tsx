import { Money, StatusTag } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook } from '../ui/parts.tsx'
import { useInvoice } from './queries.ts'
import { GROUPS, PAID } from './words.ts'

/** Deposit and balance of the session's invoice, against the whole of it. */
export function InvoiceCard({ session_id }: { session_id: string }) {
  const { data } = useInvoice(session_id)
  if (data === undefined) return null
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h2 className="font-semibold">Invoice {data.number}</h2>
        {data.over ? <StatusTag tone="danger" size="small">More than the whole invoice</StatusTag> : data.covered_pct !== null && <StatusTag tone={data.covered_pct === '100.00' ? 'success' : 'waiting'} size="small">{data.covered_pct} % covered</StatusTag>}
      </div>
      <p className="p-3">
        {data.total === null ? 'Nobody said what the whole invoice is, so no share of it is known.' : <>Of <Money value={data.total} /> are {data.done_pct} % done and {data.open_pct} % open{data.open && <> (<Money value={data.open} />)</>}.{data.at_mid && ' Amounts in another currency are converted at mid.'}</>}
      </p>
      <DataTable
        label={`Payments of invoice ${data.number}`} rows={data.parts} keyOf={(each) => each.session_id}
        columns={[
          { head: 'Payment', phone: 'first', wide: true, cell: (each) => <>{PAID[each.paid]} {each.session_id === session_id ? <span className="font-mono text-12 text-muted">{each.reference}, this one</span> : <a className={linkLook} href={to.session(each.session_id)}>{each.reference}</a>}</> },
          { head: 'Where it stands', className: 'whitespace-nowrap', cell: (each) => GROUPS[each.group] },
          { head: 'Amount', end: true, className: 'whitespace-nowrap', cell: (each) => <Money value={each.amount} /> },
          { head: 'Of the invoice', end: true, className: 'whitespace-nowrap', cell: (each) => (each.pct === null ? <span className="text-muted">—</span> : `${each.pct} %`) },
        ]}
      />
    </Card>
  )
}
