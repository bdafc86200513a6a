import type { Repricing } from '../../api/types.ts'
import { Money, StatusTag } from '../../shared/ui/index.ts'
import { compareDecimals, roundTo } from '../decimal.ts'
import { DataTable } from '../ui/DataTable.tsx'

const BECAUSE: Readonly<Record<string, string>> = { dearer: 'it is dearer than the tolerance allows', less_received: 'the supplier would get less than was promised', refused: 'policy refuses the route now', gone: 'the market has no such route any more' }
const signed = (text: string): string => (compareDecimals(text, '0') > 0 ? `+${text}` : text)

/** What a re-pricing changed: before, now and the difference, and whether the merchant is asked again. `number` tells it apart where several stand on a page. */
export function RepricingTable({ repricing, number }: { repricing: Repricing; number?: number }) {
  const { before, now, difference } = repricing
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        {repricing.within_tolerance ? <StatusTag tone="success" size="small">Within {repricing.tolerance_bps} bps</StatusTag> : <StatusTag tone="attention" size="small">To be agreed again</StatusTag>}
        {repricing.because.length > 0 && <span className="text-12">Because {repricing.because.map((each) => BECAUSE[each] ?? each).join(', and ')}.</span>}
      </div>
      {now !== null && difference !== null && (
        <DataTable
          label={number === undefined ? 'Price before and now' : `Price before and now, the ${number}.`} keyOf={(row) => row.what} className="text-12"
          rows={[
            { what: 'Merchant sends', before: <Money value={before.sent} />, now: <Money value={now.sent} />, difference: signed(difference.sent.amount) },
            { what: 'Supplier gets', before: <Money value={before.received} />, now: <Money value={now.received} />, difference: signed(difference.received.amount) },
            { what: 'Cost against mid', before: `${roundTo(before.cost_bps, 1)} bps`, now: `${roundTo(now.cost_bps, 1)} bps`, difference: `${signed(difference.drift_bps)} bps of what is sent` },
          ]}
          columns={[
            { head: 'What', phone: 'first', wide: true, cell: (row) => row.what }, { head: 'Before', end: true, cell: (row) => row.before }, { head: 'Now', end: true, cell: (row) => row.now },
            { head: 'Difference', end: true, cell: (row) => row.difference },
          ]}
        />
      )}
    </div>
  )
}
