import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { StateTag, useNextWords } from '../parts.tsx'

/** State, who acts next and by when, and the route's reference: the first line of every state page. */
export function StateHead({ session, brief }: { session: MerchantRouteSession; /** without who acts next, where that stands in a box of its own */ brief?: true }) {
  const { t } = useTranslation()
  const clock = useClock()
  const nextWords = useNextWords()
  const { next } = session
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <StateTag state={session.state} />
      {!brief && next.who !== 'nobody' && (
        <span className="order-3 w-full text-13 sm:order-none sm:w-auto">
          {nextWords(next)}{next.by && <>, <b className="font-semibold">{t('by', { when: formatInstant(next.by, clock.time_zone) })} {t('in_zone', { city: zoneCity(clock.time_zone) })}</b></>}
        </span>
      )}
      <span className="flex-1" />
      <span className="text-13 text-muted">{t('route')} <span className="font-mono">{session.reference}</span></span>
    </div>
  )
}
