import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MerchantSessionRow } from '../api/types.ts'
import { useClock } from '../shared/clock.ts'
import { formatDay } from '../shared/time.ts'
import { Button, EmptyState, ErrorNotice, LinkButton, Money, Skeleton, StatusTag } from '../shared/ui/index.ts'
import { saveFile } from '../shared/csv.ts'
import { tableOf } from './export.ts'
import { Card, MERCHANT_STATES, PageTitle, StateTag, SupplierName } from './parts.tsx'
import { useHistory } from './queries.ts'

/** Every route of this merchant, newest first; the chosen state is in the URL. */
export function HistoryPage() {
  const { t } = useTranslation()
  const clock = useClock()
  const navigate = useNavigate()
  const { state } = useSearch({ from: '/history' })
  const history = useHistory()
  const rows = history.data?.pages.flatMap((page) => page.items) ?? []
  const shown = state ? rows.filter((row) => row.state === state) : rows
  const chips = [{ key: undefined, label: t('all'), count: rows.length }, ...MERCHANT_STATES.map((each) => ({ key: each, label: each as string, count: rows.filter((row) => row.state === each).length }))]
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <PageTitle hint={t('history_hint')}>{t('nav_history')}</PageTitle>
        {rows.length > 0 && <Button icon="download" onClick={() => saveFile('flowclaw-routes.csv', 'text/csv', tableOf(rows))}>{t('download_table')}</Button>}
      </div>
      {history.isPending && <Card className="p-5"><Skeleton lines={6} /></Card>}
      <ErrorNotice error={history.error} action={<Button onClick={() => { void history.refetch() }}>{t('try_again', { ns: 'shared' })}</Button>} />
      {history.data && rows.length === 0 && (
        <Card><EmptyState icon="list" title={t('history_empty')} action={<LinkButton kind="filled" icon="plus" href="#/new">{t('nav_new')}</LinkButton>}>{t('history_empty_text')}</EmptyState></Card>
      )}
      {rows.length > 0 && (
        <>
          <div role="group" aria-label={t('filter_state')} className="flex flex-wrap gap-2">
            {chips.filter((chip) => chip.key === undefined || chip.count > 0 || chip.key === state).map((chip) => (
              <button
                key={chip.label} type="button" aria-pressed={state === chip.key} onClick={() => { void navigate({ to: '/history', search: chip.key ? { state: chip.key } : {} }) }}
                className="inline-flex min-h-11 items-center gap-1.5 rounded-full border border-control bg-surface px-4 font-medium aria-pressed:border-accent aria-pressed:bg-tint aria-pressed:font-semibold aria-pressed:text-accent aria-pressed:ring-1 aria-pressed:ring-accent"
              >
                {chip.label} <span className="tabular-nums">{chip.count}</span>
              </button>
            ))}
          </div>
          {shown.length === 0 && <p className="text-muted">{t('none_in_state')}</p>}
          {shown.length > 0 && (
            <>
              <Card className="hidden overflow-x-auto min-[1400px]:block">
                <table className="w-full border-collapse">
                  <thead className="bg-sunken text-13 text-muted">
                    <tr className="text-left">
                      <th scope="col" className="w-[20%] px-4 py-2 font-medium">{t('h_supplier')}</th>
                      <th scope="col" className="px-3 py-2 text-right font-medium">{t('h_gets')}</th>
                      <th scope="col" className="px-3 py-2 text-right font-medium">{t('h_pays')}</th>
                      <th scope="col" className="px-3 py-2 font-medium">{t('h_state')}</th>
                      <th scope="col" className="px-3 py-2 font-medium">{t('h_next')}</th>
                      <th scope="col" className="px-3 py-2"><span className="sr-only">{t('h_action')}</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    {shown.map((row) => (
                      <tr key={row.id} className="border-t border-line">
                        <td className="px-4 py-2"><span className="block font-bold"><SupplierName legal_name={row.supplier_name} legal_name_zh={row.supplier_name_zh} /></span><span className="block text-13 text-muted">{row.description} · {formatDay(row.requested_at, clock.time_zone)}</span></td>
                        <td className="px-3 py-2 text-right"><Money value={row.supplier_gets} strong /></td>
                        <td className="px-3 py-2 text-right">{row.you_pay ? <Money value={row.you_pay} /> : <span className="text-muted">{t('not_priced')}</span>}</td>
                        <td className="px-3 py-2"><StateTag state={row.state} />{row.simulation && <PracticeTag />}</td>
                        <td className="min-w-40 px-3 py-2"><NextWords row={row} /></td>
                        <td className="px-3 py-2 text-right"><RowAction row={row} /></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Card>
              <ul className="grid gap-3 md:grid-cols-2 min-[1400px]:hidden">
                {shown.map((row) => (
                  <li key={row.id} className="rounded-xl border border-line bg-surface p-4">
                    <div className="mb-2 flex items-center justify-between gap-2"><span className="flex flex-wrap gap-1"><StateTag state={row.state} />{row.simulation && <PracticeTag />}</span><span className="text-13 text-muted">{formatDay(row.requested_at, clock.time_zone)}</span></div>
                    <p className="font-bold"><SupplierName legal_name={row.supplier_name} legal_name_zh={row.supplier_name_zh} /></p>
                    <p><Money value={row.supplier_gets} strong />{row.you_pay && <span className="text-muted"> · {t('you_pay').toLowerCase()} <Money value={row.you_pay} /></span>}</p>
                    <p className="text-13 text-muted">{row.description}</p>
                    <div className="mt-1 mb-3"><NextWords row={row} /></div>
                    <RowAction row={row} wide />
                  </li>
                ))}
              </ul>
            </>
          )}
          {history.hasNextPage && <Button busy={history.isFetchingNextPage} onClick={() => { void history.fetchNextPage() }}>{t('more')}</Button>}
        </>
      )}
    </div>
  )
}

function NextWords({ row }: { row: MerchantSessionRow }) {
  const { t } = useTranslation()
  const clock = useClock()
  const when = row.next.by && formatDay(row.next.by, clock.time_zone)
  const who = row.next.who === 'merchant' ? (when ? t('by_you', { when }) : t('who_you')) : row.next.who === 'desk' ? (when ? t('by_desk', { when }) : t('who_desk')) : row.next.who === 'others' ? [row.next.whom, when && t('by', { when })].filter(Boolean).join(', ') : null
  return <><span className="block">{row.next.what}</span>{who && <span className="block text-13 text-muted">{who}</span>}</>
}

/** A route from which nothing real follows. */
function PracticeTag() {
  const { t } = useTranslation()
  return <StatusTag tone="attention" icon="info">{t('practice_tag')}</StatusTag>
}

function RowAction({ row, wide }: { row: MerchantSessionRow; wide?: boolean }) {
  const { t } = useTranslation()
  const look = `inline-flex min-h-12 items-center justify-center gap-2 rounded-lg border px-4 font-semibold whitespace-nowrap no-underline ${wide ? 'flex-1' : ''}`
  const open = row.state === 'Stopped' ? t('see_why') : t('open')
  return (
    <span className="flex gap-2 min-[1400px]:justify-end">
      <Link to="/routes/$id" params={{ id: row.id }} aria-label={`${open}: ${row.reference}`} className={`${look} ${row.state === 'Your turn' ? 'border-transparent bg-accent text-on-accent hover:bg-accent-hover' : 'border-control bg-surface text-text hover:bg-sunken'}`}>{open}</Link>
      <Link to="/new" search={{ from: row.id }} aria-label={`${t('send_again')}: ${row.reference}`} className={`${look} border-control bg-surface text-text hover:bg-sunken`}>{t('send_again')}</Link>
    </span>
  )
}
