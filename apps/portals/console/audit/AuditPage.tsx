import { useMutation } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { AuditEvent, AuditVerification } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { useCan, useSession } from '../../shared/session/session.ts'
import { formatExact, zoneCity } from '../../shared/time.ts'
import { Button, EmptyState, ErrorNotice, Field, Input, Notice, Select, Skeleton, StatusTag, Tabs } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { auditViewOf, to, type AuditSearch } from '../paths.ts'
import { useAuditEvents, useAuditReviews } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle, SearchBox } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { eventWords } from '../words.ts'
import { ReviewStrip } from './ReviewStrip.tsx'
import { breakWords, factWords, filterOf, signedWords, VIEW_TABS } from './audit.ts'

const ADMIN_ONLY = 'A Platform Admin verifies and exports the chain.'

/** Who did what, newest first; the chain that holds it, verified or taken out as a file. */
export function AuditPage({ search }: { search: AuditSearch }) {
  const go = useGo()
  const clock = useClock()
  const can = useCan()
  const { user } = useSession()
  const list = useAuditEvents(filterOf(search, clock.time_zone))
  const show = (change: AuditSearch) => go(to.audit({ ...search, ...change }), { replace: true })
  const [text, setText] = useSearchText(search.id ?? '', (id) => show({ id: id.trim() }))
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const choices = list.data?.pages[0]?.choices
  const verify = useMutation({ mutationFn: async (): Promise<AuditVerification> => (await answer(api.GET('/api/audit-events/verification'))) as AuditVerification })
  const save = useExport()
  const [verifyDenied, exportDenied] = [can('audit:verify'), can('audit:export')]
  const { view: _view, ...filters } = search
  const filtered = Object.keys(filters).length > 0
  const view = auditViewOf(search)
  const reviews = useAuditReviews(can('audit:review') === null)
  const standing = reviews.data?.views?.find((each) => each.view === view)
  const unreviewedOf = (of: string) => { const count = reviews.data?.views?.find((each) => each.view === of)?.unreviewed; return count === undefined || count === 0 ? undefined : count >= 1_000 ? '1000+' : count }
  const choice = (label: string, key: 'person' | 'action' | 'entity', options: readonly { value: string; label: string }[]) => (
    <Field label={label}>
      <Select value={search[key] ?? 'any'} options={[{ value: 'any', label: 'Any' }, ...options]} onChange={(value) => show({ [key]: value === 'any' ? '' : value })} />
    </Field>
  )
  return (
    <>
      <PageTitle
        title="Audit" note={verifyDenied === null ? 'every change and every refused one' : 'of the sessions you requested or moved'}
        end={<>
          <Button icon="shield" busy={verify.isPending} disabledReason={verifyDenied && ADMIN_ONLY} onClick={() => verify.mutate()}>Verify the chain</Button>
          {exportDenied === null ? <Button icon="download" busy={save.isPending} onClick={() => save.mutate()}>Export</Button> : <Button icon="download" disabledReason={ADMIN_ONLY}>Export</Button>}
        </>}
      />
      <div aria-live="polite" className="empty:hidden">
        {verify.error && <ErrorNotice error={verify.error} />}
        {save.error && <ErrorNotice error={save.error} />}
        {verify.data && <Verdict verdict={verify.data} zone={clock.time_zone} />}
      </div>
      <Card>
        <Tabs label="Saved views" value={view} onChange={(next) => go(to.audit({ ...search, view: next === 'all' ? '' : next }))} tabs={VIEW_TABS.map(({ value, label }) => ({ value, label, count: unreviewedOf(value) }))}>
        {view !== 'all' && <ReviewStrip view={view} standing={standing} rows={rows} complete={list.data !== undefined && !list.isPlaceholderData && !list.hasNextPage} filtered={filtered} error={reviews.error} />}
        <div className="grid grid-cols-2 gap-2 border-b border-line p-2 lg:grid-cols-3 xl:grid-cols-6">
          {choice('Person', 'person', (choices?.people ?? []).map((each) => ({ value: each.user_id, label: each.user_id === user.id ? `${each.name} (you)` : each.name })))}
          {choice('Action', 'action', (choices?.actions ?? []).map((each) => ({ value: each, label: eventWords(each) })))}
          {choice('Kind of thing', 'entity', (choices?.entities ?? []).map((each) => ({ value: each, label: eventWords(each) })))}
          <Field label="From"><Input type="date" value={search.from ?? ''} onChange={(event) => show({ from: event.target.value })} /></Field>
          <Field label="Up to and with"><Input type="date" value={search.to ?? ''} onChange={(event) => show({ to: event.target.value })} /></Field>
          <div className="flex flex-col gap-1.5">
            <span aria-hidden="true" className="font-semibold">Id of the thing</span>
            <SearchBox value={text} onChange={setText} label="Id of the thing" placeholder="Whole id" hint="/" />
          </div>
        </div>
        <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
          <span className="text-12 text-muted tabular-nums" role="status">{rows.length} {list.hasNextPage ? 'events so far' : rows.length === 1 ? 'event' : 'events'}</span>
          {filtered && <Button kind="quiet" className="ml-auto" onClick={() => go(to.audit(search.view === undefined ? {} : { view: search.view }))}>Clear</Button>}
        </div>
        {list.isPending && <div className="p-4"><Skeleton lines={8} label="Loading the audit" /></div>}
        {list.error && <div className="p-3"><ErrorNotice error={list.error} action={<Button onClick={() => { void list.refetch() }}>Try again</Button>} /></div>}
        {list.data && rows.length === 0 && <EmptyState icon="list" title={filtered ? 'No event fits these filters' : 'No event yet'}>{filtered ? 'Clear the filters to see them all.' : 'Events of a session stand here from the moment in which you request or move it.'}</EmptyState>}
        {rows.length > 0 && (
          <DataTable
            label="Audit events" rows={rows} keyOf={(row) => String(row.seq)}
            columns={[
              { head: 'Number', end: true, cell: (row) => row.seq },
              ...(standing === undefined ? [] : [{ head: 'Review', phone: 'first' as const, className: 'whitespace-nowrap', cell: (row: AuditEvent) => ((standing.last?.through_seq ?? 0) >= row.seq ? <StatusTag tone="success" size="small">Reviewed</StatusTag> : <StatusTag tone="attention" size="small">Not yet</StatusTag>) }]),
              { head: `When, ${zoneCity(clock.time_zone)}`, className: 'whitespace-nowrap', cell: (row) => <time dateTime={row.at}>{formatExact(row.at, clock.time_zone)}</time> },
              { head: 'Who', className: 'min-w-32', cell: (row) => <Who row={row} /> },
              { head: 'Action', phone: 'first', className: 'min-w-40', cell: (row) => <>{eventWords(row.action)}{row.refused !== null && <> <StatusTag tone="danger" size="small" icon="prohibited">Refused: {eventWords(row.refused).toLowerCase()}</StatusTag></>}</> },
              { head: 'Of what', className: 'min-w-40', cell: (row) => <Thing row={row} /> },
              { head: 'Facts', phone: 'text', wide: true, className: 'min-w-64', cell: (row) => <Facts facts={row.facts} /> },
              // A view is for reading what happened; all events show the hashes too.
              ...(view === 'all' ? [{ head: 'Hash', className: 'whitespace-nowrap', cell: (row: AuditEvent) => <span className="font-mono text-12" title={row.hash}>{row.hash.slice(0, 12)}</span> }] : []),
            ]}
          />
        )}
        {list.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={list.isFetchingNextPage} onClick={() => { void list.fetchNextPage() }}>Load 50 more</Button></div>}
        </Tabs>
      </Card>
    </>
  )
}

const EXPORT = '/api/audit-events/export'

/**
 * A download cannot be refused well: the browser would save the problem as a file. So the client asks first, which asks for a proof where
 * one is needed, drops the answer at its first bytes, and only then the browser downloads.
 */
function useExport() {
  return useMutation({
    mutationFn: async () => {
      await answer((async () => {
        const asked = await api.GET(EXPORT, { parseAs: 'stream' })
        if (asked.response.ok) await asked.response.body?.cancel()
        return asked
      })())
      Object.assign(document.createElement('a'), { href: EXPORT, download: '' }).click()
    },
  })
}

const Who = ({ row }: { row: AuditEvent }) => <>{row.who.name ?? 'Someone who is no member'}{row.who.role !== null && <span className="text-muted"> · {eventWords(row.who.role)}</span>}</>

/** A route session can be opened from its event; of everything else the id is what there is. */
function Thing({ row }: { row: AuditEvent }) {
  const id = <span className="font-mono text-12 break-all md:whitespace-nowrap">{row.entity_id}</span>
  return <>{eventWords(row.entity)}<br />{row.entity === 'route_session' && row.refused === null ? <a href={to.session(row.entity_id)} className={linkLook}>{id}</a> : id}</>
}

/** What a person reads first; ids and digests, which only a search or a comparison needs, unfold. */
function Facts({ facts }: { facts: unknown }) {
  const { words, ids } = factWords(facts)
  if (words.length + ids.length === 0) return <span className="text-muted">No facts</span>
  return (
    <div className="text-12 wrap-anywhere">
      {words.map(([term, value], index) => <span key={term}>{index > 0 && ' · '}<span className="text-muted">{term}</span> {value}</span>)}
      {ids.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer rounded-xs py-1 text-accent">{ids.length === 1 ? '1 id or digest' : `${ids.length} ids and digests`}</summary>
          <dl>{ids.map(([term, value]) => <div key={term} className="py-0.5"><dt className="text-muted">{term}</dt><dd className="font-mono break-all">{value}</dd></div>)}</dl>
        </details>
      )}
    </div>
  )
}

function Verdict({ verdict, zone }: { verdict: AuditVerification; zone: string }) {
  if (verdict.verified) return <Notice tone="success" title="The chain holds"><p>Every hash of {verdict.events} events was computed again and is right; the last is number {verdict.head_seq}, <span className="font-mono text-12 break-all">{verdict.head_hash}</span>. {signedWords(verdict.checkpoints, zone)}</p></Notice>
  return <Notice tone="danger" title={`The chain breaks at number ${verdict.first_bad_seq}`}><p>{breakWords(verdict.how!)} {verdict.events} events before it hold. Export the chain and keep the file before anything else is done.</p></Notice>
}
