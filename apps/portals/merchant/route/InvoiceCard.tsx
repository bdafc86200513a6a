import { useTranslation } from 'react-i18next'
import { formatDecimal } from '../../shared/money.ts'
import { StatusTag } from '../../shared/ui/index.ts'
import { Card } from '../parts.tsx'
import { useInvoice } from '../queries.ts'

/** The payments of this invoice against the whole of it, in plain words. Nothing where the whole is not known. */
export function InvoiceCard({ session_id }: { session_id: string }) {
  const { t } = useTranslation()
  const invoice = useInvoice(session_id).data
  if (invoice === undefined || invoice.total === null) return null
  const words = (money: { amount: string; currency: string }) => `${money.currency} ${formatDecimal(money.amount)}`
  return (
    <Card className="mt-4 p-4 lg:p-5">
      <h2 className="text-18 font-bold">{t('invoice_card', { number: invoice.number })}</h2>
      <p className="text-13 text-muted">{t('invoice_whole', { money: words(invoice.total) })}</p>
      <ul className="divide-y divide-line">
        {invoice.parts.filter(({ group }) => group !== 'stopped').map((part) => (
          <li key={part.session_id} className="py-2.5"><span className="font-semibold">{t(`p_${part.paid}`)}</span>, {words(part.amount)}<span className="block text-13 text-muted">{t(`invoice_${part.group as 'done'}`)}{part.pct !== null && ` · ${part.pct} %`}</span></li>
        ))}
      </ul>
      {invoice.over ? <StatusTag tone="danger" size="small">{t('invoice_over')}</StatusTag> : invoice.open !== null && invoice.open_pct !== '0.00' && <p>{t('invoice_open', { money: words(invoice.open), pct: invoice.open_pct })}</p>}
    </Card>
  )
}
