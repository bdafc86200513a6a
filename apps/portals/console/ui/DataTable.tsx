import type { ReactNode } from 'react'
import { usePhone } from '../narrow.ts'
import { Td, Th } from './parts.tsx'

export type Column<Row> = {
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** numbers: right-aligned, tabular */
  readonly end?: boolean
  /** takes the width that the other columns leave */
  readonly wide?: boolean
  /** of the table's cell alone */
  readonly className?: string
  /**
   * Where the cell stands in a phone's stacked row: in its first line, in the text beneath, beside its label (the default) or last.
   * First line, text and last line carry no label, so such a cell must say by itself what it is.
   */
  readonly phone?: 'first' | 'text' | 'pair' | 'last'
}

type Group<Row> = { readonly title: string; readonly rows: readonly Row[] }
type Props<Row> = {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row, index: number) => string
  /** of the table itself */
  readonly className?: string
} & ({ readonly rows: readonly Row[] } | { readonly groups: readonly Group<Row>[] })

/**
 * Rows of one kind: a table from a tablet on, which scrolls inside its own box where it must, and a list of stacked rows on a phone, where
 * a table would hide its last columns. One or the other is in the page, so each has the roles that it was born with.
 */
export function DataTable<Row>(props: Props<Row>) {
  const phone = usePhone()
  const groups = 'groups' in props ? props.groups : [{ title: null, rows: props.rows }]
  return phone ? <StackedRows {...props} groups={groups} /> : <WideTable {...props} groups={groups} />
}

type Drawn<Row> = Pick<Props<Row>, 'label' | 'columns' | 'keyOf' | 'className'> & { readonly groups: readonly { readonly title: string | null; readonly rows: readonly Row[] }[] }

// The box can be reached by the keyboard, to be scrolled. Being `relative` it also keeps what is only for screen readers from widening the page.
function WideTable<Row>({ label, columns, keyOf, groups, className = '' }: Drawn<Row>) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto focus-visible:-outline-offset-2">
      <table className={`w-full border-collapse ${className}`}>
        <thead className="border-b border-line bg-sunken">
          <tr>{columns.map((column, index) => <Th key={index} end={column.end === true} className={column.wide ? 'w-full' : ''}>{column.head}</Th>)}</tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.title} className="divide-y divide-line border-b border-line last:border-b-0">
            {group.title !== null && <tr className="h-7 bg-page"><th scope="rowgroup" colSpan={columns.length} className="px-3 text-left text-12 font-semibold">{group.title}</th></tr>}
            {group.rows.map((row, index) => (
              <tr key={keyOf(row, index)} className="h-8">
                {columns.map((column, at) => <Td key={at} end={column.end === true} className={column.className ?? ''}>{column.cell(row)}</Td>)}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function StackedRows<Row>({ label, columns, keyOf, groups }: Drawn<Row>) {
  const placed = (place: NonNullable<Column<Row>['phone']>) => columns.filter((column) => (column.phone ?? 'pair') === place)
  const [first, text, pairs, last] = [placed('first'), placed('text'), placed('pair'), placed('last')]
  return (
    <div role="region" aria-label={label} className="relative">
      {groups.map((group) => (
        <div key={group.title}>
          {group.title !== null && <h2 className="border-y border-line bg-page px-3 py-1 text-12 font-semibold">{group.title}</h2>}
          <ul className="divide-y divide-line">
            {group.rows.map((row, index) => (
              <li key={keyOf(row, index)} className="flex min-w-0 flex-col gap-1 px-3 py-2 wrap-anywhere">
                {first.length > 0 && <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">{first.map((column, at) => <div key={at} className="min-w-0">{column.cell(row)}</div>)}</div>}
                {text.map((column, at) => <div key={at}>{column.cell(row)}</div>)}
                {pairs.length > 0 && (
                  <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-12">
                    {pairs.map((column, at) => (
                      <div key={at} className="col-span-2 grid grid-cols-subgrid items-baseline"><dt className="text-muted">{column.head}</dt><dd className="text-right tabular-nums">{column.cell(row)}</dd></div>
                    ))}
                  </dl>
                )}
                {last.map((column, at) => <div key={at}>{column.cell(row)}</div>)}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
