import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { useCopy } from '../../shared/copy.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { IconButton, Money } from '../../shared/ui/index.ts'
import { Card } from '../parts.tsx'
import { RevealAccount } from './RevealAccount.tsx'

type Told = NonNullable<MerchantRouteSession['instruction']>

/** What the reader pays itself, line by line, each to be copied. The account is masked: a whole number never stands on a page by itself. */
export function Instruction({ instruction: told, supplier_id }: { instruction: Told; supplier_id: string }) {
  const { t } = useTranslation()
  const clock = useClock()
  const lines: readonly (readonly [string, ReactNode, string?])[] = [
    [t('i_payee'), told.payee_zh ? <><span lang="zh-Hans">{told.payee_zh}</span><span className="block text-13 font-normal text-muted">{told.payee}</span></> : told.payee, told.payee_zh ?? told.payee],
    ...(told.bank_name ? [[t('i_bank'), <>{told.bank_name}{told.bic && <span className="block text-13 font-normal text-muted">BIC {told.bic}</span>}</>, told.bic ?? told.bank_name] as const] : []),
    ...(told.account_masked ? [[t('i_account'), <><span className="tabular-nums">{told.account_masked}</span>{told.to_supplier && <span className="block text-13 font-normal text-muted">{t('i_account_hint')}</span>}{told.to_supplier && <RevealAccount supplier_id={supplier_id} />}</>] as const] : []),
    [t('i_amount'), <Money key="amount" value={told.money} />, told.money.amount],
    [t('i_reference'), <span key="reference" className="font-mono">{told.reference}</span>, told.reference],
    ...(told.charges ? [[t('i_charges'), told.charges] as const] : []),
    ...(told.purpose ? [[t('i_purpose'), told.purpose, told.purpose] as const] : []),
    ...(told.by ? [[t('i_by'), `${formatInstant(told.by.at, clock.time_zone)} ${t('in_zone', { city: zoneCity(clock.time_zone) })}`] as const] : []),
  ]
  return (
    <Card className="p-4 lg:p-6">
      <h2 className="mb-1 text-18 font-bold">{told.title}</h2>
      <p className="mb-2 text-13 text-muted">{t('i_hint')}</p>
      <dl className="divide-y divide-line">
        {lines.map(([term, value, copied]) => <Line key={term} term={term} copied={copied}>{value}</Line>)}
      </dl>
    </Card>
  )
}

function Line({ term, copied: text, children }: { term: string; copied?: string | undefined; children: ReactNode }) {
  const { t } = useTranslation()
  const [copied, copy] = useCopy()
  return (
    <div className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-2">
      <dt className="text-13 text-muted">{term}</dt>
      <dd className="col-start-1 font-semibold wrap-anywhere">{children}</dd>
      {text !== undefined && (
        <dd className="col-start-2 row-span-2 row-start-1">
          <IconButton icon={copied === 'yes' ? 'check' : 'copy'} label={copied === 'yes' ? t('i_copied', { what: term }) : copied === 'failed' ? t('i_not_copied', { what: term }) : t('i_copy', { what: term })} onClick={() => { void copy(text) }} />
        </dd>
      )}
    </div>
  )
}
