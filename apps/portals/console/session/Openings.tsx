import type { DeskRouteSession, Opening } from '../../api/types.ts'
import { Icon } from '../../shared/ui/index.ts'
import { bpsToPct, compareDecimals } from '../decimal.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { familyWords } from '../words.ts'
import { StalePrices, tooOld } from './StalePrices.tsx'

/** No route: what would make one possible comes before the refusals, cheapest first. Splitting is never offered. */
export function Openings({ session }: { session: DeskRouteSession }) {
  const decision = session.decision
  if (!decision) return null
  const openings = [...decision.openings].sort((a, b) => compareDecimals(a.cost_bps, b.cost_bps))
  const top = Object.entries(decision.refusals).sort(([, a], [, b]) => b - a)[0]
  return (
    <>
      <p role="status" className="flex items-start gap-2 rounded-lg bg-danger-bg px-3 py-2 text-danger">
        <Icon name="prohibited" size={18} className="mt-px" />
        <span><b className="font-semibold">No lawful route.</b> {decision.counts.candidates === 0 ? 'No provider of this corridor reaches this payee.' : `All ${decision.counts.candidates} candidates were refused${top ? `; the most common reason is “${familyWords(top[0]).label.toLowerCase()}” (${top[0]}, ${top[1]})` : ''}.`} No role passes a policy deny.</span>
      </p>
      <StalePrices session={session} />
      <Card>
        <div className="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5"><h2 className="font-semibold">What would make one possible</h2><span className="text-muted">cheapest first; splitting or another person’s account is never offered</span><span className="ml-auto"><Illus /></span></div>
        {openings.length === 0
          ? <p className="border-t border-line px-3 py-2 text-muted">{tooOld(session) > 0 ? 'With these prices no single change makes a lawful route.' : 'No single change makes a lawful route.'} Every reason stands below, with what would change it.</p>
          : (
            <DataTable
              label="What would make a route possible" rows={openings} keyOf={(opening, index) => `${opening.candidate_id}-${index}`}
              columns={[
                { head: 'If this changes', phone: 'text', wide: true, className: 'min-w-52', cell: (opening) => <><span className="mr-2 text-muted tabular-nums">{openings.indexOf(opening) + 1}</span><b className="font-semibold">{opening.remedy}</b></> },
                { head: 'What then falls away', className: 'min-w-72 text-12 text-muted', cell: (opening) => <span title={opening.clears.join(', ')}>{familiesOf(opening).join(', ')}</span> },
                { head: 'All-in from', end: true, className: 'whitespace-nowrap', cell: (opening) => <b className="font-semibold">{bpsToPct(opening.cost_bps)} %</b> },
              ]}
            />
          )}
      </Card>
    </>
  )
}

const familiesOf = (opening: Opening): string[] => [...new Set(opening.clears.map((code) => familyWords(code).label))]
