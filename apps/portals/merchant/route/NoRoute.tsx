import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { formatDecimal } from '../../shared/money.ts'
import { Icon, StatusTag, type IconName } from '../../shared/ui/index.ts'
import { Card, NumberedSteps } from '../parts.tsx'
import { useRequest } from '../queries.ts'
import { CancelRoute } from './CancelRoute.tsx'
import { ProgressList } from './ProgressList.tsx'
import { StateHead } from './StateHead.tsx'

const reasonIcon: Record<'danger' | 'attention' | 'info', IconName> = { danger: 'stopped', attention: 'alert', info: 'info' }

/** No route, or one that was stopped: what happened, why, what would make it possible, and a ready message for the supplier. */
export function NoRoute({ session, onStale }: { session: MerchantRouteSession; onStale: () => void }) {
  const { t } = useTranslation()
  const asked = useRequest(session.id).data
  const money = asked && `${asked.amount.currency} ${formatDecimal(asked.amount.value)}`
  const message = session.message_to_supplier
  // The first sentence says what happened; the rest says what it means.
  const [, first = session.headline, rest = ''] = /^(.*?[.!?])\s+(.*)$/.exec(session.headline) ?? []
  return (
    <>
      <div className="flex flex-col gap-3">
        <StateHead session={session} />
        <h1 className="text-28 font-bold">{first.replace(/\.$/, '')}</h1>
        <p className="text-muted">{asked && <>{asked.amount.side === 'supplier_receives' ? t('gets', { money }) : t('you_send', { money })} · {session.description}. </>}{rest}</p>
        {session.next.who !== 'nobody' && <p>{session.next.what}.</p>}
      </div>
      {session.would_make_possible.length > 0 && session.warnings.length > 0 && (
        <Card className="p-4 lg:p-6">
          <h2 className="mb-3 text-18 font-bold">{t('why_not')}</h2>
          <ul className="flex flex-col gap-3">
            {session.warnings.map((warning) => (
              <li key={warning.title} className="flex gap-3"><Icon name={reasonIcon[warning.tone]} className="mt-px" /><span><b className="font-semibold">{warning.title}</b> {warning.text}</span></li>
            ))}
          </ul>
        </Card>
      )}
      {session.would_make_possible.length > 0 && (
        <Card className="p-4 lg:p-6">
          <h2 className="mb-4 text-18 font-bold">{t('would_make_possible')}</h2>
          <NumberedSteps steps={session.would_make_possible.map((sentence) => ({ title: <span className="font-normal">{sentence}</span> }))} />
        </Card>
      )}
      {message && (
        <Card className="flex flex-col gap-3 p-4 lg:p-6">
          <div className="flex items-center justify-between gap-3"><h2 className="text-18 font-bold">{t('message_title')}</h2><StatusTag tone="info" icon="message">{t('message_lang')}</StatusTag></div>
          <p lang="zh-Hans" className="text-15 leading-7 select-all">{message.zh}</p>
          <p className="text-13 text-muted">{t('message_says', { meaning: message.meaning })}</p>
        </Card>
      )}
      {session.progress.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="text-22 font-bold">{t('how_it_went')}</h2>
          <Card className="p-4 lg:p-6"><ProgressList entries={session.progress} /></Card>
        </section>
      )}
      {session.can_cancel && <CancelRoute session={session} onStale={onStale} />}
    </>
  )
}
