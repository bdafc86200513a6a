import { useTranslation } from 'react-i18next'
import { formatDecimal } from '../shared/money.ts'
import { StatusTag, type Tone } from '../shared/ui/index.ts'
import { Card } from './parts.tsx'
import { useMyPapers } from './queries.ts'
import type { MerchantDocument } from '../api/types.ts'

const TONES: Readonly<Record<MerchantDocument['standing'], Tone>> = { counts: 'success', expires_soon: 'attention', expired: 'danger', used_up: 'danger', withdrawn: 'waiting', superseded: 'waiting' }

/** The merchant's recorded papers in plain words: until when each counts, what of its value is used, and what the quarter has left. Nothing where none is recorded. */
export function MyPapers() {
  const { t } = useTranslation()
  const papers = useMyPapers().data
  const live = papers?.items.filter(({ standing }) => standing !== 'withdrawn' && standing !== 'superseded') ?? []
  if (papers === undefined || live.length === 0) return null
  const words = (money: { amount: string; currency: string }) => `${money.currency} ${formatDecimal(money.amount)}`
  return (
    <Card className="p-4">
      <h2 className="text-18 font-bold">{t('my_papers')}</h2>
      <ul className="divide-y divide-line">
        {live.map((paper) => (
          <li key={paper.id} className="flex flex-wrap items-center justify-between gap-2 py-2.5">
            <span className="min-w-0"><span className="font-semibold">{paper.title}</span> <span className="text-13 text-muted">{paper.number}</span>
              <span className="block text-13 text-muted">
                {paper.expires_on !== null && t('paper_until', { day: paper.expires_on })}{paper.expires_on !== null && paper.value !== null && ' · '}
                {paper.value !== null && t('paper_used', { used: words(paper.used ?? { ...paper.value, amount: '0' }), value: words(paper.value) })}
              </span>
            </span>
            <StatusTag tone={TONES[paper.standing]} size="small">{paper.standing === 'expires_soon' ? t('paper_days', { count: paper.days_left ?? 0 }) : t(`paper_${paper.standing as 'counts' | 'expired' | 'used_up'}`)}</StatusTag>
          </li>
        ))}
      </ul>
      {papers.periods.filter(({ used }) => /[1-9]/.test(used.amount)).map((period) => <p key={period.code} className="mt-2 text-13">{t('period_used', { paper: period.title, used: words(period.used), cap: words(period.cap) })}</p>)}
    </Card>
  )
}
