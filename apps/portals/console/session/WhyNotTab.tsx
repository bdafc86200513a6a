import { Fragment, useState } from 'react'
import type { Candidate, DeskRouteSession } from '../../api/types.ts'
import { saveFile } from '../../shared/csv.ts'
import { Button, EmptyState, ErrorNotice, Icon, Skeleton } from '../../shared/ui/index.ts'
import { compareDecimals, roundTo } from '../decimal.ts'
import { useNarrow } from '../narrow.ts'
import type { SessionSearch } from '../paths.ts'
import { routeTarget } from '../provenance/target.ts'
import { Sourced } from '../provenance/Sourced.tsx'
import { fetchCandidates, useCandidates, type CandidateFilter } from '../queries.ts'
import { ReasonTag, SearchBox, Td, Th } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { familyWords, pathWords } from '../words.ts'
import { CandidateDetail } from './CandidateDetail.tsx'
import { whyNotCsv, whyRow } from './why-not.ts'

type Props = { readonly session: DeskRouteSession; readonly search: SessionSearch; readonly show: (search: SessionSearch, replace?: boolean) => void }

const STATUSES = ['refused', 'lawful', 'ready', 'conditional'] as const
const filterOf = (search: SessionSearch): CandidateFilter => ({
  status: STATUSES.find((each) => each === search.status), reason: search.reason, retryable: search.retryable === 'true' ? true : undefined, q: search.q,
})

/** Every candidate that is not the recommended one, with every reason: filtered, searched, opened in place, exported. */
export function WhyNotTab({ session, search, show }: Props) {
  const narrow = useNarrow()
  const filter = filterOf(search)
  const list = useCandidates(session.id, session.version, filter)
  const [text, setText] = useSearchText(search.q ?? '', (q) => show({ ...search, q, candidate: '' }, true))
  const first = list.data?.pages[0]
  const recommended = session.recommended?.id
  const rows = list.data?.pages.flatMap((page) => page.items).filter((each) => each.id !== recommended) ?? []
  const counts = session.decision?.counts
  const facets = Object.entries(first?.facets ?? {}).sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
  // A chosen reason keeps its chip even where the other filters leave nothing under it.
  if (search.reason && !facets.some(([family]) => family === search.reason)) facets.unshift([search.reason, 0])
  const filtered = Boolean(search.status || search.reason || search.retryable || search.q)
  const lawfulLost = Math.max(0, (counts?.lawful ?? 0) - (recommended ? 1 : 0))
  const set = (change: SessionSearch) => show({ ...search, ...change, candidate: '' })

  return (
    <div>
      <div className="flex flex-wrap items-center gap-1.5 border-b border-line p-2">
        <Chip on={!search.status && !search.reason} onClick={() => set({ status: '', reason: '' })} count={(counts?.refused ?? 0) + lawfulLost}>All</Chip>
        <Chip on={search.status === 'refused'} onClick={() => set({ status: search.status === 'refused' ? '' : 'refused' })} count={counts?.refused}>Refused</Chip>
        <Chip on={search.status === 'lawful'} onClick={() => set({ status: search.status === 'lawful' ? '' : 'lawful', reason: '', retryable: '' })} count={lawfulLost}>Lost on score</Chip>
        <Chip on={search.retryable === 'true'} onClick={() => set({ retryable: search.retryable === 'true' ? '' : 'true' })}>Retryable only</Chip>
        <SearchBox value={text} onChange={setText} label="Search candidates" placeholder="Provider, code" hint="/" className="ml-auto w-full sm:w-52" />
        <div className="flex w-full flex-wrap gap-1.5" role="group" aria-label="Reasons">
          {facets.map(([family, count]) => (
            <Chip key={family} on={search.reason === family} onClick={() => set({ reason: search.reason === family ? '' : family })} count={count}>{familyWords(family).label}</Chip>
          ))}
        </div>
      </div>
      {list.isPending && <div className="p-4"><Skeleton lines={6} label="Loading candidates" /></div>}
      {list.error && <div className="p-3"><ErrorNotice error={list.error} action={<Button onClick={() => { void list.refetch() }}>Try again</Button>} /></div>}
      {list.data && rows.length === 0 && (
        <EmptyState icon="search" title="No candidate fits" action={filtered ? <Button onClick={() => show({ tab: 'why_not' })}>Show them all</Button> : undefined}>{filtered ? 'No candidate has all of these marks.' : 'Nothing lost and nothing was refused.'}</EmptyState>
      )}
      {rows.length > 0 && narrow && <WhyCards rows={rows} session={session} search={search} show={show} />}
      {rows.length > 0 && !narrow && <WhyTable rows={rows} session={session} search={search} show={show} />}
      {rows.length > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-1.5 text-12 text-muted">
          <span className="tabular-nums" role="status">{rows.length} of {Math.max(rows.length, (first?.total ?? 0) - (recommended && search.status !== 'refused' && first?.items.some((each) => each.id === recommended) ? 1 : 0))}. A route can stand under several reasons; +n opens the rest.</span>
          <span className="ml-auto flex gap-1">
            {list.hasNextPage && <Button kind="quiet" busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>Load 20 more</Button>}
            <ExportButton session={session} filter={filter} />
          </span>
        </div>
      )}
    </div>
  )
}

function Chip({ on, onClick, count, children }: { on: boolean; onClick: () => void; count?: number | undefined; children: string }) {
  return (
    <button
      type="button" aria-pressed={on} onClick={onClick}
      className="inline-flex min-h-7 items-center gap-1.5 rounded-md border border-line bg-surface px-2 text-12 font-medium whitespace-nowrap hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-tint aria-pressed:text-accent"
    >
      {children}{count !== undefined && <span className="tabular-nums">{count}</span>}
    </button>
  )
}

function WhyTable({ rows, session, search, show }: Props & { rows: readonly Candidate[] }) {
  const best = session.recommended?.score ?? null
  return (
    <div role="region" aria-label="Why not" tabIndex={0} className="relative overflow-x-auto focus-visible:-outline-offset-2">
      <table className="w-full border-collapse">
        <thead className="border-b border-line bg-sunken"><tr><Th className="w-full">Candidate, and what would change it</Th><Th end>Cost bps</Th><Th>Reason, number against</Th><Th>Retryable</Th></tr></thead>
        <tbody className="divide-y divide-line">
          {rows.map((candidate) => {
            const why = whyRow(candidate, best)
            const open = search.candidate === candidate.id
            return (
              <Fragment key={candidate.id}>
                <tr className={open ? 'bg-tint' : ''}>
                  <Td className="min-w-72">
                    <button type="button" aria-expanded={open} onClick={() => show({ ...search, candidate: open ? '' : candidate.id })} className="flex min-h-6 w-full items-start gap-1 text-left hover:underline">
                      <Icon name={open ? 'chevron-down' : 'chevron-right'} size={16} className="mt-0.5 -ml-1 text-muted" />{pathWords(candidate)}
                    </button>
                    <span className="block pl-4 text-12 text-muted">{why.remedy}</span>
                  </Td>
                  <Td end><Sourced target={routeTarget(candidate, 'cost')}>{roundTo(candidate.cost_bps, 1)}</Sourced></Td>
                  <Td className="min-w-60">
                    <ReasonTag code={why.code} />{why.more > 0 && <span className="ml-1 text-12 text-muted">+{why.more}</span>}
                    <span className="block text-12 tabular-nums">{why.number}{why.number !== '' && why.against !== '' && <span className="text-muted"> against </span>}<span className="text-muted">{why.against}</span></span>
                  </Td>
                  <Td className={`whitespace-nowrap ${why.retryable === 'No' ? 'text-muted' : 'text-success'}`}>{why.retryable}</Td>
                </tr>
                {open && (
                  // No width of its own: the detail's wide table scrolls inside itself and must not push these columns apart.
                  <tr><Td colSpan={4} className="bg-tint p-2!"><div className="w-0 min-w-full"><CandidateDetail candidate={candidate} recommended={false} /></div></Td></tr>
                )}
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Phones: the same rows as cards; the detail opens under its card. */
function WhyCards({ rows, session, search, show }: Props & { rows: readonly Candidate[] }) {
  const best = session.recommended?.score ?? null
  return (
    <ul aria-label="Why not" className="divide-y divide-line">
      {rows.map((candidate) => {
        const why = whyRow(candidate, best)
        const open = search.candidate === candidate.id
        return (
          <li key={candidate.id} className={`flex min-w-0 flex-col gap-1 px-3 py-2 ${open ? 'bg-tint' : ''}`}>
            <button type="button" aria-expanded={open} onClick={() => show({ ...search, candidate: open ? '' : candidate.id })} className="flex min-h-11 w-full items-center gap-1 text-left font-medium">
              <Icon name={open ? 'chevron-down' : 'chevron-right'} size={16} className="-ml-1 text-muted" />{pathWords(candidate)}
            </button>
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1"><ReasonTag code={why.code} />{why.more > 0 && <span className="text-12 text-muted">+{why.more}</span>}<span className="ml-auto tabular-nums">{roundTo(candidate.cost_bps, 1)} bps</span></p>
            <p className="text-12 tabular-nums">{why.number}{why.number !== '' && why.against !== '' && <span className="text-muted"> against </span>}<span className="text-muted">{why.against}</span></p>
            <p className="text-12 text-muted">{why.retryable === 'Lawful' ? 'Lawful. ' : why.retryable === 'Yes' ? 'Retryable. ' : ''}{why.remedy}</p>
            {open && <CandidateDetail candidate={candidate} recommended={false} />}
          </li>
        )
      })}
    </ul>
  )
}

/** All candidates of the filter, not only the loaded ones, as a file; at most fifty pages of a hundred. */
function ExportButton({ session, filter }: { session: DeskRouteSession; filter: CandidateFilter }) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async () => {
    setState('busy')
    try {
      const found: Candidate[] = []
      let cursor = ''
      for (let page = 0; page < 50; page += 1) {
        const next = await fetchCandidates(session.id, filter, cursor, 100)
        found.push(...next.items.filter((each) => each.id !== session.recommended?.id))
        if (next.next_cursor === null) break
        cursor = next.next_cursor
      }
      found.sort((a, b) => compareDecimals(a.cost_bps, b.cost_bps))
      saveFile(`${session.reference}-why-not.csv`, 'text/csv', whyNotCsv(found))
      setState('idle')
    } catch { setState('failed') }
  }
  return <Button kind="quiet" icon="download" busy={state === 'busy'} onClick={() => { void save() }}>{state === 'failed' ? 'Export failed, try again' : 'Export with codes'}</Button>
}
