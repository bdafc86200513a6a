import { useTranslation } from 'react-i18next'
import { Field, Input, RadioCard, RadioGroup, RadioSegment, Select } from '../../shared/ui/index.ts'
import type { QuestionProps } from './question.ts'
import { Group, QuestionHead } from './QuestionHead.tsx'

/** Question 2: how much, seen from one of the two ends. */
export function AmountQuestion({ draft, change, supplier, corridor, errors, heading }: QuestionProps) {
  const { t } = useTranslation()
  const receives = draft.side === 'supplier_receives'
  const currency = receives ? supplier?.settlement_currency : corridor?.source_currency
  const mobileMoney = corridor?.source_country === 'KE' || corridor?.source_country === 'GH'
  const heldOptions = ['USD', 'USDT', 'USDC'].filter((each) => each !== corridor?.source_currency)
  return (
    <>
      <QuestionHead heading={heading}>{t('q_amount')}</QuestionHead>
      <RadioGroup value={draft.side} onChange={(side) => change({ side })} label={t('q_amount')} className="grid gap-3 sm:grid-cols-2">
        <RadioCard value="supplier_receives"><span className="font-semibold">{t('side_receives')}</span><span className="block text-13 text-muted">{supplier?.settlement_currency}</span></RadioCard>
        <RadioCard value="merchant_sends"><span className="font-semibold">{t('side_sends')}</span><span className="block text-13 text-muted">{corridor?.source_currency}</span></RadioCard>
      </RadioGroup>
      <Field label={t('amount_in', { currency })} hint={receives ? t('amount_receives_hint') : t('amount_sends_hint')} error={errors['amount'] && t(errors['amount'] as 'bad_amount')}>
        <Input inputMode="decimal" autoComplete="off" className="font-semibold tabular-nums" value={draft.amount} onChange={(event) => change({ amount: event.target.value })} />
      </Field>
      {mobileMoney && (
        <Group id="funding" title={t('funding_q')}>
          <RadioGroup value={draft.funding} onChange={(funding) => change({ funding })} labelledBy="funding" className="grid grid-cols-2 gap-2">
            <RadioSegment value="bank_transfer">{t('funding_bank_transfer')}</RadioSegment>
            <RadioSegment value="mobile_money">{t('funding_mobile_money')}</RadioSegment>
          </RadioGroup>
        </Group>
      )}
      <Group id="held" title={t('held_q')} hint={t('held_hint')}>
        <div className="grid grid-cols-[minmax(7rem,1fr)_2fr] items-start gap-3">
          <Field label={t('held_currency')} labelHidden>
            <Select options={[{ value: 'none', label: t('held_none') }, ...heldOptions.map((each) => ({ value: each, label: each }))]} value={draft.held_currency || 'none'} onChange={(next) => change(next === 'none' ? { held_currency: '', held_amount: '' } : { held_currency: next })} label={t('held_currency')} />
          </Field>
          {draft.held_currency && (
            <Field label={t('held_amount')} labelHidden error={errors['held_amount'] && t(errors['held_amount'] as 'bad_amount')}>
              <Input inputMode="decimal" autoComplete="off" placeholder={t('held_amount')} className="tabular-nums" value={draft.held_amount} onChange={(event) => change({ held_amount: event.target.value })} />
            </Field>
          )}
        </div>
      </Group>
    </>
  )
}
