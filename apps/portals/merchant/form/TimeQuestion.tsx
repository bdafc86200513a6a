import { useTranslation } from 'react-i18next'
import { useClock } from '../../shared/clock.ts'
import { dayOf, formatLongDay, zoneCity } from '../../shared/time.ts'
import { Checkbox, Field, Input, RadioGroup, RadioSegment } from '../../shared/ui/index.ts'
import { zoneOf } from '../../shared/places.ts'
import type { QuestionProps } from './question.ts'
import { Group, QuestionHead } from './QuestionHead.tsx'

const PREFERENCES = ['cheapest', 'fastest', 'safest', 'balanced'] as const

/** Question 4: by when, in the supplier's own time, and what to weigh most. */
export function TimeQuestion({ draft, change, supplier, errors, heading }: QuestionProps) {
  const { t } = useTranslation()
  const clock = useClock()
  const zone = zoneOf(supplier?.country ?? '')
  const now = new Date(clock.now()).toISOString()
  const said = (field: string) => (errors[field] ? t(errors[field] as 'need_day', { today: formatLongDay(now, zone) }) : undefined)
  return (
    <>
      <QuestionHead heading={heading}>{t('q_time')}</QuestionHead>
      <div className="grid grid-cols-[3fr_2fr] items-start gap-3">
        <Field label={t('day')} error={said('day')}>
          <Input type="date" min={dayOf(now, zone)} value={draft.day} onChange={(event) => change({ day: event.target.value })} />
        </Field>
        <Field label={t('time', { city: zoneCity(zone) })}>
          <Input type="time" value={draft.time} onChange={(event) => change({ time: event.target.value })} />
        </Field>
      </div>
      <Checkbox checked={draft.hard_deadline} onChange={(hard_deadline) => change({ hard_deadline })} label={t('hard')} detail={t('hard_hint')} />
      <Group id="preference" title={t('preference_q')}>
        <RadioGroup value={draft.preference} onChange={(preference) => change({ preference })} labelledBy="preference" className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {PREFERENCES.map((each) => <RadioSegment key={each} value={each}>{t(`pref_${each}`)}</RadioSegment>)}
        </RadioGroup>
      </Group>
      <Field label={t('max_cost')} note={t('optional')} hint={t('max_cost_hint')} error={said('max_total_cost_pct')}>
        <Input inputMode="decimal" className="max-w-28 tabular-nums" value={draft.max_total_cost_pct} onChange={(event) => change({ max_total_cost_pct: event.target.value })} />
      </Field>
    </>
  )
}
