import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field, Icon, Input, Notice, RadioCard, RadioGroup, StatusTag } from '../../shared/ui/index.ts'
import { currencyWord } from '../../shared/places.ts'
import { SupplierName } from '../parts.tsx'
import type { QuestionProps } from './question.ts'
import { QuestionHead } from './QuestionHead.tsx'

/** Question 1: who is paid. The Chinese name leads, because it is the one that the bank compares. */
export function SupplierQuestion({ draft, change, suppliers, errors, heading }: QuestionProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [search, setSearch] = useState('')
  const needle = search.trim().toLowerCase()
  const found = suppliers.filter((each) => !needle || `${each.legal_name} ${each.legal_name_zh ?? ''} ${each.city}`.toLowerCase().includes(needle))
  const anyChinese = suppliers.length === 0 || suppliers.some((each) => each.legal_name_zh)
  return (
    <>
      <QuestionHead heading={heading} hint={anyChinese ? t('q_supplier_hint') : t('q_supplier_hint_plain')}>{t('q_supplier')}</QuestionHead>
      {errors['supplier_id'] && <Notice tone="danger" live="assertive">{t(errors['supplier_id'] as 'need_supplier')}</Notice>}
      {suppliers.length > 6 && <Field label={t('find_supplier')}><Input type="search" value={search} onChange={(event) => setSearch(event.target.value)} /></Field>}
      <RadioGroup value={draft.supplier_id} onChange={(supplier_id) => change({ supplier_id, invoice_currency: '' })} label={t('saved_suppliers')} className="flex flex-col gap-3">
        {found.map((each) => (
          <RadioCard key={each.id} value={each.id}>
            <span className="block font-bold"><SupplierName {...each} /></span>
            {each.legal_name_zh && <span className="block text-13 text-muted">{each.legal_name}</span>}
            <span className="block text-13 text-muted">{each.city} · {t(`m_${each.method}`)}, {currencyWord(each.settlement_currency)} · <span className="whitespace-nowrap">{each.account_masked}</span></span>
            {each.details_state === 'change_held' && <span className="mt-2 block"><StatusTag tone="attention">{t('details_changed')}</StatusTag></span>}
          </RadioCard>
        ))}
      </RadioGroup>
      {found.length === 0 && needle && <p className="text-muted">{t('no_such_supplier')}</p>}
      <button
        type="button" onClick={() => { void navigate({ to: '/new', search: { step: 'supplier', adding: true } }) }}
        className="flex items-center gap-4 rounded-xl border border-line bg-surface p-4 text-left hover:bg-tint"
      >
        <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-tint text-accent"><Icon name="plus" /></span>
        <span><span className="block font-bold">{t('new_supplier')}</span><span className="block text-13 text-muted">{t('new_supplier_hint')}</span></span>
      </button>
    </>
  )
}
