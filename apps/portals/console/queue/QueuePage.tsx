import { useEffect, useMemo, useState } from 'react'
import { useClock } from '../../shared/clock.ts'
import { Button, EmptyState, ErrorNotice, Input, LinkButton, Notice, Select, Skeleton } from '../../shared/ui/index.ts'
import { hasCode } from '../../api/problem.ts'
import { useCan } from '../../shared/session/session.ts'
import { useStart } from '../desk/claims.ts'
import { useGo } from '../go.ts'
import { useKeys } from '../keys.ts'
import { useNarrow } from '../narrow.ts'
import { QUEUE_VIEWS, to, viewOf, type QueueSearch, type QueueView } from '../paths.ts'
import { useCorridors, useOnboarding, useSessionList } from '../queries.ts'
import { Card, Key, PageTitle, SearchBox } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { corridorArrow } from '../words.ts'
import { FirstSteps } from './FirstSteps.tsx'
import { groupsOf } from './groups.ts'
import { QueueCards, QueueTable } from './QueueRows.tsx'
import { useSavedViews } from './saved-views.ts'
import { StartHere } from './StartHere.tsx'

const VIEW_LABELS: Readonly<Record<QueueView, string>> = { open: 'All open', needs_me: 'Needs me', done: 'Done' }

/** The operator's queue: what needs me first, by due time; then what waits on a merchant, then what moves. Done is another view. */
export function QueuePage({ search }: { search: QueueSearch }) {
  const go = useGo()
  const clock = useClock()
  const narrow = useNarrow()
  const view = viewOf(search)
  const list = useSessionList({ view, q: search.q, corridor_id: search.corridor })
  const onboarding = useOnboarding()
  const corridors = useCorridors().data ?? []
  const [text, setText] = useSearchText(search.q ?? '', (q) => go(to.queue({ ...search, q, row: undefined as never }), { replace: true }))
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const groups = useMemo(() => groupsOf(rows), [rows])
  const ordered = useMemo(() => groups.flatMap((group) => group.rows), [groups])
  const counts = list.data?.pages[0]?.counts
  const selected = ordered.find((row) => row.id === search.row) ?? ordered[0]

  const select = (step: number) => {
    if (!selected) return
    const next = ordered[Math.max(0, Math.min(ordered.length - 1, ordered.indexOf(selected) + step))]!
    go(to.queue({ ...search, row: next.id }), { replace: true })
  }
  const start = useStart()
  const startDenied = useCan()('claim:write') ?? (counts?.needs_me === 0 ? 'Nothing needs you.' : null)
  useKeys({ s: () => { if (startDenied === null && !start.isPending) start.mutate() }, j: () => select(1), k: () => select(-1), Enter: () => { if (selected) go(to.session(selected.id)) } })
  // The chosen row stays in sight when the keys move it; the first paint leaves the page where it is.
  useEffect(() => { if (search.row) document.getElementById(`row-${search.row}`)?.scrollIntoView({ block: 'nearest' }) }, [search.row])

  return (
    <>
      <PageTitle
        title="Queue" note={counts && `${counts.open} open sessions, ${counts.needs_me} need you`}
        end={(
          <>
            <span className="mr-2 hidden items-center gap-1.5 text-12 text-muted xl:flex"><Key>j</Key><Key>k</Key> move <Key>Enter</Key> open <Key>s</Key> start <Key>?</Key> keys</span>
            <Button busy={start.isPending} disabledReason={startDenied} onClick={() => start.mutate()}>Start top row</Button>
            <LinkButton href={to.newRequest()} icon="plus">New request</LinkButton>
          </>
        )}
      />
      {start.error && (hasCode(start.error, 'nothing_to_claim')
        ? <Notice tone="info" live="polite" title="Nothing to start">Everything that needs the desk is in a colleague’s hand. A row shows whose; open it to take it over.</Notice>
        : <ErrorNotice error={start.error} />)}
      {onboarding.data?.routed === false ? <FirstSteps steps={onboarding.data.steps} /> : !onboarding.isPending && <StartHere />}
      <Card>
        <Views search={search} view={view} counts={counts} />
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <SearchBox value={text} onChange={setText} label="Search the queue" placeholder="Reference, merchant, supplier" hint="/" className="w-full sm:w-76" />
          <Select
            label="Corridor" prefix="Corridor:" value={search.corridor ?? 'any'} className="w-full! sm:w-auto! sm:min-w-40"
            options={[{ value: 'any', label: 'any' }, ...corridors.map((each) => ({ value: each.id, label: corridorArrow(each.id), detail: each.name }))]}
            onChange={(corridor) => go(to.queue({ ...search, corridor: corridor === 'any' ? '' : corridor, row: '' }))}
          />
          {(search.q || search.corridor) && <Button kind="quiet" onClick={() => go(to.queue({ view: search.view ?? '' }))}>Clear</Button>}
          <span className="ml-auto text-12 text-muted tabular-nums" role="status">{rows.length}{list.hasNextPage ? ' so far' : ` of ${view === 'done' ? (counts?.done ?? rows.length) : view === 'needs_me' ? (counts?.needs_me ?? rows.length) : (counts?.open ?? rows.length)}`}</span>
        </div>
        {list.isPending && <div className="p-4"><Skeleton lines={6} label="Loading the queue" /></div>}
        {list.error && <div className="p-3"><ErrorNotice error={list.error} action={<Button onClick={() => { void list.refetch() }}>Try again</Button>} /></div>}
        {list.data && rows.length === 0 && (
          <EmptyState icon="inbox" title={search.q || search.corridor ? 'No session fits these filters' : view === 'done' ? 'Nothing is done yet' : 'Nothing waits'}>
            {search.q || search.corridor ? 'Clear the filters to see the whole queue.' : view === 'done' ? 'Closed sessions stand here.' : 'When a merchant asks for a route, it stands here.'}
          </EmptyState>
        )}
        {rows.length > 0 && (narrow
          ? <QueueCards groups={groups} selected={selected?.id} now={clock.now()} />
          : <QueueTable groups={groups} selected={selected?.id} now={clock.now()} />)}
        {list.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>Load 50 more</Button></div>}
      </Card>
    </>
  )
}

function Views({ search, view, counts }: { search: QueueSearch; view: QueueView; counts: { needs_me: number; open: number; done: number } | undefined }) {
  const go = useGo()
  const [saved, save, forget] = useSavedViews()
  const [naming, setNaming] = useState<string | null>(null)
  const same = (other: QueueSearch) => (other.view ?? 'open') === view && (other.q ?? '') === (search.q ?? '') && (other.corridor ?? '') === (search.corridor ?? '')
  const filtered = Boolean(search.q || search.corridor)
  const keep = () => {
    const name = naming?.trim()
    if (name) save({ name, search: { view, ...(search.q ? { q: search.q } : {}), ...(search.corridor ? { corridor: search.corridor } : {}) } })
    setNaming(null)
  }
  const look = 'inline-flex min-h-10 items-center gap-2 border-b-2 border-transparent px-3 whitespace-nowrap text-muted no-underline hover:text-text focus-visible:-outline-offset-2 aria-[current]:border-accent aria-[current]:font-semibold aria-[current]:text-text'
  return (
    <div className="flex flex-wrap items-center border-b border-line pr-2">
      <nav aria-label="Views" className="base-ui-disable-scrollbar flex min-w-0 flex-1 overflow-x-auto px-1">
        {QUEUE_VIEWS.map((each) => (
          <a key={each} href={to.queue({ view: each === 'open' ? '' : each })} aria-current={view === each && !filtered ? 'page' : undefined} className={look}>
            {VIEW_LABELS[each]}<span className="rounded bg-sunken px-1.5 text-12 tabular-nums">{counts?.[each] ?? ''}</span>
          </a>
        ))}
        {saved.map((each) => (
          <span key={each.name} className="inline-flex items-center">
            <a href={to.queue(each.search)} aria-current={same(each.search) && filtered ? 'page' : undefined} className={look}>{each.name}</a>
            {same(each.search) && <Button kind="quiet" className="px-2! font-normal!" onClick={() => { forget(each.name); go(to.queue({ view })) }}>Forget</Button>}
          </span>
        ))}
      </nav>
      {naming === null
        ? filtered && <Button kind="quiet" icon="plus" onClick={() => setNaming('')}>Save view</Button>
        : (
          <form className="flex items-center gap-2 py-1" onSubmit={(event) => { event.preventDefault(); keep() }}>
            <Input aria-label="Name of the view" autoFocus maxLength={40} value={naming} onChange={(event) => setNaming(event.target.value)} className="w-40!" />
            <Button type="submit">Save</Button><Button kind="quiet" onClick={() => setNaming(null)}>Cancel</Button>
          </form>
        )}
    </div>
  )
}
