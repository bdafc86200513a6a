import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, Dialog, Icon } from '../../shared/ui/index.ts'
import { choosePrivacy } from '../privacy-choice.ts'

/** Asks once. It is part of the page's flow at its foot, so that everything above stays usable and nothing is covered. */
export function PrivacyBanner() {
  const { t } = useTranslation()
  const [settings, setSettings] = useState(false)
  const [remember, setRemember] = useState(false)
  const banner = useRef<HTMLElement>(null)
  // The button bar of a phone page sits above this banner: it must know how high that is.
  useLayoutEffect(() => {
    const root = document.documentElement.style
    const watch = new ResizeObserver(() => root.setProperty('--banner-h', `${banner.current?.offsetHeight ?? 0}px`))
    watch.observe(banner.current!)
    return () => { watch.disconnect(); root.removeProperty('--banner-h') }
  }, [])
  return (
    <section ref={banner} aria-labelledby="privacy-banner" className="sticky bottom-0 z-30 border-t border-line bg-surface">
      <div className="mx-auto flex max-w-[1240px] flex-col gap-3 px-4 py-3 lg:flex-row lg:py-4 lg:items-center lg:gap-8 lg:px-8">
        <div className="min-w-0 flex-1">
          <h2 id="privacy-banner" className="flex items-center gap-2 text-18 font-bold"><Icon name="cookie" />{t('banner_title')}</h2>
          <p className="mt-1 text-13">{t('banner_text')}</p>
          <p className="mt-1 text-13 text-muted">{t('banner_note')}</p>
        </div>
        <div className="grid grid-cols-2 gap-x-3 gap-y-1 lg:flex lg:shrink-0">
          <Button className="lg:min-w-36" onClick={() => choosePrivacy(false)}>{t('essential_only')}</Button>
          <Button className="lg:min-w-36" onClick={() => choosePrivacy(true)}>{t('accept_all')}</Button>
          <Button kind="quiet" className="col-span-2" onClick={() => setSettings(true)}>{t('settings')}</Button>
        </div>
      </div>
      <Dialog
        open={settings} onClose={() => setSettings(false)} title={t('settings_title')}
        footer={<Button kind="filled" onClick={() => choosePrivacy(remember)}>{t('save_choice')}</Button>}
      >
        <div className="flex flex-col gap-2">
          <Checkbox checked disabled onChange={() => undefined} label={t('essential')} detail={`${t('essential_text')}. ${t('always_on')}.`} />
          <Checkbox checked={remember} onChange={setRemember} label={t('remember')} detail={t('remember_text')} />
        </div>
      </Dialog>
    </section>
  )
}
