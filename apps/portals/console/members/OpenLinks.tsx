import { useState } from 'react'
import type { Member, OpenAccountLink } from '../../api/types.ts'
import { Button, DateTime, ErrorNotice, StatusTag } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { useMerchants, useOpenLinks } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { WithdrawDialog } from './WithdrawDialog.tsx'

/** Invitations and recovery links that somebody could still use; nothing where there are none. */
export function OpenLinks({ members, mayNot }: { members: readonly Member[]; mayNot: string | null }) {
  const query = useOpenLinks(true)
  const merchants = useMerchants().data ?? []
  const [withdrawing, setWithdrawing] = useState<OpenAccountLink | null>(null)
  const nameOf = (id: string | null) => (id === null ? 'the server’s operator' : members.find((each) => each.user_id === id)?.display_name ?? 'a former member')
  return (
    <>
      {query.error && <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} />}
      {query.data && query.data.length > 0 && (
        <Card>
          <h2 className="border-b border-line px-3 py-2 font-semibold">Links not used yet</h2>
          <DataTable
            label="Open links" rows={query.data} keyOf={(link) => link.id}
            columns={[
              { head: 'For', phone: 'first', wide: true, className: 'min-w-52', cell: (link) => <>{link.display_name !== null && <span className="block font-semibold wrap-anywhere">{link.display_name}</span>}<span className="wrap-anywhere text-muted">{link.email}</span></> },
              { head: 'Purpose', phone: 'first', className: 'whitespace-nowrap', cell: (link) => <StatusTag tone="info" size="small">{link.purpose === 'invite' ? 'Invitation' : 'New password'}</StatusTag> },
              { head: 'Role', className: 'min-w-32', cell: (link) => <>{link.role === null ? 'as before' : roleWords(link.role)}{link.merchant_id !== null && <span className="block text-muted">{merchants.find((each) => each.id === link.merchant_id)?.name}</span>}</> },
              { head: 'Works until', className: 'min-w-32', cell: (link) => <DateTime at={link.expires_at} absolute className="whitespace-normal!" /> },
              { head: 'Made by', className: 'min-w-28 text-muted', cell: (link) => nameOf(link.made_by) },
              { head: 'Withdraw', phone: 'last', cell: (link) => <Button icon="prohibited" disabledReason={mayNot} className="max-md:min-h-11 max-md:w-full" onClick={() => setWithdrawing(link)}>Withdraw<span className="sr-only"> the link for {link.email}</span></Button> },
            ]}
          />
        </Card>
      )}
      {withdrawing && <WithdrawDialog link={withdrawing} onClose={() => setWithdrawing(null)} />}
    </>
  )
}
