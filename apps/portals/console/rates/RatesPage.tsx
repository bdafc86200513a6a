import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useMemo, useState, type ClipboardEvent } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { QuoteSource, Rate, RateSheet } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, EmptyState, ErrorNotice, Notice, Select, Skeleton } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to, type RatesSearch } from '../paths.ts'
import { ratesKey, sessionsKey, useRates } from '../queries.ts'
import { Card, Key, PageTitle, SearchBox } from '../ui/parts.tsx'
import { corridorArrow } from '../words.ts'
import { changeOf, filledOf, type Draft, type Drafts } from './draft.ts'
import { isSheet, readPaste, type PasteProblem } from './paste.ts'
import { RateGrid } from './RateGrid.tsx'
import { SPOKEN_SOURCES } from './words.ts'

/** Today's rates: every price that changes currency in one grid, which a desk refreshes by keyboard or from a sheet and saves as one. */
export function RatesPage({ search }: { search: RatesSearch }) {
  const query = useRates()
  if (query.isPending) return <Card className="p-4"><Skeleton lines={10} label="Loading rates" /></Card>
  if (query.error) return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />
  return <Sheet sheet={query.data} search={search} />
}

const isOld = (rate: Rate): boolean => rate.state !== 'fresh'

function Sheet({ sheet, search }: { sheet: RateSheet; search: RatesSearch }) {
  const go = useGo()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const mayNot = useCan()('rate:write') && 'A Desk Operator saves rates.'
  const [drafts, setDrafts] = useState<Drafts>({})
  const [source, setSource] = useState<QuoteSource>('phone_call')
  const [pasteProblems, setPasteProblems] = useState<readonly PasteProblem[]>([])
  const [row, setRow] = useState<string | null>(null)
  const corridors = useMemo(() => [...new Set(sheet.items.flatMap((rate) => rate.corridor_ids))].sort(), [sheet])
  const words = (search.q ?? '').trim().toLowerCase()
  const shown = sheet.items.filter((rate) => (search.show === undefined || (search.show === 'stale' ? isOld(rate) : rate.corridor_ids.includes(search.show)))
    && (words === '' || `${rate.provider_name} ${rate.provider_id} ${rate.from} ${rate.to} ${rate.from}/${rate.to}`.toLowerCase().includes(words)))
  const changed = sheet.items.filter((rate) => drafts[rate.leg] !== undefined)
  const wrong = changed.filter((rate) => filledOf(rate, drafts[rate.leg]).problem !== null)
  const put = (leg: string, draft: Draft | null) => setDrafts(({ [leg]: _, ...rest }) => (draft === null ? rest : { ...rest, [leg]: draft }))
  const unchanged = (leg: string) => put(leg, { as: 'unchanged', text: '', time: '', source })

  const save = useMutation({
    mutationFn: () => {
      const body = { changes: changed.map((rate) => changeOf(rate, drafts[rate.leg]!, sheet.clock)) }
      return answer(api.POST('/api/rates', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))
    },
    // New routes stand on other prices, and what is open may have to be priced again.
    onSuccess: async () => { setDrafts({}); await Promise.all([queries.invalidateQueries({ queryKey: ratesKey }), queries.invalidateQueries({ queryKey: sessionsKey })]) },
  })
  const why = mayNot ?? (changed.length === 0 ? 'Type a price first.' : wrong.length > 0 ? 'A row cannot be saved as it is.' : null)
  const saveNow = () => { if (why === null && !save.isPending) save.mutate() }
  useBlocker({ shouldBlockFn: () => changed.length > 0 && !window.confirm(`Leave without saving ${many(changed.length, 'change')}?`), enableBeforeUnload: changed.length > 0 })

  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (mayNot !== null || !isSheet(text)) return
    event.preventDefault()
    const pasted = readPaste(text, sheet.items, source)
    setPasteProblems(pasted.problems)
    if (pasted.problems.length === 0) setDrafts((before) => ({ ...before, ...pasted.drafts }))
  }
  const chips: readonly { readonly show: string | undefined; readonly label: string; readonly count: number }[] = [
    { show: undefined, label: 'All', count: sheet.items.length }, { show: 'stale', label: 'Stale', count: sheet.items.filter(isOld).length },
    ...corridors.map((id) => ({ show: id, label: corridorArrow(id), count: sheet.items.filter((rate) => rate.corridor_ids.includes(id)).length })),
  ]
  const issues = save.error ? (problemOf(save.error)?.issues ?? []) : []
  return (
    <div
      className="contents" onPaste={onPaste}
      onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); saveNow() } }}
    >
      <PageTitle
        title="Today’s rates" note={`${many(sheet.items.length, 'provider price')}, ${sheet.counts.stale + sheet.counts.refused} stale, ${changed.length} being edited`}
        end={<>
          <Select label="Where the prices are from" prefix="From:" value={source} onChange={setSource} options={SPOKEN_SOURCES} className="w-44!" disabled={mayNot !== null} />
          <Button disabledReason={mayNot ?? (row === null ? 'Choose a row first.' : null)} onClick={() => { if (row !== null) unchanged(row) }}>Mark unchanged</Button>
          <Button kind="filled" busy={save.isPending} disabledReason={why} onClick={saveNow}>Save {many(changed.length, 'change')}<span aria-hidden="true" className="max-md:hidden"><Key>Ctrl Enter</Key></span></Button>
        </>}
      />
      {pasteProblems.length > 0 && (
        <Notice tone="danger" title={`Nothing was taken from the sheet: ${many(pasteProblems.length, 'line')} cannot be read`}>
          <ul className="list-disc pl-5">{pasteProblems.slice(0, 20).map(({ line, message, text }) => <li key={line}>Line {line}: {message} <span className="text-muted wrap-anywhere">{text.slice(0, 80)}</span></li>)}</ul>
          <div className="mt-2"><Button onClick={() => setPasteProblems([])}>Close</Button></div>
        </Notice>
      )}
      {save.error && <ErrorNotice error={save.error} />}
      {issues.length > 0 && <Notice tone="danger" title="Nothing was saved"><ul className="list-disc pl-5">{issues.map((issue) => <li key={issue.record}>{changed[Number(issue.record.replace('line ', '')) - 1]?.provider_name ?? issue.record}: {issue.message}</li>)}</ul></Notice>}
      <Card className="overflow-clip">
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <div role="group" aria-label="Show" className="flex flex-wrap gap-2">
            {chips.map((chip) => (
              <a
                key={chip.label} href={to.rates({ ...search, ...(chip.show === undefined ? { show: '' } : { show: chip.show }) })} aria-current={search.show === chip.show ? 'true' : undefined}
                className="inline-flex min-h-8 items-center gap-1.5 rounded-md border border-control px-3 text-text no-underline hover:bg-sunken max-md:min-h-11 aria-[current]:border-accent aria-[current]:bg-tint aria-[current]:font-semibold aria-[current]:text-accent"
              >{chip.label}<span className="tabular-nums">{chip.count}</span></a>
            ))}
          </div>
          <SearchBox label="Provider or pair" placeholder="Provider or pair" hint="/" value={search.q ?? ''} onChange={(q) => go(to.rates({ ...search, q }), { replace: true })} className="max-md:h-11 max-md:w-full md:w-60" />
          <span className="text-12 text-muted md:ml-auto">Mid: {sheet.mids.definition.split(';')[0]}, {sheet.mids.as_of}, not tradable</span>
        </div>
        {shown.length === 0 ? <EmptyState icon="search" title="No rate fits">Show all of them, or search for another provider or pair.</EmptyState>
          : <RateGrid rates={shown} drafts={drafts} source={source} denied={mayNot !== null} onDraft={put} onRow={setRow} />}
      </Card>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-surface px-3 py-2 text-12 text-muted max-md:hidden">
        <span><Key>↑</Key> <Key>↓</Key> <Key>Tab</Key> move</span><span><Key>Enter</Key> next row</span><span><Key>Esc</Key> undo cell</span><span><Key>=</Key> unchanged, observed now</span><span><Key>b</Key> type bps instead of price</span>
        <span className="ml-auto">Paste from a sheet: provider, pair, price, time. Each line is checked before any is taken.</span>
      </p>
    </div>
  )
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
