import type { ReactNode } from 'react'
import { Icon, StatusTag } from '../../shared/ui/index.ts'
import { documentStatus, familyWords, stateWords } from '../words.ts'
import type { Candidate, RouteSessionRow } from '../../api/types.ts'

/** A white box with an edge. */
export const Card = ({ children, className = '' }: { children: ReactNode; className?: string }) =>
  <section className={`min-w-0 rounded-lg border border-line bg-surface ${className}`}>{children}</section>

/** The first line of a page: its name, a note, and what can be done at right. */
export function PageTitle({ title, note, end }: { title: ReactNode; note?: ReactNode; end?: ReactNode }) {
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="min-w-0 text-18 font-semibold">{title}</h1>
      {note && <span className="min-w-0 text-muted">{note}</span>}
      {end && <div className="ml-auto flex flex-wrap items-center gap-2">{end}</div>}
    </div>
  )
}

export const Key = ({ children }: { children: ReactNode }) =>
  <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-11 text-muted">{children}</kbd>

const cell = 'px-3 py-1.5 align-top'
/** Cells of a dense table: head on a sunken ground, rows of 32 px. */
export const Th = ({ children, end, className = '' }: { children?: ReactNode; end?: boolean; className?: string }) =>
  <th scope="col" className={`h-8 px-3 text-12 font-medium whitespace-nowrap text-muted ${end ? 'text-right' : 'text-left'} ${className}`}>{children}</th>
export const Td = ({ children, end, className = '', colSpan }: { children?: ReactNode; end?: boolean; className?: string; colSpan?: number }) =>
  <td colSpan={colSpan} className={`${cell} ${end ? 'text-right tabular-nums' : ''} ${className}`}>{children}</td>

export const StateTag = ({ state }: { state: RouteSessionRow['state'] }) => {
  const { tone, label } = stateWords(state)
  return <StatusTag tone={tone} size="small" {...(state === 'no_route' ? { icon: 'prohibited' } : {})}>{label}</StatusTag>
}

/** Whether the payee's bank details stand; nothing where they do. */
export const PayeeTag = ({ payee_details }: Pick<RouteSessionRow, 'payee_details'>) =>
  payee_details === 'confirmed' ? null : payee_details === 'held' ? <StatusTag tone="danger" size="small" icon="lock">Payment on hold</StatusTag> : <StatusTag tone="attention" size="small">Bank details changed</StatusTag>

export const DocumentTag = ({ status }: { status: Candidate['documents'][number]['status'] }) => {
  const { tone, label } = documentStatus(status)
  return <StatusTag tone={tone} size="small">{label}</StatusTag>
}

/** The family of a reason as a tag. */
export const ReasonTag = ({ code }: { code: string }) => {
  const { tone, label } = familyWords(code)
  return <StatusTag tone={tone} size="small" {...(tone === 'danger' ? { icon: 'prohibited' } : {})}>{label}</StatusTag>
}

/** A sentence of the API: a reason's code or a rule's id in brackets is set as the id that it is, small, behind the words that say it. */
export const Sentence = ({ children }: { children: string }) =>
  children.split(CODE_IN_BRACKETS).map((part, index) => (index % 2 === 0 ? part : <span key={index} className="font-mono text-11 wrap-anywhere text-muted">{part}</span>))
const CODE_IN_BRACKETS = /(\((?:[a-z_]+:[\w.-]+|[a-z]+(?:_[a-z]+)+|[a-z]{2}(?:-[a-z0-9]+)+)\))/

/** A supplier's name, the Chinese one first where there is one. */
export const SupplierName = ({ name, zh }: { name: string; zh: string | null }) => (zh === null ? <>{name}</> : <><span lang="zh">{zh}</span> <span className="font-normal text-muted">{name}</span></>)

/** A search box with its icon. */
export function SearchBox({ value, onChange, label, placeholder, hint, className = '' }: {
  value: string; onChange: (value: string) => void; label: string; placeholder: string; hint?: string; className?: string
}) {
  return (
    <label className={`relative flex h-8 min-w-0 items-center rounded-md border border-control bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent ${className}`}>
      <span className="sr-only">{label}</span>
      <Icon name="search" size={16} className="ml-2.5 text-muted" />
      <input
        type="search" value={value} placeholder={placeholder} onChange={(event) => onChange(event.target.value)} data-search
        className="h-full min-w-0 flex-1 bg-transparent px-2 outline-none focus-visible:outline-none"
      />
      {hint && <span aria-hidden="true" className="mr-1.5"><Key>{hint}</Key></span>}
    </label>
  )
}

/** Term and value, one under the other: the facts strip. */
export function Fact({ term, children, note, className = '' }: { term: ReactNode; children: ReactNode; note?: ReactNode; className?: string }) {
  return (
    <div className={`min-w-0 ${className}`}>
      <dt className="text-12 text-muted">{term}</dt>
      <dd className="leading-6 font-semibold tabular-nums">{children}{note && <span className="ml-1.5 text-12 font-normal text-muted">{note}</span>}</dd>
    </div>
  )
}

/** A link in running text. */
export const linkLook = 'rounded-xs text-accent underline decoration-transparent underline-offset-2 hover:decoration-current'
