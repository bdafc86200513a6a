import { Dialog } from '@base-ui/react/dialog'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useSession } from '../../shared/session/session.ts'
import { IconButton, Logo, ThemeToggle } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { useKeys } from '../keys.ts'
import { LiveDot } from '../live.tsx'
import { to } from '../paths.ts'
import { ContextBar } from './ContextBar.tsx'
import { JumpBox } from './JumpBox.tsx'
import { KeysHelp } from './KeysHelp.tsx'
import { SideNav } from './SideNav.tsx'
import { TenantMenu } from './TenantMenu.tsx'
import { UserMenu } from './UserMenu.tsx'

/** What stands around every page: top bar, sidebar, context bar, keys. */
export function Frame() {
  const session = useSession()
  const go = useGo()
  const { pathname } = useLocation()
  const [helpOpen, setHelpOpen] = useState(false)
  const [menuOpen, setMenuOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  // A new page starts at its top with the focus on it, as a page load would; the first one leaves the focus alone.
  useEffect(() => {
    setMenuOpen(false)
    if (first.current) { first.current = false; return }
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  useKeys({
    '?': () => setHelpOpen(true),
    'g q': () => go(to.queue()), 'g s': () => go(to.sessions()), 'g p': () => go(to.providers()), 'g c': () => go(to.corridors()), 'g f': () => go(to.deskFees()), 'g a': () => go(to.audit()),
    'n': () => go(to.newRequest()),
    '/': () => document.querySelector<HTMLInputElement>('main [data-search]')?.focus(),
  })

  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <a href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }} className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:p-2 focus:text-accent">Skip to the page</a>
      <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-surface px-2 lg:gap-3 lg:px-3">
        <IconButton icon="menu" label="Menu" className="lg:hidden" onClick={() => setMenuOpen(true)} />
        <a href={to.queue()} className="flex items-center rounded text-text no-underline lg:w-[160px]"><Logo size={22} /></a>
        <div className="hidden lg:block"><TenantMenu /></div>
        <JumpBox />
        <span className="flex-1" />
        <LiveDot />
        <button
          type="button" onClick={() => setHelpOpen(true)} aria-label="Keys" title="Keys"
          className="hidden size-8 items-center justify-center rounded-md border border-line text-muted hover:bg-sunken lg:inline-flex"
        >?</button>
        <ThemeToggle />
        <UserMenu />
      </header>
      <div className="flex min-w-0 flex-1">
        <div className="sticky top-12 hidden h-[calc(100dvh-48px)] w-46 shrink-0 flex-col border-r border-line bg-surface lg:flex"><SideNav /></div>
        <div className="flex min-w-0 flex-1 flex-col">
          <ContextBar />
          <main ref={main} id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col gap-2 p-3 outline-none"><Outlet /></main>
        </div>
      </div>
      <KeysHelp open={helpOpen} onClose={() => setHelpOpen(false)} />
      <Dialog.Root open={menuOpen} onOpenChange={setMenuOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim lg:hidden" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[calc(100vw-3rem)] flex-col overflow-y-auto border-r border-line bg-surface text-text outline-none lg:hidden">
            <div className="flex h-12 items-center gap-2 border-b border-line px-2">
              <Dialog.Close render={<IconButton icon="x" label="Close the menu" />} />
              <Dialog.Title className="text-15 font-semibold">FlowClaw</Dialog.Title>
            </div>
            <div className="border-b border-line p-3"><p className="mb-1 text-12 text-muted">Company</p>{session.memberships.length > 1 ? <TenantMenu /> : <p className="font-semibold">{session.tenant.name}</p>}</div>
            <SideNav onFollow={() => setMenuOpen(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </div>
  )
}
