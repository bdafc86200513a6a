import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { formatDayRange } from '../../shared/time.ts'
import { Money } from '../../shared/ui/index.ts'
import { Card } from '../parts.tsx'

/** What was agreed to, beside what is offered now, with the difference in what is paid and why. */
export function NewOffer({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const { new_offer: offer, you_pay, all_in_cost, supplier_gets, arrives } = session
  if (!offer || !you_pay || !all_in_cost || !supplier_gets || !arrives) return null
  const days = ({ earliest, latest }: { earliest: string; latest: string }) => formatDayRange(earliest, latest, 'UTC')
  const { before } = offer
  const rows: readonly { term: string; old: ReactNode; now: ReactNode; same: boolean }[] = [
    { term: t('you_pay'), old: <Money value={before.you_pay} />, now: <Money value={you_pay} />, same: before.you_pay.amount === you_pay.amount },
    { term: t('all_in'), old: <Money value={before.all_in_cost.money} />, now: <Money value={all_in_cost.money} />, same: before.all_in_cost.money.amount === all_in_cost.money.amount },
    { term: t('supplier_gets'), old: <Money value={before.supplier_gets} />, now: <Money value={supplier_gets} />, same: before.supplier_gets.amount === supplier_gets.amount },
    { term: t('arrives'), old: days(before.arrives), now: days(arrives), same: days(before.arrives) === days(arrives) },
  ]
  return (
    <Card className="overflow-hidden">
      <div className="p-4 lg:p-6">
        <h2 className="text-18 font-bold">{t('offer_title')}</h2>
        <p>{offer.why} {offer.other_route && t('offer_other_way')}</p>
        <p className="mt-2 font-semibold">{offer.you_pay.change === 'same' ? t('offer_same') : <>{offer.you_pay.change === 'more' ? t('offer_more') : t('offer_less')} <Money value={offer.you_pay.money} /></>}</p>
      </div>
      <dl className="border-t border-line lg:grid lg:grid-cols-4">
        {rows.map(({ term, old, now, same }) => (
          <div key={term} className="border-line px-4 py-3 max-lg:not-last:border-b lg:not-first:border-l lg:px-6">
            <dt className="font-semibold">{term}</dt>
            <dd className="flex justify-between gap-3 text-13 text-muted lg:block"><span className="lg:block">{t('offer_before')}</span><span>{old}</span></dd>
            <dd className="flex justify-between gap-3 lg:block"><span className="text-13 text-muted lg:block">{t('offer_now')}</span><span className={same ? '' : 'font-semibold'}>{now}</span></dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
