import { useMutation } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { Dialog, ErrorNotice, Menu, type MenuEntry } from '../ui/index.ts'
import { useSession, useSwitchTenant } from './session.ts'

/** My companies behind a button: choosing another one goes over to it. `wordsOf` says what I am there. */
export function CompanyMenu({ trigger, heading, failed, wordsOf }: {
  trigger: ReactElement; heading: ReactNode
  /** heads the window that says why it did not work */
  failed: string
  wordsOf: (membership: ReturnType<typeof useSession>['memberships'][number]) => string
}) {
  const session = useSession()
  const move = useSwitchTenant()
  const go = useMutation({ mutationFn: move })
  const entries: MenuEntry[] = [
    { heading: <span className="block text-12 text-muted">{heading}</span> },
    ...session.memberships.map((each): MenuEntry => each.tenant_id === session.tenant.id
      ? { label: wordsOf(each), icon: 'check', onSelect: () => undefined }
      : { label: wordsOf(each), icon: 'swap', onSelect: () => { if (!go.isPending) go.mutate(each.tenant_id) } }),
  ]
  return (
    <>
      <Menu align="start" entries={entries} trigger={trigger} />
      <Dialog open={go.isError} onClose={() => go.reset()} title={failed}><ErrorNotice error={go.error} /></Dialog>
    </>
  )
}
