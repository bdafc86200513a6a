import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { Money, Notice } from '../../shared/ui/index.ts'
import { Card, NumberedSteps, SupplierName } from '../parts.tsx'
import { AskBox } from './Asks.tsx'
import { CancelRoute } from './CancelRoute.tsx'
import { NewOffer } from './NewOffer.tsx'
import { Papers } from './Papers.tsx'
import { PriceTiles } from './PriceTiles.tsx'
import { StateHead } from './StateHead.tsx'

type Props = { session: MerchantRouteSession; onStale: () => void }

/** A priced route: bad news first, then the price, the papers, why this one, the steps, and one button. */
export function Recommendation({ session, onStale }: Props) {
  const { t } = useTranslation()
  const bad = session.warnings.filter((warning) => warning.tone === 'danger')
  const others = session.warnings.filter((warning) => warning.tone !== 'danger')
  const papersFirst = session.documents_needed.some((paper) => paper.when === 'before_payment')
  return (
    <>
      <section className="flex flex-col gap-4 lg:rounded-xl lg:border lg:border-line lg:bg-surface lg:p-6">
        <StateHead session={session} />
        <div>
          <h1>
            <span className="block text-15 font-normal text-muted"><SupplierName {...session.supplier} /> {t('gets_after_name')}</span>
            <Money value={session.supplier_gets} className="text-28 font-bold" />
          </h1>
          <p className="mt-1">{session.headline}</p>
        </div>
        <AskBox session={session} />
        {bad.map((warning) => <Notice key={warning.title} tone="danger" icon="alert" title={warning.title}>{warning.text}</Notice>)}
        <NewOffer session={session} />
        <PriceTiles session={session} />
        {others.map((warning) => <Notice key={warning.title} tone={warning.tone} title={warning.title}>{warning.text}</Notice>)}
      </section>

      <Papers session={session} />

      {session.why.length > 0 && (
        <Card className="p-4 lg:p-6">
          <h2 className="mb-2 text-18 font-bold">{t('why_this')}</h2>
          {session.why.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </Card>
      )}

      <Card className="p-4 lg:p-6">
        <h2 className="mb-4 text-18 font-bold">{t('how_it_goes')}</h2>
        <NumberedSteps steps={session.steps.map((step) => ({ title: step.title, end: <><span className="lg:block lg:text-text">{step.who}</span><span className="lg:hidden"> · </span>{step.how_long}</> }))} />
        <p className="mt-5 text-13 text-muted">{t('times_note')}{papersFirst && ` ${t('papers_fresh')}`}</p>
      </Card>

      {session.can_cancel && <CancelRoute session={session} onStale={onStale} />}
    </>
  )
}
