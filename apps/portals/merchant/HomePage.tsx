import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../shared/session/session.ts'
import { Button, ErrorNotice, Icon, LinkButton, Money, Skeleton } from '../shared/ui/index.ts'
import { useHasDraft } from './draft.ts'
import { Card, PageTitle, StateTag, SupplierName } from './parts.tsx'
import { useHistory } from './queries.ts'

/** What waits for this person, and the way to a new request. */
export function HomePage() {
  const { t } = useTranslation()
  const session = useSession()
  const history = useHistory()
  const hasDraft = useHasDraft()
  const rows = history.data?.pages.flatMap((page) => page.items) ?? []
  const mine = rows.filter((row) => row.state === 'Your turn')
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <PageTitle hint={history.isPending ? ' ' : mine.length === 0 ? t('waits_none') : mine.length === 1 ? t('waits_one') : t('waits_many', { count: mine.length })}>
        {t('hello', { name: session.user.display_name.split(' ')[0] })}
      </PageTitle>
      {history.isPending && <Card className="p-5"><Skeleton /></Card>}
      <ErrorNotice error={history.error} action={<Button onClick={() => { void history.refetch() }}>{t('try_again', { ns: 'shared' })}</Button>} />
      <ul className="flex flex-col gap-3 empty:hidden">
        {mine.slice(0, 5).map((row) => (
          <li key={row.id}>
            <Link to="/routes/$id" params={{ id: row.id }} className="block rounded-xl border border-line bg-surface p-4 text-text no-underline hover:bg-tint">
              <span className="mb-2 flex items-center justify-between"><StateTag state={row.state} /><Icon name="chevron-right" /></span>
              <span className="block font-bold"><SupplierName legal_name={row.supplier_name} legal_name_zh={row.supplier_name_zh} /></span>
              <span className="block font-semibold"><Money value={row.supplier_gets} /></span>
              <span className="block text-muted">{row.next.what}</span>
            </Link>
          </li>
        ))}
      </ul>
      {hasDraft && <p className="text-muted">{t('unfinished')}</p>}
      <LinkButton kind="filled" icon={hasDraft ? 'pencil' : 'plus'} href="#/new">{hasDraft ? t('go_on') : t('nav_new')}</LinkButton>
      {rows.length > 0 && <LinkButton icon="list" href="#/history">{t('all_routes')}</LinkButton>}
    </div>
  )
}
