import { useTranslation } from 'react-i18next'
import { useSession } from '../../shared/session/session.ts'
import { Checkbox } from '../../shared/ui/index.ts'
import { COMPANY_PAPERS, papersFor } from '../papers.ts'
import { MyPapers } from '../MyPapers.tsx'
import { Card } from '../parts.tsx'
import { useOwnMerchant } from '../queries.ts'
import type { QuestionProps } from './question.ts'
import { QuestionHead } from './QuestionHead.tsx'

/** Question 5: papers at hand. What the desk has on file is ticked and stays so; what is unknown is never an error. */
export function PapersQuestion({ draft, change, supplier, heading }: QuestionProps) {
  const { t } = useTranslation()
  const country = useSession().merchant?.country ?? ''
  const onFile = useOwnMerchant().data?.documents_on_file ?? []
  const has = (code: string) => draft.documents.includes(code) || onFile.includes(code)
  const set = (codes: readonly string[], on: boolean) =>
    change({ documents: on ? [...new Set([...draft.documents, ...codes])] : draft.documents.filter((each) => !codes.includes(each)) })
  const company = COMPANY_PAPERS[country] ?? []
  const companyOnFile = company.length > 0 && company.every((code) => onFile.includes(code))
  const papers = papersFor({
    country, purpose: draft.purpose, goods_class: draft.goods_class, paid: draft.paid, held_funds: Boolean(draft.held_currency),
    mainland_company: supplier?.method === 'mainland_corporate_account',
  })
  // A paper ticked for an earlier request, or on the desk's file, that this list does not offer: it counts all the same, so it is shown.
  const known = new Set([...company, ...papers.map((paper) => paper.code)])
  const more = draft.documents.filter((code) => !known.has(code) && !onFile.includes(code))
  return (
    <>
      <QuestionHead heading={heading} hint={t('q_papers_hint')}>{t('q_papers')}</QuestionHead>
      <Card className="divide-y divide-line">
        {company.length > 0 && (
          <Checkbox
            className="px-4 py-3" checked={company.every(has)} disabled={companyOnFile} onChange={(on) => set(company, on)} label={t('company_papers')}
            detail={<>{t(`pc_${country as 'NG'}`)}{companyOnFile && ` ${t('company_papers_file')}`}</>}
          />
        )}
        {papers.map(({ code }) => (
          <Checkbox
            key={code} className="px-4 py-3" checked={has(code)} disabled={onFile.includes(code)} onChange={(on) => set([code], on)} label={t(`d_${code}` as 'd_FORM_Q')}
            detail={<>{t(`d_${code}_hint` as 'd_FORM_Q_hint')}{onFile.includes(code) && `. ${t('on_file')}`}</>}
          />
        ))}
        {more.length > 0 && <Checkbox className="px-4 py-3" checked onChange={() => set(more, false)} label={t('more_papers')} detail={more.join(', ')} />}
      </Card>
      <MyPapers />
    </>
  )
}
