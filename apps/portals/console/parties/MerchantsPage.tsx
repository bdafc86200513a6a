import { useState } from 'react'
import type { Merchant } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, EmptyState, ErrorNotice, Skeleton } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { useMerchants } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle } from '../ui/parts.tsx'
import { titled } from '../words.ts'
import { MerchantDialog } from './MerchantDialog.tsx'

/** The importers that this company serves. A Platform Admin adds and corrects them, the desk reads. */
export function MerchantsPage() {
  const query = useMerchants()
  const denied = useCan()('merchant:write') && 'A Platform Admin adds merchants.'
  const [editing, setEditing] = useState<Merchant | 'new' | null>(null)
  const add = <Button icon="plus" disabledReason={denied} onClick={() => setEditing('new')}>Add a merchant</Button>
  const none = query.data?.length === 0
  return (
    <>
      <PageTitle title="Merchants" note={query.data && `${query.data.length} that this company serves`} end={none ? undefined : add} />
      <Card>
        {query.isPending && <div className="p-4"><Skeleton lines={6} label="Loading merchants" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {none && <EmptyState icon="building" title="No merchant yet" action={add}>A merchant is the importing business that a route is asked for.</EmptyState>}
        {query.data && query.data.length > 0 && (
          <DataTable
            label="Merchants" rows={query.data} keyOf={(each) => each.id}
            columns={[
              { head: 'Name', phone: 'first', wide: true, className: 'min-w-52 font-medium', cell: (each) => each.name },
              { head: 'Where', className: 'whitespace-nowrap', cell: (each) => `${each.city}, ${each.country}` },
              { head: 'Kind', className: 'whitespace-nowrap', cell: (each) => titled(each.type) },
              { head: 'Trades in', className: 'min-w-40', cell: (each) => each.trade },
              { head: 'Papers on file', end: true, cell: (each) => each.documents_on_file.length },
              { head: 'Suppliers', className: 'whitespace-nowrap', cell: (each) => <a href={to.suppliers({ merchant: each.id })} className={linkLook}>Suppliers<span className="sr-only"> of {each.name}</span></a> },
              ...(denied === null ? [{ head: 'Correct', phone: 'last' as const, cell: (each: Merchant) => <Button icon="pencil" className="max-md:min-h-11 max-md:w-full" onClick={() => setEditing(each)}>Correct<span className="sr-only"> {each.name}</span></Button> }] : []),
            ]}
          />
        )}
      </Card>
      {editing !== null && <MerchantDialog merchant={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </>
  )
}
