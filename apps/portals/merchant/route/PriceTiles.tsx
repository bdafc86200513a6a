import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatNumber } from '../../shared/money.ts'
import { formatDayRange, formatInstant, formatLongDay, zoneCity } from '../../shared/time.ts'
import { Money } from '../../shared/ui/index.ts'

/** Pay, cost, rate, arrival: four tiles side by side, a list on a phone. The price of a step is never told. */
export function PriceTiles({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const clock = useClock()
  const { all_in_cost: cost, rate, arrives, valid_until: until } = session
  // Days without a time are calendar days already; a zone would move them.
  const dayZone = arrives?.earliest.length === 10 ? 'UTC' : arrives?.time_zone ?? 'UTC'
  const tiles: { term: string; value: ReactNode; note?: ReactNode; phone?: true }[] = [
    ...(arrives ? [{ term: t('arrives'), value: formatDayRange(arrives.earliest, arrives.latest, dayZone), note: t('needed_by', { when: formatLongDay(session.needed_by, arrives.time_zone) }) }] : []),
    { term: t('you_pay'), value: <Money value={session.you_pay} /> },
    ...(cost ? [{ term: t('all_in'), value: <Money value={cost.money} />, note: t('pct_mid', { pct: cost.pct_against_mid }) }] : []),
    ...(rate ? [{ term: t('your_rate'), value: <span className="whitespace-nowrap tabular-nums">{rate.base}&nbsp;1 = {rate.quote}&nbsp;{formatNumber(rate.value)}</span>, note: t('mid_rate', { mid: formatNumber(rate.mid) }) }] : []),
    // Once it is carried out the price is no offer any more.
    ...(session.state !== 'Your turn' && session.state !== 'With the desk' ? [] : [{ phone: true as const, term: t('price'), value: session.quote_kind === 'firm' ? t('firm') : t('indicative'), note: until && t('valid_until', { when: `${formatInstant(until, clock.time_zone)} ${zoneCity(clock.time_zone)}` }) }]),
  ]
  return (
    <dl className="grid rounded-lg border border-line bg-surface lg:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]">
      {tiles.map((tile) => (
        <div key={tile.term} className={`flex items-start justify-between gap-4 border-line px-4 py-3 max-lg:not-last:border-b lg:flex-col lg:justify-start lg:gap-0.5 lg:not-first:border-l ${tile.phone ? 'lg:hidden' : ''}`}>
          <dt className="text-muted min-[360px]:whitespace-nowrap lg:text-13">{tile.term}</dt>
          <dd className="min-w-0 text-right lg:text-left"><span className="font-semibold">{tile.value}</span>{tile.note && <span className="block text-13 text-muted">{tile.note}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
