import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from '../../shared/ui/index.ts'

const promises: readonly { key: 'trust_1' | 'trust_2' | 'trust_3'; icon: IconName }[] = [
  { key: 'trust_1', icon: 'shield' }, { key: 'trust_2', icon: 'tag-cost' }, { key: 'trust_3', icon: 'info' },
]

/** Three promises on one line; on a phone one at a time, moved on by hand only. */
export function TrustTicker() {
  const { t } = useTranslation()
  const [shown, setShown] = useState(0)
  const now = promises[shown]!
  const next = (shown + 1) % promises.length
  return (
    <aside aria-label={t('trust_label')} className="bg-brand text-13 text-on-brand">
      <ul className="hidden h-10 items-center justify-center gap-12 md:flex">
        {promises.map(({ key, icon }) => <li key={key} className="flex items-center gap-2 font-medium"><Icon name={icon} size={16} />{t(key)}</li>)}
      </ul>
      <div className="flex min-h-11 items-center gap-2 pl-4 md:hidden">
        <Icon name={now.icon} size={16} />
        <span aria-live="polite" className="min-w-0 flex-1 font-medium">{t(now.key)}</span>
        <button
          type="button" onClick={() => setShown(next)}
          className="inline-flex min-h-11 shrink-0 items-center gap-1 px-4 focus-visible:-outline-offset-4 focus-visible:outline-on-brand"
        >
          {t('trust_count', { number: shown + 1, all: promises.length })}<span className="sr-only">. {t('trust_next', { text: t(promises[next]!.key) })}</span><Icon name="chevron-right" size={16} />
        </button>
      </div>
    </aside>
  )
}
