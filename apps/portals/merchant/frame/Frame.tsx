import { Dialog } from '@base-ui/react/dialog'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountDialog } from '../../shared/account/AccountDialog.tsx'
import { CompanyMenu } from '../../shared/session/CompanyMenu.tsx'
import { useSession, useSignOut } from '../../shared/session/session.ts'
import { Button, Icon, IconButton, Logo, StatusTag, ThemeToggle, type IconName } from '../../shared/ui/index.ts'
import { claimStorage, usePrivacyChoice } from '../privacy-choice.ts'
import { PrivacyBanner } from './PrivacyBanner.tsx'
import { TrustTicker } from './TrustTicker.tsx'

const places: readonly { to: '/' | '/new' | '/history' | '/privacy'; key: 'nav_home' | 'nav_new' | 'nav_history' | 'nav_privacy'; icon: IconName }[] = [
  { to: '/', key: 'nav_home', icon: 'inbox' },
  { to: '/new', key: 'nav_new', icon: 'plus' },
  { to: '/history', key: 'nav_history', icon: 'list' },
  { to: '/privacy', key: 'nav_privacy', icon: 'lock' },
]

const initialsOf = (name: string) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]!.toUpperCase()).join('')

/** What stands around every page: promises, top bar, menu, demo label, privacy banner. */
export function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const signOut = useSignOut()
  useState(() => claimStorage(session.user.id))
  const privacy = usePrivacyChoice()
  const [menuOpen, setMenuOpen] = useState(false)
  const [accountOpen, setAccountOpen] = useState(false)
  const [sideOpen, setSideOpen] = useState(true)
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  // A new page starts at its top with the focus on it, as a page load would; the first one leaves the focus alone.
  useEffect(() => {
    setMenuOpen(false)
    if (first.current) { first.current = false; return }
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [pathname])

  const initials = <span aria-hidden="true" className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-tint text-13 font-semibold text-accent">{initialsOf(session.user.display_name)}</span>
  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <a href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }} className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-surface focus:p-3 focus:text-accent">{t('skip')}</a>
      <TrustTicker />
      <header className="flex min-h-16 items-center gap-1 border-b border-line bg-surface px-2 lg:gap-3 lg:px-6">
        <span className="lg:hidden"><IconButton icon="menu" label={t('menu')} onClick={() => setMenuOpen(true)} /></span>
        <span className="hidden lg:block"><IconButton icon="menu" label={t('main_menu')} aria-expanded={sideOpen} aria-controls="side-menu" onClick={() => setSideOpen(!sideOpen)} /></span>
        <Link to="/" className="flex min-h-11 items-center rounded text-text no-underline"><Logo /></Link>
        <span className="flex-1" />
        <ThemeToggle />
        <span className="lg:hidden" title={session.user.display_name}>{initials}</span>
        <div className="hidden items-center gap-3 lg:flex">
          {initials}
          <span className="leading-5"><span className="block font-semibold">{session.user.display_name}</span><span className="block text-13 text-muted">{session.merchant?.name}</span></span>
          <span aria-hidden="true" className="mx-1 h-10 w-px bg-line" />
          <span className="leading-5"><span className="block text-13 text-muted">{t('your_desk')}</span>{session.memberships.length > 1 ? <span className="block"><Desks /></span> : <span className="block font-semibold">{session.tenant.name}</span>}</span>
          <IconButton icon="person" label={t('account', { ns: 'shared' })} onClick={() => setAccountOpen(true)} />
          <Button icon="sign-out" onClick={() => { void signOut() }}>{t('sign_out', { ns: 'shared' })}</Button>
        </div>
      </header>

      <div className="flex min-w-0 flex-1">
        {sideOpen && (
          <nav id="side-menu" aria-label={t('main_menu')} className="hidden w-62 shrink-0 flex-col border-r border-line bg-surface p-2.5 pt-4 lg:flex">
            <ul className="flex flex-1 flex-col gap-1">{places.map((place) => <li key={place.to}><NavLink {...place} label={t(place.key)} /></li>)}</ul>
            <p className="border-t border-line p-3 pt-4 text-13 text-muted">{t('wordline', { ns: 'shared' })}</p>
          </nav>
        )}
        <main ref={main} id="main" tabIndex={-1} className="mx-auto w-full max-w-[1240px] min-w-0 flex-1 px-4 pt-4 pb-8 outline-none lg:px-8 lg:pt-6">
          {session.market.label && <div className="mb-4"><StatusTag tone="info" icon="calendar" size="small">{session.market.label}</StatusTag></div>}
          <Outlet />
        </main>
      </div>
      {privacy === null && <PrivacyBanner />}
      <AccountDialog open={accountOpen} onClose={() => setAccountOpen(false)} />

      <Dialog.Root open={menuOpen} onOpenChange={setMenuOpen}>
        <Dialog.Portal>
          <Dialog.Popup className="fixed inset-0 z-40 flex flex-col overflow-y-auto bg-page text-text outline-none lg:hidden">
            <div className="flex min-h-16 items-center gap-1 border-b border-line bg-surface px-2">
              <Dialog.Close render={<IconButton icon="x" label={t('close_menu')} />} />
              <Logo />
              <Dialog.Title className="sr-only">{t('menu')}</Dialog.Title>
            </div>
            <div className="flex flex-1 flex-col gap-4 p-4">
              <nav aria-label={t('main_menu')}>
                <ul className="overflow-hidden rounded-xl border border-line bg-surface">
                  {places.map((place) => <li key={place.to} className="border-b border-line last:border-b-0"><NavLink {...place} label={t(place.key)} flat onClick={() => setMenuOpen(false)} /></li>)}
                </ul>
              </nav>
              <dl className="rounded-xl border border-line bg-surface px-4">
                {([[t('you'), session.user.display_name], [t('your_company'), session.merchant?.name ?? ''], [t('your_desk'), session.tenant.name]] as const).map(([term, value]) => (
                  <div key={term} className="flex items-baseline justify-between gap-4 border-b border-line py-3 last:border-b-0"><dt className="text-muted">{term}</dt><dd className="text-right font-semibold">{value}</dd></div>
                ))}
              </dl>
              {session.memberships.length > 1 && <Desks />}
              <p className="text-13 text-muted">{t('wordline', { ns: 'shared' })}</p>
            </div>
            <div className="flex flex-col gap-2 border-t border-line bg-surface p-4">
              <Button wide icon="person" onClick={() => { setMenuOpen(false); setAccountOpen(true) }}>{t('account', { ns: 'shared' })}</Button>
              <Button wide icon="sign-out" onClick={() => { void signOut() }}>{t('sign_out', { ns: 'shared' })}</Button>
            </div>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </div>
  )
}

/** For whoever imports through more than one desk: the same person, another company. */
function Desks() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <CompanyMenu
      heading={t('desks_hint')} failed={t('desks_failed')} wordsOf={(each) => [each.tenant_name, each.merchant_name].filter(Boolean).join(', ')}
      trigger={<Button iconEnd="chevrons-up-down" className="w-full justify-between lg:w-auto">{session.tenant.name}</Button>}
    />
  )
}

function NavLink({ to, icon, label, flat, onClick }: { to: (typeof places)[number]['to']; icon: IconName; label: string; flat?: boolean; onClick?: () => void }) {
  return (
    <Link
      to={to} activeOptions={{ exact: to === '/', includeSearch: false }} {...(onClick ? { onClick } : {})}
      className={`flex min-h-12 items-center gap-3 px-3 font-medium text-text no-underline hover:bg-sunken focus-visible:-outline-offset-2 data-[status=active]:bg-tint data-[status=active]:font-semibold data-[status=active]:text-accent ${flat ? 'px-4' : 'rounded-lg'}`}
    >
      <Icon name={icon} />{label}
    </Link>
  )
}
