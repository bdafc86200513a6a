import type { RouteSessionRow } from '../../api/types.ts'
import { LinkButton, Money, StatusTag } from '../../shared/ui/index.ts'
import { bpsToPct } from '../decimal.ts'
import { to } from '../paths.ts'
import { PayeeTag, Sentence, StateTag, SupplierName, Td, Th } from '../ui/parts.tsx'
import { corridorArrow } from '../words.ts'
import { actionLabel, progressWords } from './next-words.ts'
import { dueOf, type Due, type Group } from './groups.ts'

type Props = { readonly groups: readonly Group[]; readonly selected: string | undefined; readonly now: number }

const dueLook: Record<Due['look'], string> = { overdue: 'font-semibold text-danger', soon: 'font-semibold', paused: 'text-muted', none: 'text-muted' }
const edge = (row: RouteSessionRow, due: Due) => (row.needs_me ? (due.look === 'overdue' ? 'shadow-[inset_3px_0_0_var(--fc-danger)]' : 'shadow-[inset_3px_0_0_var(--fc-attention)]') : '')

/** What stands under the amount sent: all-in cost and whether a paper or a person is still needed. */
const under = (row: RouteSessionRow): string =>
  row.cost_bps === null ? (row.state === 'no_route' ? 'no lawful route' : 'no price') : `${bpsToPct(row.cost_bps)} % · ${row.conditional ? 'conditional' : 'ready'}`

/** Wide screens: a table with one header, group rows of 28 px, ACTION rows in two lines, other rows in one. */
export function QueueTable({ groups, selected, now }: Props) {
  return (
    <div role="region" aria-label="Queue" tabIndex={0} className="relative overflow-x-auto focus-visible:-outline-offset-2">
      <table className="w-full border-collapse">
        <thead className="border-b border-line bg-sunken">
          <tr><Th>Session</Th><Th className="w-full">What needs doing, and why</Th><Th>Action</Th><Th end>Due</Th><Th>Corridor</Th><Th end>Supplier gets</Th><Th end>Merchant sends</Th></tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.key} className="divide-y divide-line border-b border-line last:border-b-0">
            <tr className="h-7 bg-page"><th scope="rowgroup" colSpan={7} className="px-3 text-left text-12 font-normal text-muted"><b className="font-semibold text-text">{group.title} · {group.rows.length}</b> {group.note}</th></tr>
            {group.rows.map((row) => {
              const due = dueOf(row, now)
              const two = group.key === 'action'
              return (
                <tr key={row.id} id={`row-${row.id}`} aria-current={row.id === selected ? 'true' : undefined} className={`${two ? 'h-12' : 'h-8'} scroll-mt-20 aria-[current]:bg-tint`}>
                  <Td className={`whitespace-nowrap ${edge(row, due)} py-0.5! align-middle!`}>
                    <a href={to.session(row.id)} className="font-mono text-12 text-text no-underline hover:underline">{row.reference}</a>
                    {two && <span className="block"><StateTag state={row.state} /></span>}
                  </Td>
                  <Td className="py-0.5! align-middle!">
                    <span className={two ? 'block' : ''}><b className="font-semibold">{row.merchant_name}</b> <span className="text-muted">{two ? row.description : progressWords(row) || row.description}</span> <PayeeTag payee_details={row.payee_details} /><PlayedTag row={row} /></span>
                    {two && <span className="block text-12"><Sentence>{row.action ?? 'Read the recommendation and decide.'}</Sentence>{row.degraded && ' Degraded.'}</span>}
                  </Td>
                  <Td className="py-0.5! align-middle!">
                    {two
                      ? <LinkButton href={to.session(row.id)} kind={row.id === selected ? 'filled' : 'outline'} className="min-w-28">{actionLabel(row)}<span className="sr-only"> {row.reference}</span></LinkButton>
                      : <StateTag state={row.state} />}
                  </Td>
                  <Td end className="whitespace-nowrap py-0.5! align-middle!">
                    <span className={dueLook[due.look]}>{due.text}</span>
                    {two && <span className={`block text-12 ${due.look === 'overdue' ? 'text-danger' : 'text-muted'}`}>{due.note}</span>}
                  </Td>
                  <Td className="whitespace-nowrap py-0.5! align-middle!">{corridorArrow(row.corridor_id)}</Td>
                  <Td end className="whitespace-nowrap py-0.5! align-middle!"><Money value={row.receives} />{two && <span className="block text-12 text-muted"><SupplierName name={row.supplier_name_zh ? '' : shortName(row.supplier_name)} zh={row.supplier_name_zh} /></span>}</Td>
                  <Td end className="whitespace-nowrap py-0.5! align-middle!"><Money value={row.sends} />{two && <span className="block text-12 text-muted">{under(row)}</span>}</Td>
                </tr>
              )
            })}
          </tbody>
        ))}
      </table>
    </div>
  )
}

/** A session that is played says so wherever it stands. */
const PlayedTag = ({ row }: { row: RouteSessionRow }) => (row.execution_mode === 'simulation' ? <StatusTag tone="waiting" size="small" icon="circle-dashed">Simulation</StatusTag> : null)

const shortName = (name: string) => (name.length > 28 ? `${name.slice(0, 26).trimEnd()}…` : name)

/** Phones: the same rows as cards, in one column. */
export function QueueCards({ groups, selected, now }: Props) {
  return (
    <>
      {groups.map((group) => (
        <section key={group.key} aria-label={group.title}>
          <h2 className="border-y border-line bg-page px-3 py-1 text-12 font-normal text-muted"><b className="font-semibold text-text">{group.title} · {group.rows.length}</b> {group.note}</h2>
          <ul className="divide-y divide-line">
            {group.rows.map((row) => {
              const due = dueOf(row, now)
              return (
                <li key={row.id} id={`row-${row.id}`} aria-current={row.id === selected ? 'true' : undefined} className={`flex flex-col gap-2 px-3 py-3 ${edge(row, due)}`}>
                  <div className="flex flex-wrap items-center gap-2"><span className="font-mono text-12">{row.reference}</span><StateTag state={row.state} />{row.conditional && row.needs_me && <StatusTag tone="attention" size="small">Conditional</StatusTag>}<PayeeTag payee_details={row.payee_details} /><PlayedTag row={row} /><span className={`ml-auto text-12 ${dueLook[due.look]}`}>{due.look === 'soon' ? 'in ' : ''}{due.text}</span></div>
                  <div><p className="font-semibold">{row.merchant_name}</p><p className="text-muted">{row.description}</p>{!row.action && row.step && <p>{progressWords(row)}</p>}{row.action && <p><Sentence>{row.action}</Sentence></p>}</div>
                  <dl className="grid grid-cols-[1fr_auto] gap-x-3 text-12"><dt className="text-muted">Supplier gets</dt><dd className="text-right"><Money value={row.receives} /></dd><dt className="text-muted">Merchant sends</dt><dd className="text-right"><Money value={row.sends} /></dd></dl>
                  <LinkButton href={to.session(row.id)} className="min-h-11">{row.needs_me ? actionLabel(row) : 'Open'}<span className="sr-only"> {row.reference}</span></LinkButton>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </>
  )
}
