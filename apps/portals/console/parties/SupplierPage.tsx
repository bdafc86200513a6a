import { useState } from 'react'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, ErrorNotice, Skeleton } from '../../shared/ui/index.ts'
import { hasCode } from '../../api/problem.ts'
import { to } from '../paths.ts'
import { useMerchants, useSupplier } from '../queries.ts'
import { Card, Fact, linkLook, PageTitle, SupplierName } from '../ui/parts.tsx'
import { methodWords, titled } from '../words.ts'
import { ChangeDetailsDialog } from './ChangeDetailsDialog.tsx'
import { ChangesOfDetails } from './ChangesOfDetails.tsx'
import { RevealDetails } from './RevealDetails.tsx'
import { DetailsTag } from './SuppliersPage.tsx'

/** One supplier: who it is, and where it is paid. The account is masked until somebody asks for it, and changed by two people alone. */
export function SupplierPage({ id }: { id: string }) {
  const query = useSupplier(id)
  const merchants = useMerchants().data
  const can = useCan()
  const [changing, setChanging] = useState(false)
  const supplier = query.data
  const back = <a href={to.suppliers()} className={linkLook}>All suppliers</a>
  if (query.isPending) return <Card className="p-4"><Skeleton lines={8} label="Loading the supplier" /></Card>
  if (supplier === undefined) return <><PageTitle title="Supplier" end={back} /><Card className="p-3"><ErrorNotice error={query.error} action={hasCode(query.error, 'not_found') ? undefined : <Button onClick={() => { void query.refetch() }}>Try again</Button>} /></Card></>
  const merchant = merchants?.find((each) => each.id === supplier.merchant_id)
  return (
    <>
      <PageTitle title={<SupplierName name={supplier.legal_name} zh={supplier.legal_name_zh} />} end={back} />
      <Card>
        <h2 className="border-b border-line px-3 py-1.5 font-semibold">Who it is</h2>
        <dl className="grid gap-x-6 gap-y-3 p-3 sm:grid-cols-2 xl:grid-cols-4">
          <Fact term="Merchant">{merchant ? <a href={to.suppliers({ merchant: merchant.id })} className={linkLook}>{merchant.name}</a> : '…'}</Fact>
          <Fact term="Where">{supplier.city}, {supplier.country}</Fact>
          <Fact term="Payee">{titled(supplier.payee_type)}</Fact>
          <Fact term="Sells the goods itself">{supplier.payee_is_contract_seller ? 'Yes' : 'No, it is paid for the seller'}</Fact>
          <Fact term="Paid before">{supplier.paid_before ? 'Yes' : 'Not yet'}</Fact>
          <Fact term="Saved"><DateTime at={supplier.created_at} /></Fact>
        </dl>
      </Card>
      <ChangesOfDetails supplier_id={supplier.id} part="pending" />
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-3 py-1.5">
          <h2 className="font-semibold">Where it is paid</h2>
          <div className="flex flex-wrap gap-2">
            <RevealDetails supplier={supplier} />
            <Button icon="pencil" disabledReason={can('bank_details:propose') ?? (supplier.details_state === 'change_held' ? 'A change waits already: it is decided first.' : null)} onClick={() => setChanging(true)}>Change bank details</Button>
          </div>
        </div>
        <dl className="grid gap-x-6 gap-y-3 p-3 sm:grid-cols-2 xl:grid-cols-4">
          <Fact term="Paid by">{methodWords(supplier.method)}</Fact>
          <Fact term="Currency" note={supplier.accepts_other_settlement ? 'or another way' : undefined}>{supplier.settlement_currency}</Fact>
          <Fact term="Account">{supplier.account_masked}</Fact>
          {supplier.bank_name !== null && <Fact term="Bank">{supplier.bank_name}</Fact>}
          {supplier.bic !== null && <Fact term="BIC">{supplier.bic}</Fact>}
          {supplier.cnaps_masked !== null && <Fact term="CNAPS">{supplier.cnaps_masked}</Fact>}
          {supplier.network !== null && <Fact term="Network">{titled(supplier.network)}</Fact>}
          <Fact term="Bank details"><DetailsTag state={supplier.details_state} /></Fact>
        </dl>
      </Card>
      <ChangesOfDetails supplier_id={supplier.id} part="decided" />
      {changing && <ChangeDetailsDialog supplier={supplier} onClose={() => setChanging(false)} />}
    </>
  )
}
