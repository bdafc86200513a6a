import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import { answer, api } from '../api/client.ts'
import { useClock } from '../shared/clock.ts'
import { useSession } from '../shared/session/session.ts'
import { formatDay } from '../shared/time.ts'
import { Button, Checkbox, ErrorNotice, Icon, Notice, type IconName } from '../shared/ui/index.ts'
import { saveFile } from '../shared/csv.ts'
import { AskButton } from '../shared/privacy/AskButton.tsx'
import { useCopyOfMyData } from '../shared/privacy/own-data.ts'
import { OwnRequests, useHasOwnRequests } from '../shared/privacy/OwnRequests.tsx'
import { Card, PageTitle } from './parts.tsx'
import { choosePrivacy, usePrivacyChoice } from './privacy-choice.ts'
import { useHistory, useSuppliers } from './queries.ts'

/** What is kept, who sees it, what one may ask for, and the choice about this device. */
export function PrivacyPage() {
  const { t } = useTranslation()
  const session = useSession()
  const clock = useClock()
  const choice = usePrivacyChoice()
  const desk = session.tenant.name
  const copy = useCopyOfMyData()
  const business = useCopyOfRoutes()
  const asked = useHasOwnRequests()
  return (
    <div className="flex flex-col gap-4">
      <PageTitle hint={t('privacy_hint')}>{t('nav_privacy')}</PageTitle>
      <div className="grid items-start gap-4 lg:grid-cols-[1.2fr_1fr]">
        <div className="flex flex-col gap-4">
          <Card>
            <h2 className="border-b border-line p-4 text-18 font-bold">{t('ask_for')}</h2>
            <Row icon="download" title={t('copy_data')} text={t('copy_data_text')} end={<Button busy={copy.isPending} onClick={() => copy.mutate()}>{copy.isPending ? t('downloading') : t('download_my_data')}</Button>} />
            <Row icon="route" title={t('copy_routes')} text={t('copy_routes_text')} end={<Button busy={business.isPending} onClick={() => business.mutate()}>{business.isPending ? t('downloading') : t('download_routes')}</Button>} />
            <Row icon="pencil" title={t('correct')} text={t('correct_text', { desk })} end={<AskButton kind="correction" />} />
            <Row icon="x" title={t('erase')} text={t('erase_text', { desk })} end={<AskButton kind="erasure" />} />
            <Row icon="document" title={t('other_copy')} text={t('other_copy_text', { desk })} end={<AskButton kind="copy" />} />
            <Row icon="message" title={t('complain')} text={t('complain_text', { desk })} />
            {(copy.error ?? business.error) && <div className="p-4"><ErrorNotice error={copy.error ?? business.error} /></div>}
            {copy.isSuccess && <div className="p-4"><Notice tone="success" live="polite">{t('own_data_file', { ns: 'shared' })}</Notice></div>}
          </Card>
          {asked && (
            <Card>
              <h2 className="border-b border-line p-4 text-18 font-bold">{t('own_requests', { ns: 'shared' })}</h2>
              <OwnRequests className="px-4" />
            </Card>
          )}
        </div>
        <div className="flex flex-col gap-4">
          <Card>
            <div className="flex flex-wrap items-baseline justify-between gap-2 border-b border-line p-4">
              <h2 className="text-18 font-bold">{t('choices')}</h2>
              <span className="text-13 text-muted">{choice ? t('chosen', { when: formatDay(choice.chosen_at, clock.time_zone) }) : t('not_chosen')}</span>
            </div>
            <Checkbox className="border-b border-line px-4 py-3" checked disabled onChange={() => undefined} label={t('essential')} detail={`${t('essential_text')}. ${t('always_on')}.`} />
            <Checkbox className="px-4 py-3" checked={choice?.remember ?? false} onChange={choosePrivacy} label={t('remember')} detail={t('remember_text')} />
          </Card>
          <Card>
            <h2 className="border-b border-line p-4 text-18 font-bold">{t('who_sees')}</h2>
            <dl>
              {([[t('you'), t('ws_you')], [t('the_desk'), t('ws_desk')], [t('ws_bank_who'), t('ws_bank')], [t('ws_others_who'), t('ws_others')]] as const).map(([who, what]) => (
                <div key={who} className="grid grid-cols-[8rem_1fr] gap-3 border-b border-line px-4 py-2.5 last:border-b-0"><dt className="font-semibold">{who}</dt><dd>{what}</dd></div>
              ))}
            </dl>
          </Card>
          <Notice tone="info">{t('never_kept')}</Notice>
        </div>
      </div>
    </div>
  )
}

function Row({ icon, title, text, end }: { icon: IconName; title: string; text: string; end?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-4 border-b border-line p-4 last:border-b-0">
      <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-tint text-accent"><Icon name={icon} /></span>
      <span className="min-w-40 flex-1"><span className="block font-semibold">{title}</span><span className="block text-13 text-muted">{text}</span></span>
      {end}
    </div>
  )
}

/** The business: every route and supplier this API shows this merchant, in one JSON file, put together in the browser. */
function useCopyOfRoutes() {
  const session = useSession()
  const history = useHistory()
  const suppliers = useSuppliers()
  return useMutation({
    mutationFn: async () => {
      let pages = (await history.refetch({ throwOnError: true })).data?.pages ?? []
      // A hundred pages of fifty routes: more than a merchant can have asked for by hand.
      for (let page = 0; page < 100 && pages.at(-1)?.next_cursor; page += 1) pages = (await history.fetchNextPage({ throwOnError: true })).data?.pages ?? []
      const routes = []
      for (const row of pages.flatMap((page) => page.items)) routes.push(await answer(api.GET('/api/route-sessions/{id}', { params: { path: { id: row.id } } })))
      const own = (await suppliers.refetch({ throwOnError: true })).data ?? []
      saveFile('flowclaw-routes.json', 'application/json', JSON.stringify({ merchant: session.merchant, tenant: session.tenant.name, suppliers: own, routes }, null, 2))
    },
  })
}
