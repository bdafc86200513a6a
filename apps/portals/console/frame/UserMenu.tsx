import { useState } from 'react'
import { AccountDialog } from '../../shared/account/AccountDialog.tsx'
import { useSession, useSignOut } from '../../shared/session/session.ts'
import { Icon, Menu } from '../../shared/ui/index.ts'
import { roleWords } from './roles.ts'

const initialsOf = (name: string) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]!.toUpperCase()).join('')

/** Who is signed in, the own account, and the way out. */
export function UserMenu() {
  const session = useSession()
  const signOut = useSignOut()
  const [accountOpen, setAccountOpen] = useState(false)
  const { display_name: name, email } = session.user
  return (
    <>
      <Menu
        entries={[
          { heading: <span className="block"><b className="block font-semibold">{name}</b><span className="block text-12 break-all text-muted">{email}</span><span className="block text-12 text-muted">{roleWords(session.role)}</span></span> },
          { label: 'Account', icon: 'person', onSelect: () => setAccountOpen(true) },
          { label: 'Sign out', icon: 'sign-out', onSelect: () => { void signOut() } },
        ]}
        trigger={(
          <button type="button" className="flex h-8 items-center gap-2 rounded-md px-1 hover:bg-sunken">
            <span aria-hidden="true" className="inline-flex size-7 items-center justify-center rounded-full bg-tint-strong text-11 font-semibold text-accent">{initialsOf(name)}</span>
            <span className="hidden lg:inline"><b className="font-semibold">{name}</b> <span className="text-12 text-muted">{roleWords(session.role)}</span></span>
            <span className="sr-only lg:hidden">Account: {name}</span>
            <Icon name="chevron-down" size={16} className="hidden text-muted lg:block" />
          </button>
        )}
      />
      <AccountDialog open={accountOpen} onClose={() => setAccountOpen(false)} />
    </>
  )
}
