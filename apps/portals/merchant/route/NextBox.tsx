import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { Icon, type IconName } from '../../shared/ui/index.ts'
import { useNextWords } from '../parts.tsx'

const part = 'flex items-start gap-3 p-4'
const icons: Record<NonNullable<MerchantRouteSession['one_thing']>['kind'], IconName> = { upload: 'camera', answer: 'message', agree: 'pencil' }

/** Who acts next and by when; under it, where there is one, the one thing that is needed of the reader. Where both are the reader's it is said once. */
export function NextBox({ session: { next, one_thing: thing } }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const clock = useClock()
  const nextWords = useNextWords()
  if (next.who === 'nobody') return null
  const when = (by: string) => `${t('by_cap', { when: formatInstant(by, clock.time_zone) })} ${t('in_zone', { city: zoneCity(clock.time_zone) })}.`
  const yours = thing !== null && next.who === 'merchant'
  return (
    <div className="overflow-hidden rounded-xl border border-line">
      {!yours && (
        <div className={`${part} bg-progress-bg text-progress`}>
          <Icon name="clock" className="mt-px" />
          <div className="min-w-0"><p className="font-semibold">{nextWords(next)}</p><p>{next.what}. {next.by && when(next.by)}</p></div>
        </div>
      )}
      {thing && (
        <div className={`${part} bg-attention-bg text-attention`}>
          <Icon name={icons[thing.kind]} className="mt-px" />
          <div className="min-w-0">
            <p className="font-semibold">{t('one_thing')}</p>
            <p>{thing.title}. {thing.by && when(thing.by)}</p>
            <p className={thing.again ? 'mt-1 font-semibold' : 'mt-1'}>{thing.text}</p>
          </div>
        </div>
      )}
    </div>
  )
}
