import { Button, Menu, type MenuEntry } from '../../shared/ui/index.ts'
import { useSession, useSignOut } from '../../shared/session/session.ts'
import { roleWords } from './roles.ts'

/** One company at a time: another membership is a sign-in of its own, so that nothing crosses from one to the next. */
export function TenantMenu() {
  const session = useSession()
  const signOut = useSignOut()
  const entries: MenuEntry[] = [
    { heading: <span className="block text-12 text-muted">Your memberships. One company at a time; nothing crosses.</span> },
    ...session.memberships.map((each): MenuEntry => each.tenant_id === session.tenant.id
      ? { label: `${each.tenant_name}, ${roleWords(each.role)}`, icon: 'check', onSelect: () => undefined }
      : { label: `Sign out, and in for ${each.tenant_name}`, icon: 'swap', onSelect: () => { void signOut() } }),
  ]
  return (
    <Menu
      align="start" entries={entries}
      trigger={<Button iconEnd="chevrons-up-down" className="w-full justify-between font-normal! lg:w-53">{session.tenant.name}<span className="sr-only">, company</span></Button>}
    />
  )
}
