import { useTranslation } from 'react-i18next'
import { useNavigate } from '@tanstack/react-router'
import type { CorridorRow, Supplier } from '../../api/types.ts'
import { formatDecimal, parseAmount } from '../../shared/money.ts'
import { formatInstant, instantIn, zoneCity } from '../../shared/time.ts'
import type { Draft, Step } from '../draft.ts'
import { zoneOf } from '../../shared/places.ts'
import { Card, SupplierName } from '../parts.tsx'

/** The answers so far, each with a way back to its question. */
export function Summary({ draft, supplier, corridor, reviewing }: { draft: Draft; supplier: Supplier | undefined; corridor: CorridorRow | undefined; reviewing?: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const amount = parseAmount(draft.amount)
  const receives = draft.side === 'supplier_receives'
  const money = amount && `${receives ? supplier?.settlement_currency : corridor?.source_currency} ${formatDecimal(amount)}`
  const zone = zoneOf(supplier?.country ?? '')
  const rows: readonly { step: Step; term: string; value: React.ReactNode; more?: React.ReactNode }[] = [
    { step: 'supplier', term: t('r_supplier'), value: supplier && <SupplierName {...supplier} />, more: supplier && `${supplier.legal_name_zh ? `${supplier.legal_name} · ` : ''}${supplier.city} · ${t(`m_${supplier.method}`)}` },
    { step: 'amount', term: t('r_amount'), value: money && (receives ? t('gets', { money }) : t('you_send', { money })) },
    { step: 'goods', term: t('r_goods'), value: draft.description.trim(), more: draft.invoice_number.trim() && `${t('r_invoice')} ${draft.invoice_number.trim()}${draft.paid ? ` · ${t(`p_${draft.paid}`)}` : ''}` },
    { step: 'time', term: t('r_time'), value: draft.day && `${formatInstant(instantIn(draft.day, draft.time || '17:00', zone), zone)}`, more: draft.day && `${zoneCity(zone)} · ${t('r_preference')}: ${t(`pref_${draft.preference}`)}` },
    { step: 'papers', term: t('r_papers'), value: draft.documents.length === 0 ? (reviewing ? t('papers_none') : undefined) : draft.documents.length === 1 ? t('papers_count_one') : t('papers_count', { count: draft.documents.length }) },
  ]
  return (
    <Card className="p-5">
      <h2 className="mb-1 text-18 font-bold">{reviewing ? t('request_summary') : t('so_far')}</h2>
      <dl className="divide-y divide-line">
        {rows.map((row) => (
          <div key={row.step} className="py-3">
            <dt className="text-13 text-muted">{row.term}</dt>
            <dd className="flex items-start gap-3">
              <span className={`min-w-0 flex-1 ${row.value ? 'font-semibold' : 'text-muted'}`}>{row.value || t('not_yet')}{row.value && row.more && <span className="block text-13 font-normal text-muted">{row.more}</span>}</span>
              {row.value && (
                <button type="button" className="-my-3 inline-flex min-h-11 items-center rounded px-2 font-semibold text-accent" onClick={() => { void navigate({ to: '/new', search: { step: row.step } }) }}>{t('change')}<span className="sr-only"> {row.term}</span></button>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
