import type { Repricing } from '../../api/types.ts'
import { Money, StatusTag } from '../../shared/ui/index.ts'
import { compareDecimals, roundTo } from '../decimal.ts'
import { Td, Th } from '../ui/parts.tsx'

const BECAUSE: Readonly<Record<string, string>> = { dearer: 'it is dearer than the tolerance allows', less_received: 'the supplier would get less than was promised', refused: 'policy refuses the route now', gone: 'the market has no such route any more' }
const signed = (text: string): string => (compareDecimals(text, '0') > 0 ? `+${text}` : text)

/** What a re-pricing changed: before, now and the difference, and whether the merchant is asked again. */
export function RepricingTable({ repricing }: { repricing: Repricing }) {
  const { before, now, difference } = repricing
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        {repricing.within_tolerance ? <StatusTag tone="success" size="small">Within {repricing.tolerance_bps} bps</StatusTag> : <StatusTag tone="attention" size="small">To be agreed again</StatusTag>}
        {repricing.because.length > 0 && <span className="text-12">Because {repricing.because.map((each) => BECAUSE[each] ?? each).join(', and ')}.</span>}
      </div>
      {now !== null && difference !== null && (
        <div className="overflow-x-auto" role="group" aria-label="Price before and now" tabIndex={0}>
          <table className="w-full min-w-80 border-collapse text-12">
            <thead><tr><Th>What</Th><Th end>Before</Th><Th end>Now</Th><Th end>Difference</Th></tr></thead>
            <tbody>
              <tr className="border-t border-line"><Td>Merchant sends</Td><Td end><Money value={before.sent} /></Td><Td end><Money value={now.sent} /></Td><Td end>{signed(difference.sent.amount)}</Td></tr>
              <tr className="border-t border-line"><Td>Supplier gets</Td><Td end><Money value={before.received} /></Td><Td end><Money value={now.received} /></Td><Td end>{signed(difference.received.amount)}</Td></tr>
              <tr className="border-t border-line"><Td>Cost against mid</Td><Td end>{roundTo(before.cost_bps, 1)} bps</Td><Td end>{roundTo(now.cost_bps, 1)} bps</Td><Td end>{signed(difference.drift_bps)} bps of what is sent</Td></tr>
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
