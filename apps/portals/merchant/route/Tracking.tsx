import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { formatDayRange } from '../../shared/time.ts'
import { Money, Notice } from '../../shared/ui/index.ts'
import { Card, SupplierName } from '../parts.tsx'
import { AskBox } from './Asks.tsx'
import { CancelRoute } from './CancelRoute.tsx'
import { Instruction } from './Instruction.tsx'
import { NextBox } from './NextBox.tsx'
import { Papers } from './Papers.tsx'
import { PriceTiles } from './PriceTiles.tsx'
import { ProgressList } from './ProgressList.tsx'
import { StateHead } from './StateHead.tsx'

/** A route from its acceptance to its end: what happened, who acts next and by when, what is needed of the reader, so far and next. */
export function Tracking({ session, onStale }: { session: MerchantRouteSession; onStale: () => void }) {
  const { t } = useTranslation()
  const { arrives, state } = session
  const withDesk = state === 'With the desk'
  return (
    <>
      <section className="flex flex-col gap-4 lg:rounded-xl lg:border lg:border-line lg:bg-surface lg:p-6">
        <StateHead session={session} brief />
        <div>
          <h1>
            <span className="block text-15 font-normal text-muted"><SupplierName {...session.supplier} /> {state === 'Done' ? t('got_after_name') : t('gets_after_name')}</span>
            <Money value={session.supplier_gets} className="text-28 font-bold" />
          </h1>
          {arrives && state !== 'Done' && <p className="mt-1">{t('expected')} <b className="font-semibold">{formatDayRange(arrives.earliest, arrives.latest, arrives.earliest.length === 10 ? 'UTC' : arrives.time_zone)}</b></p>}
          <p className="mt-1">{session.headline}</p>
        </div>
        {session.warnings.map((warning) => <Notice key={warning.title} tone={warning.tone} {...(warning.tone === 'danger' ? { icon: 'alert' as const } : {})} title={warning.title}>{warning.text}</Notice>)}
        {/* A question goes before the rest: the page's one button answers it, so nothing else is asked for beside it. */}
        {session.asks.length > 0 ? <AskBox session={session} /> : <NextBox session={session} />}
      </section>
      {session.instruction && <Instruction instruction={session.instruction} supplier_id={session.supplier.id} />}
      <section className="flex flex-col gap-3">
        <h2 className="text-22 font-bold">{state === 'Done' ? t('how_it_went') : t('so_far_and_next')}</h2>
        <Card className="p-4 lg:p-6">
          <ProgressList entries={session.progress} />
          {state !== 'Done' && <p className="mt-5 text-13 text-muted">{t('times_note')}</p>}
        </Card>
      </section>
      {withDesk && session.documents_needed.length > 0 && <Papers session={session} />}
      <PriceTiles session={session} />
      {session.can_cancel && <CancelRoute session={session} onStale={onStale} />}
    </>
  )
}
