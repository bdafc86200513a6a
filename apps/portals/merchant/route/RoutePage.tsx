import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { Button, EmptyState, ErrorNotice, LinkButton, Notice, Skeleton } from '../../shared/ui/index.ts'
import { Card } from '../parts.tsx'
import { useRoute } from '../queries.ts'
import { AcceptBar } from './AcceptBar.tsx'
import { InvoiceCard } from './InvoiceCard.tsx'
import { AnswerBar } from './Asks.tsx'
import { FromTheDesk } from './FromTheDesk.tsx'
import { NoRoute } from './NoRoute.tsx'
import { Recommendation } from './Recommendation.tsx'
import { RequestFacts } from './RequestFacts.tsx'
import { StoppedBar } from './StoppedBar.tsx'
import { Tracking } from './Tracking.tsx'
import { TrackingBar } from './TrackingBar.tsx'

/** One route in one of the six plain states: the request at left, the answer at right; on a phone the answer alone comes first. */
export function RoutePage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/routes/$id' })
  const query = useRoute(id)
  const [stale, setStale] = useState(false)
  if (query.isPending) return <Card className="p-5"><Skeleton lines={8} /></Card>
  if (query.error) {
    if (query.error instanceof ApiError && query.error.problem.status === 404) {
      return <Card><EmptyState heading="h1" icon="search" title={t('not_found')} action={<LinkButton href="#/history">{t('nav_history')}</LinkButton>}>{t('not_found_text')}</EmptyState></Card>
    }
    return <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>{t('try_again', { ns: 'shared' })}</Button>} />
  }
  const session = query.data
  const priced = session.state !== 'Stopped' && session.supplier_gets !== null && session.you_pay !== null && session.steps.length > 0
  // Once it is agreed to it is followed, unless something new waits for an agreement.
  const followed = priced && session.progress.length > 0 && session.new_offer === null
  const restart = () => setStale(true)
  return (
    <div className="flex flex-col gap-5 lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] xl:grid-cols-[20rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr] lg:items-start">
      <div className="flex min-w-0 flex-col gap-4 lg:col-start-2 lg:row-start-1">
        {stale && <Notice tone="attention" live="polite" title={t('stale')}>{t('stale_text')}</Notice>}
        {session.simulation && <Notice tone="attention" icon="info" title={t('practice')}>{t('practice_text')}</Notice>}
        {followed ? <Tracking session={session} onStale={restart} /> : priced ? <Recommendation session={session} onStale={restart} /> : <NoRoute session={session} onStale={restart} />}
        <FromTheDesk session={session} />
      </div>
      <div className="lg:col-start-1 lg:row-span-2 lg:row-start-1"><RequestFacts session={session} /><InvoiceCard session_id={session.id} /></div>
      {session.state === 'Stopped' ? <StoppedBar session={session} /> : session.asks.length > 0 ? <AnswerBar session={session} /> : followed ? <TrackingBar session={session} /> : <AcceptBar session={session} onStale={restart} />}
    </div>
  )
}
