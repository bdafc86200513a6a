import { useState } from 'react'
import { useCan } from '../../shared/session/session.ts'
import { Button, EmptyState, ErrorNotice, Select, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to, type SuppliersSearch } from '../paths.ts'
import { useMerchants, useSuppliers } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle, SearchBox, SupplierName } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { methodWords } from '../words.ts'
import { SupplierDialog } from './SupplierDialog.tsx'

/** Who is paid, for every merchant or one. Accounts stand masked. */
export function SuppliersPage({ search }: { search: SuppliersSearch }) {
  const go = useGo()
  const merchants = useMerchants().data
  const query = useSuppliers({ q: search.q, merchant_id: search.merchant, details_state: search.details === 'change_held' ? 'change_held' : undefined })
  const [text, setText] = useSearchText(search.q ?? '', (q) => go(to.suppliers({ ...search, q }), { replace: true }))
  const [adding, setAdding] = useState(false)
  const denied = useCan()('supplier:create')
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  const merchantName = (id: string) => merchants?.find((each) => each.id === id)?.name ?? ''
  const filtered = Boolean(search.q || search.merchant || search.details)
  const noMerchant = merchants?.length === 0 ? 'Add a merchant first.' : null
  return (
    <>
      <PageTitle title="Suppliers" note="who is paid" end={<Button icon="plus" disabledReason={denied ?? noMerchant} onClick={() => setAdding(true)}>Add a supplier</Button>} />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <SearchBox value={text} onChange={setText} label="Search suppliers" placeholder="Legal name, in either script" hint="/" className="w-full sm:w-72" />
          <Select
            label="Merchant" prefix="Merchant:" value={search.merchant ?? 'any'} className="w-full! sm:w-auto! sm:min-w-52"
            options={[{ value: 'any', label: 'any' }, ...(merchants ?? []).map((each) => ({ value: each.id, label: each.name }))]} onChange={(merchant) => go(to.suppliers({ ...search, merchant: merchant === 'any' ? '' : merchant }))}
          />
          <Select
            label="Bank details" prefix="Bank details:" value={search.details === 'change_held' ? 'change_held' : 'any'} className="w-full! sm:w-auto!"
            options={[{ value: 'any', label: 'any' }, { value: 'change_held', label: 'change held', detail: 'wait for a second person' }]} onChange={(details) => go(to.suppliers({ ...search, details: details === 'any' ? '' : details }))}
          />
          {filtered && <Button kind="quiet" onClick={() => go(to.suppliers())}>Clear</Button>}
          <span className="ml-auto text-12 text-muted tabular-nums" role="status">{rows.length}{query.hasNextPage ? ' so far' : ''}</span>
        </div>
        {query.isPending && <div className="p-4"><Skeleton lines={8} label="Loading suppliers" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data && rows.length === 0 && (filtered
          ? <EmptyState icon="people" title="No supplier fits">Clear the filters to see them all.</EmptyState>
          : <EmptyState icon="people" title="No supplier yet" action={noMerchant && <a href={to.merchants()} className={linkLook}>Merchants</a>}>{noMerchant ? 'A supplier belongs to a merchant, and there is none yet.' : 'A supplier is entered once; every later request names it.'}</EmptyState>)}
        {rows.length > 0 && (
          <DataTable
            label="Suppliers" rows={rows} keyOf={(each) => each.id}
            columns={[
              { head: 'Supplier', phone: 'first', wide: true, className: 'min-w-64', cell: (each) => <a href={to.supplier(each.id)} className={linkLook}><SupplierName name={each.legal_name} zh={each.legal_name_zh} /></a> },
              { head: 'Merchant', className: 'min-w-36', cell: (each) => merchantName(each.merchant_id) },
              { head: 'Where', className: 'whitespace-nowrap', cell: (each) => `${each.city}, ${each.country}` },
              { head: 'Paid by', className: 'whitespace-nowrap', cell: (each) => methodWords(each.method) },
              { head: 'Currency', cell: (each) => each.settlement_currency },
              { head: 'Account', className: 'whitespace-nowrap tabular-nums', cell: (each) => each.account_masked },
              { head: 'Details', className: 'whitespace-nowrap', cell: (each) => <DetailsTag state={each.details_state} /> },
            ]}
          />
        )}
        {query.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>Show more</Button></div>}
      </Card>
      {adding && merchants && <SupplierDialog merchants={merchants} merchant_id={search.merchant ?? null} onClose={() => setAdding(false)} />}
    </>
  )
}

/** Whether the bank details may be paid to. */
export const DetailsTag = ({ state }: { state: 'confirmed' | 'change_held' }) =>
  state === 'confirmed' ? <StatusTag tone="success" size="small">Confirmed</StatusTag> : <StatusTag tone="attention" size="small">Change held</StatusTag>
