import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatDay, formatInstant } from '../../shared/time.ts'
import { Icon } from '../../shared/ui/index.ts'

type Entry = MerchantRouteSession['progress'][number]

const dots: Record<Entry['state'], { look: string; mark: React.ReactNode }> = {
  done: { look: 'bg-success text-surface', mark: <Icon name="check" size={16} /> },
  closed_days: { look: 'border-2 border-control bg-sunken text-muted', mark: <Icon name="calendar" size={14} /> },
  now: { look: 'bg-progress text-surface', mark: <span className="size-2.5 rounded-full bg-surface" /> },
  next: { look: 'border-2 border-control bg-surface', mark: null },
  stopped: { look: 'bg-danger text-surface', mark: <Icon name="x" size={16} /> },
}

/** So far, and next: a dot and a line each; closed days are a calendar and no tick. */
export function ProgressList({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation()
  const clock = useClock()
  const under = ({ who, text, at, by }: Entry): string => [at && formatInstant(at, clock.time_zone), who, text, by && t('by', { when: formatDay(by, clock.time_zone) })].filter(Boolean).join(' · ')
  const last = entries.findLastIndex(({ state }) => state === 'done' || state === 'now' || state === 'stopped')
  return (
    <ol className="isolate flex flex-col">
      {entries.map((entry, index) => (
        <li key={`${index} ${entry.title}`} className="relative flex gap-4 pb-5 last:pb-0" aria-current={entry.state === 'now' ? 'step' : undefined}>
          {index < entries.length - 1 && <span aria-hidden="true" className={`absolute top-7 bottom-0 left-[13px] -z-10 w-0.5 ${index < last ? 'bg-success' : 'bg-line'}`} />}
          <span aria-hidden="true" className={`inline-flex size-7 shrink-0 items-center justify-center rounded-full ${dots[entry.state].look}`}>{dots[entry.state].mark}</span>
          <span className="min-w-0">
            <span className="sr-only">{t(`p_${entry.state}`)}: </span>
            <span className="block font-semibold">{entry.title}</span>
            <span className="block text-13 text-muted">{under(entry)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}
