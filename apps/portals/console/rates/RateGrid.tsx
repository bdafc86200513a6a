import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { QuoteSource, Rate } from '../../api/types.ts'
import { StatusTag } from '../../shared/ui/index.ts'
import { usePhone } from '../narrow.ts'
import { Th, Td } from '../ui/parts.tsx'
import { ageWords, filledOf, type Draft, type Drafts } from './draft.ts'
import { SOURCE_WORDS, STATE_TAGS } from './words.ts'

type Props = {
  readonly rates: readonly Rate[]; readonly drafts: Drafts; readonly source: QuoteSource; readonly denied: boolean
  readonly onDraft: (leg: string, draft: Draft | null) => void; readonly onRow: (leg: string) => void
}
type CellName = 'price' | 'bps' | 'time'

/**
 * The grid: one row a leg, the price typed in its cell. Up, Down and Enter go along the column; `=` says that the price is the same now and goes on;
 * `b` goes over to basis points; Esc takes back what was typed in the row.
 */
export function RateGrid(props: Props) {
  const phone = usePhone()
  const box = useRef<HTMLDivElement>(null)
  const focusCell = (at: number, cell: CellName) => {
    const input = box.current?.querySelectorAll<HTMLInputElement>(`[data-cell="${cell}"]`)[at] ?? box.current?.querySelectorAll<HTMLInputElement>('[data-cell="price"]')[at]
    input?.focus()
    input?.select()
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>, rate: Rate, at: number, cell: CellName) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) focusCell(at + step, cell)
    else if (event.key === 'Escape') { props.onDraft(rate.leg, null); focusCell(at, cell) }
    else if (props.denied || cell === 'time') return
    else if (event.key === '=') { props.onDraft(rate.leg, { as: 'unchanged', text: '', time: '', source: props.source }); focusCell(at + 1, cell) }
    else if (event.key === 'b') focusCell(at, 'bps')
    else return
    event.preventDefault()
    // The page's own keys do not see what a cell has taken.
    event.stopPropagation()
  }
  const cellsOf = (rate: Rate, at: number) => {
    const draft = props.drafts[rate.leg]
    const filled = filledOf(rate, draft)
    const old = rate.state !== 'fresh' && draft === undefined
    const input = (cell: 'price' | 'bps', value: string, label: string) => (
      <input
        data-cell={cell} value={value} aria-label={label} aria-invalid={filled.problem !== null || undefined} readOnly={props.denied} inputMode="decimal" autoComplete="off"
        onChange={(event) => props.onDraft(rate.leg, { as: cell, text: event.target.value, time: draft?.time ?? '', source: draft?.source ?? props.source })}
        onFocus={(event) => { props.onRow(rate.leg); event.target.select() }} onKeyDown={(event) => onKey(event, rate, at, cell)}
        className={`h-7 w-full min-w-0 rounded border border-transparent bg-transparent px-1.5 text-right tabular-nums hover:border-control focus:border-accent focus:bg-surface aria-invalid:border-danger max-md:h-11 max-md:border-control ${old && cell === 'price' ? 'font-semibold text-attention' : ''} ${draft !== undefined && (draft.as === cell || (draft.as === 'unchanged' && cell === 'price')) ? 'font-semibold' : ''}`}
      />
    )
    const name = `${rate.provider_name}, ${rate.from} to ${rate.to}`
    return {
      draft, filled, old,
      price: input('price', filled.price, `Price of ${name}, ${rate.quoted_as.unit} per ${rate.quoted_as.per}`),
      bps: input('bps', filled.spread_bps, `Spread of ${name}, basis points`),
      observed: draft !== undefined && draft.as !== 'unchanged'
        ? <input
          data-cell="time" aria-label={`Time of ${name}`} placeholder="now" value={draft.time} autoComplete="off" maxLength={5} onChange={(event) => props.onDraft(rate.leg, { ...draft, time: event.target.value })} onKeyDown={(event) => onKey(event, rate, at, 'time')}
          className="h-7 w-20 rounded border border-control bg-surface px-1.5 tabular-nums max-md:h-11"
        />
        : draft !== undefined ? 'now' : <time dateTime={rate.observed_at} title={rate.observed_at}>{shortTime(rate.observed_at)}</time>,
      age: draft !== undefined ? `now / ${ageWords(rate.max_age_s)}` : `${ageWords(rate.age_s)} / ${ageWords(rate.max_age_s)}`,
      source: SOURCE_WORDS[draft?.source ?? rate.source], who: draft !== undefined ? 'you' : (rate.who ?? 'Import'),
      state: draft === undefined ? <RateState rate={rate} /> : filled.problem !== null ? <StatusTag tone="danger" size="small">Cannot be saved</StatusTag> : <StatusTag tone="info" size="small">{draft.as === 'unchanged' ? 'Unchanged' : 'Editing'}</StatusTag>,
    }
  }
  return <div ref={box}>{phone ? <PhoneRows rates={props.rates} cellsOf={cellsOf} /> : <WideRows rates={props.rates} cellsOf={cellsOf} />}</div>
}

const RateState = ({ rate }: { rate: Rate }) => (rate.suspended ? <StatusTag tone="danger" size="small">Provider out</StatusTag> : <StatusTag tone={STATE_TAGS[rate.state].tone} size="small" {...(rate.state === 'stale' ? { icon: 'clock' as const } : {})}>{STATE_TAGS[rate.state].label}</StatusTag>)
/** "29 Sep 09:00", in the zone that the API says it in: the company's. */
const shortTime = (at: string): string => `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1]} ${at.slice(11, 16)}`
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const Illustrative = () => <span className="text-11 text-muted underline decoration-dashed underline-offset-2" title="No public source gives this number">illus.</span>

type Cells = { readonly draft: Draft | undefined; readonly filled: { readonly problem: string | null }; readonly old: boolean; readonly price: ReactNode; readonly bps: ReactNode; readonly observed: ReactNode; readonly age: string; readonly source: string; readonly who: string; readonly state: ReactNode }
type Drawn = { readonly rates: readonly Rate[]; readonly cellsOf: (rate: Rate, at: number) => Cells }

function WideRows({ rates, cellsOf }: Drawn) {
  return (
    <div className="overflow-x-auto" role="region" aria-label="Rates" tabIndex={0}>
      <table className="w-full min-w-[1040px] border-collapse">
        <thead className="bg-sunken"><tr><Th>Provider</Th><Th>Pair</Th><Th>Quoted as</Th><Th end>Mid</Th><Th end>Provider price</Th><Th end>Spread bps</Th><Th>Observed at</Th><Th>Age / max</Th><Th>Source</Th><Th>Who</Th><Th>State</Th></tr></thead>
        <tbody>
          {rates.map((rate, at) => {
            const cells = cellsOf(rate, at)
            const mark = cells.old ? 'font-semibold text-attention' : ''
            return (
              <tr key={rate.leg} className={`border-t border-line ${cells.draft === undefined ? '' : 'bg-tint'}`}>
                <Td className="max-w-56 truncate"><span title={rate.provider_name}>{rate.provider_name}</span>{cells.filled.problem !== null && <span className="block text-12 whitespace-normal text-danger" role="status">{cells.filled.problem}</span>}</Td>
                <Td className="whitespace-nowrap">{rate.from} → {rate.to}</Td>
                <Td className="whitespace-nowrap text-muted">{rate.quoted_as.unit} per {rate.quoted_as.per}</Td>
                <Td end>{rate.mid}</Td>
                <td className="w-28 px-1">{cells.price}</td>
                <td className="px-1.5 whitespace-nowrap"><span className="flex items-center justify-end gap-1"><span className="w-16">{cells.bps}</span><span className="w-8">{rate.illustrative && cells.draft === undefined && <Illustrative />}</span></span></td>
                <Td className={`whitespace-nowrap ${mark}`}>{cells.observed}</Td>
                <Td className={`whitespace-nowrap ${mark}`}>{cells.age}</Td>
                <Td className="whitespace-nowrap">{cells.source}</Td>
                <Td className="whitespace-nowrap text-muted">{cells.who}</Td>
                <Td className="whitespace-nowrap">{cells.state}</Td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function PhoneRows({ rates, cellsOf }: Drawn) {
  return (
    <ul aria-label="Rates">
      {rates.map((rate, at) => {
        const cells = cellsOf(rate, at)
        return (
          <li key={rate.leg} className={`flex flex-col gap-1.5 border-t border-line px-3 py-2 first:border-t-0 ${cells.draft === undefined ? '' : 'bg-tint'}`}>
            <div className="flex items-start justify-between gap-2"><span className="min-w-0 font-medium wrap-anywhere">{rate.provider_name}</span>{cells.state}</div>
            <div className="text-12 text-muted">{rate.from} → {rate.to}, {rate.quoted_as.unit} per {rate.quoted_as.per}; mid {rate.mid} {rate.illustrative && cells.draft === undefined && <Illustrative />}</div>
            <div className="grid grid-cols-2 gap-2">
              <div><span aria-hidden="true" className="text-12 text-muted">Price</span>{cells.price}</div>
              <div><span aria-hidden="true" className="text-12 text-muted">Spread bps</span>{cells.bps}</div>
            </div>
            {cells.filled.problem !== null && <p role="status" className="text-12 text-danger">{cells.filled.problem}</p>}
            <div className={`flex flex-wrap items-center gap-x-2 text-12 ${cells.old ? 'font-semibold text-attention' : 'text-muted'}`}>{cells.observed}<span>{cells.age}</span><span>{cells.source}, {cells.who}</span></div>
          </li>
        )
      })}
    </ul>
  )
}
