import { useTranslation } from 'react-i18next'
import { Field, Input, RadioGroup, RadioSegment, Select } from '../../shared/ui/index.ts'
import { invoiceCurrency } from '../draft.ts'
import type { QuestionProps } from './question.ts'
import { Group, QuestionHead } from './QuestionHead.tsx'

const CLASSES = ['electrical', 'plant_machinery', 'industrial_parts', 'food_or_drug', 'vehicle_parts', 'regulated', 'consumer'] as const
const PAID = ['deposit', 'full_advance', 'balance_before_shipment', 'balance_after_shipment'] as const
const INVOICE_CURRENCIES = ['CNY', 'USD', 'HKD', 'AED', 'EUR', 'GBP'] as const

/** Question 3: what the payment is for, and the invoice it pays. */
export function GoodsQuestion({ draft, change, supplier, errors, heading }: QuestionProps) {
  const { t } = useTranslation()
  const goods = draft.purpose === 'goods'
  const said = (field: string) => (errors[field] ? t(errors[field] as 'need_description') : undefined)
  return (
    <>
      <QuestionHead heading={heading}>{t('q_goods')}</QuestionHead>
      <RadioGroup value={draft.purpose} onChange={(purpose) => change({ purpose })} label={t('purpose_q')} className="grid grid-cols-2 gap-2">
        <RadioSegment value="goods">{t('purpose_goods')}</RadioSegment>
        <RadioSegment value="services">{t('purpose_services')}</RadioSegment>
      </RadioGroup>
      <Field label={goods ? t('description_goods') : t('description_services')} error={said('description')}>
        <Input maxLength={300} value={draft.description} onChange={(event) => change({ description: event.target.value })} />
      </Field>
      {goods && (
        <Group id="class" title={t('goods_class_q')} error={said('goods_class')}>
          <RadioGroup value={draft.goods_class || null} onChange={(goods_class) => change({ goods_class })} labelledBy="class" className="grid grid-cols-2 gap-2">
            {CLASSES.map((each) => <RadioSegment key={each} value={each} className={each === 'consumer' ? 'col-span-2' : ''}>{t(`g_${each}`)}</RadioSegment>)}
          </RadioGroup>
        </Group>
      )}
      <Group id="paid" title={t('paid_q')} error={said('paid')}>
        <RadioGroup value={draft.paid || null} onChange={(paid) => change({ paid })} labelledBy="paid" className="grid gap-2 sm:grid-cols-2">
          {PAID.map((each) => <RadioSegment key={each} value={each}>{t(`p_${each}`)}</RadioSegment>)}
        </RadioGroup>
      </Group>
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <Field label={t('invoice_number')} hint={t('invoice_hint')} error={said('invoice_number')}>
          <Input maxLength={60} autoComplete="off" value={draft.invoice_number} onChange={(event) => change({ invoice_number: event.target.value })} />
        </Field>
        <Field label={t('invoice_currency')}>
          <Select options={INVOICE_CURRENCIES.map((each) => ({ value: each as string, label: each }))} value={supplier ? invoiceCurrency(draft, supplier) : 'CNY'} onChange={(invoice_currency) => change({ invoice_currency })} label={t('invoice_currency')} />
        </Field>
      </div>
      <Field label={t('invoice_total')} hint={t('invoice_total_hint')} error={said('invoice_total')} className="max-w-80">
        <Input inputMode="decimal" autoComplete="off" className="tabular-nums" value={draft.invoice_total} onChange={(event) => change({ invoice_total: event.target.value })} />
      </Field>
      <Field label={t('account_count')} hint={t('account_count_hint')} error={said('account_count')} className="max-w-80">
        <Input inputMode="numeric" value={draft.account_count} className="max-w-28 tabular-nums" onChange={(event) => change({ account_count: event.target.value.trim() })} />
      </Field>
    </>
  )
}
