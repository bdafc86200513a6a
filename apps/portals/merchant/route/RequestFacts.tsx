import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { formatDecimal } from '../../shared/money.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { Button } from '../../shared/ui/index.ts'
import { Card, SupplierName } from '../parts.tsx'
import { zoneOf } from '../../shared/places.ts'
import { useRequest, useSuppliers } from '../queries.ts'

/** What was asked for, beside the answer, with a way to ask again. */
export function RequestFacts({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const request = useRequest(session.id).data
  const suppliers = useSuppliers()
  const supplier = suppliers.data?.find((each) => each.id === session.supplier.id)
  const zone = zoneOf(supplier?.country ?? '')
  const money = request && `${request.amount.currency} ${formatDecimal(request.amount.value)}`
  const papers = request?.documents_available.length ?? 0
  const rows: readonly (readonly [string, React.ReactNode, React.ReactNode?])[] = [
    [t('r_supplier'), <SupplierName key="name" {...session.supplier} />, supplier && `${session.supplier.legal_name_zh ? `${supplier.legal_name} · ` : ''}${supplier.city}`],
    ...(money ? [[t('r_amount'), request.amount.side === 'supplier_receives' ? t('gets', { money }) : t('you_send', { money })] as const] : []),
    [t('r_goods'), session.description, request && `${t('r_invoice')} ${request.invoice.number}`],
    [t('r_time'), formatInstant(session.needed_by, zone), zoneCity(zone)],
    ...(request ? [
      [t('r_preference'), t(`pref_${request.preference}`)] as const,
      [t('r_papers'), papers === 0 ? t('papers_none') : papers === 1 ? t('papers_count_one') : t('papers_count', { count: papers })] as const,
    ] : []),
  ]
  return (
    <Card className="p-4 lg:p-5">
      <h2 className="mb-1 text-18 font-bold">{t('request_summary')}</h2>
      <dl className="divide-y divide-line">
        {rows.map(([term, value, more]) => (
          <div key={term} className="py-2.5"><dt className="text-13 text-muted">{term}</dt><dd className="font-semibold">{value}{more && <span className="block text-13 font-normal text-muted">{more}</span>}</dd></div>
        ))}
      </dl>
      <Button wide icon="refresh" className="mt-3" onClick={() => { void navigate({ to: '/new', search: { from: session.id } }) }}>{t('send_again')}</Button>
    </Card>
  )
}
