import type { ReactNode } from 'react'
import { ApiError } from '../../api/problem.ts'
import type { Corridor } from '../../api/types.ts'
import { Button, EmptyState, ErrorNotice, LinkButton, Skeleton, StatusTag, Tabs, type Tone } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to } from '../paths.ts'
import { useProvenance } from '../provenance/context.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { factsTarget } from '../provenance/target.ts'
import { useCorridor } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, Fact, linkLook, PageTitle } from '../ui/parts.tsx'
import { corridorArrow, plain, shortDuration, titled } from '../words.ts'

const TABS = ['pairs', 'rules', 'documents', 'checklist', 'windows', 'regulators'] as const
type TabName = (typeof TABS)[number]

const statusTone: Readonly<Record<string, Tone>> = { allowed: 'success', conditional: 'attention', review: 'attention', restricted: 'danger', prohibited: 'danger' }
const RuleTag = ({ status }: { status: string }) => <StatusTag tone={statusTone[status] ?? 'info'} size="small">{titled(status)}</StatusTag>

/** How many public sources; pressing it shows them. */
function Sources({ title, value, facts, illustrative = false }: { title: string; value: string; facts: readonly string[]; illustrative?: boolean }) {
  const open = useProvenance()
  const target = factsTarget(title, value, 'From the corridor’s data.', facts, illustrative)
  if (facts.length === 0) return illustrative ? <Illus target={target} /> : <span className="text-muted">none</span>
  return <button type="button" className={`${linkLook} min-h-6 whitespace-nowrap`} onClick={() => open(target)}>{facts.length === 1 ? '1 source' : `${facts.length} sources`}</button>
}

/** One corridor: allowed pairs, rules, papers, checklist, settlement windows and regulators, each with its sources. */
export function CorridorPage({ id, search }: { id: string; search: { readonly tab?: string } }) {
  const go = useGo()
  const query = useCorridor(id)
  if (query.isPending) return <Card className="p-4"><Skeleton lines={8} label="Loading the corridor" /></Card>
  if (query.error instanceof ApiError && query.error.problem.status === 404) return <Card><EmptyState icon="search" title="There is no such corridor" action={<LinkButton href={to.corridors()}>All corridors</LinkButton>} /></Card>
  if (query.error) return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />
  const corridor = query.data
  const tab = TABS.find((each) => each === search.tab) ?? 'pairs'
  const tables: Record<TabName, ReactNode> = {
    pairs: <Pairs corridor={corridor} />, rules: <Rules corridor={corridor} />, documents: <Papers corridor={corridor} />, checklist: <Checklist corridor={corridor} />,
    windows: <Windows corridor={corridor} />, regulators: <Regulators corridor={corridor} />,
  }
  return (
    <>
      <PageTitle title={corridor.name} note={corridorArrow(corridor.id)} end={<LinkButton href={to.corridors()} icon="arrow-left">All corridors</LinkButton>} />
      <Card>
        <dl className="grid grid-cols-2 gap-x-4 gap-y-2 px-3 py-2 sm:grid-cols-4">
          <Fact term="Mode ceiling">{titled(corridor.mode_ceiling)}</Fact><Fact term="From">{corridor.source_currency}, {corridor.source_country}</Fact><Fact term="To">{corridor.destination_currencies.join(', ')}, {corridor.destination_country}</Fact><Fact term="Depth of the data">{titled(corridor.depth)}</Fact>
        </dl>
      </Card>
      <Card className="overflow-clip">
        <Tabs
          label="Corridor" value={tab} onChange={(next) => go(to.corridor(id, { tab: next }))}
          tabs={[
            { value: 'pairs', label: 'Allowed pairs', count: corridor.allowed_pairs.length }, { value: 'rules', label: 'Rules', count: corridor.rules.length }, { value: 'documents', label: 'Documents', count: corridor.documents.length },
            { value: 'checklist', label: 'Checklist', count: corridor.checklist.length }, { value: 'windows', label: 'Settlement windows', count: corridor.settlement_windows.length }, { value: 'regulators', label: 'Regulators', count: corridor.regulators.length },
          ]}
        >
          {tables[tab]}
        </Tabs>
      </Card>
    </>
  )
}

type Props = { readonly corridor: Corridor }

const Pairs = ({ corridor }: Props) => (
  <DataTable
    label="Allowed pairs" rows={corridor.allowed_pairs} keyOf={(_, index) => String(index)}
    columns={[
      { head: 'From', phone: 'first', className: 'whitespace-nowrap', cell: (pair) => `${pair.from} ${pair.from_country ?? ''}` },
      { head: 'To', phone: 'first', className: 'whitespace-nowrap', cell: (pair) => <><span className="text-muted md:hidden">→ </span>{pair.to} {pair.to_country ?? ''}</> },
      { head: 'Status', phone: 'first', cell: (pair) => <RuleTag status={pair.status} /> },
      { head: 'Conditions', phone: 'text', wide: true, className: 'min-w-52', cell: (pair) => pair.conditions ?? <span className="text-muted">no conditions</span> },
      { head: 'Sources', cell: (pair) => <Sources title={`${pair.from} → ${pair.to}`} value={pair.status} facts={pair.facts} illustrative={pair.illustrative} /> },
    ]}
  />
)

const matchText = (match: unknown): string =>
  typeof match === 'object' && match !== null ? Object.entries(match).map(([key, value]) => `${plain(key)}: ${valueText(value)}`).join('; ') : ''
const valueText = (value: unknown): string =>
  Array.isArray(value) ? value.join(' or ') : typeof value === 'object' && value !== null ? Object.values(value).map(String).join(' ') : String(value)

const Rules = ({ corridor }: Props) => (
  <DataTable
    label="Rules" rows={corridor.rules} keyOf={(rule) => rule.id}
    columns={[
      { head: 'Status', phone: 'first', cell: (rule) => <RuleTag status={rule.status} /> },
      { head: 'Rule', phone: 'first', className: 'whitespace-nowrap', cell: (rule) => <span className="font-mono text-12 font-normal">{rule.id}</span> },
      { head: 'Why, and when it matches', phone: 'text', wide: true, className: 'min-w-64', cell: (rule) => <>{rule.reason}<span className="block text-12 text-muted">{matchText(rule.match)}</span></> },
      { head: 'Sources', cell: (rule) => <Sources title={rule.id} value={rule.status} facts={rule.facts} /> },
    ]}
  />
)

const Papers = ({ corridor }: Props) => (
  <DataTable
    label="Documents" rows={corridor.documents} keyOf={(paper) => paper.code}
    columns={[
      { head: 'Paper', phone: 'first', wide: true, className: 'min-w-52', cell: (paper) => <>{paper.title}<span className="block font-mono text-11 font-normal break-all text-muted">{paper.code}</span></> },
      { head: 'When', phone: 'text', className: 'min-w-52', cell: (paper) => paper.when },
      { head: 'Stage', className: 'whitespace-nowrap', cell: (paper) => plain(paper.stage) },
      { head: 'Lead time', end: true, className: 'whitespace-nowrap', cell: (paper) => (paper.lead_time === null ? <span className="text-muted">—</span> : shortDuration(paper.lead_time)) },
      { head: 'Sources', cell: (paper) => <Sources title={paper.title} value={paper.when} facts={paper.facts} illustrative={paper.illustrative} /> },
    ]}
  />
)

const Checklist = ({ corridor }: Props) => (
  <DataTable
    label="Checklist" rows={corridor.checklist} keyOf={(item) => item.id}
    columns={[
      { head: 'Item', phone: 'text', wide: true, className: 'min-w-64', cell: (item) => <>{item.item}<span className="block font-mono text-11 text-muted">{item.id}</span></> },
      { head: 'Stage', className: 'whitespace-nowrap', cell: (item) => plain(item.stage) },
      { head: 'Blocking', cell: (item) => (item.blocking ? <StatusTag tone="attention" size="small">Blocking</StatusTag> : <span className="text-muted">no</span>) },
      { head: 'Sources', cell: (item) => <Sources title={item.id} value={item.item} facts={item.facts} /> },
    ]}
  />
)

const Windows = ({ corridor }: Props) => (
  <DataTable
    label="Settlement windows" rows={corridor.settlement_windows} keyOf={(window) => window.id}
    columns={[
      { head: 'Window', phone: 'first', className: 'min-w-40', cell: (window) => window.name },
      { head: 'Hours', phone: 'text', wide: true, className: 'min-w-52', cell: (window) => <>{window.text || <span className="text-muted">hours not stated</span>}{window.unverified_claim && <span className="block"><StatusTag tone="attention" size="small">Unverified claim</StatusTag></span>}</> },
      { head: 'Zone', className: 'whitespace-nowrap', cell: (window) => window.timezone },
      { head: 'Sources', cell: (window) => <Sources title={window.name} value={window.text} facts={window.facts} /> },
    ]}
  />
)

const Regulators = ({ corridor }: Props) => (
  <DataTable
    label="Regulators" rows={corridor.regulators} keyOf={(each) => `${each.country}-${each.authority}`}
    columns={[
      { head: 'Country', phone: 'first', cell: (each) => each.country },
      { head: 'Authority', phone: 'first', className: 'min-w-40', cell: (each) => each.authority },
      { head: 'Scope', phone: 'text', wide: true, className: 'min-w-52', cell: (each) => <>{each.scope}{each.notes && <span className="block text-12 text-muted">{each.notes}</span>}</> },
      { head: 'Sources', cell: (each) => <Sources title={each.authority} value={each.scope} facts={each.facts} /> },
    ]}
  />
)
