import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatInstant, zoneCity } from '../../shared/time.ts'
import { Button, ErrorNotice } from '../../shared/ui/index.ts'
import { ActionBar } from '../parts.tsx'
import { routesKey } from '../queries.ts'

const look = 'lg:flex lg:flex-row-reverse lg:flex-wrap lg:items-center lg:gap-x-6 lg:gap-y-3 lg:rounded-xl lg:border lg:p-5'

/** The one button of a recommendation, and what pressing it means. A version that has moved on is shown again instead of accepted. */
export function AcceptBar({ session, onStale }: { session: MerchantRouteSession; onStale: () => void }) {
  const { t } = useTranslation()
  const clock = useClock()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const accept = useMutation({
    mutationFn: async (over: boolean): Promise<MerchantRouteSession> => {
      const body = { version: session.version, ...(over ? { acknowledge_over_invoice: true } : {}) }
      return (await answer(api.POST('/api/route-sessions/{id}/accept', { params: { path: { id: session.id }, header: { 'idempotency-key': keyFor({ id: session.id, ...body }) } }, body }))) as MerchantRouteSession
    },
    onSuccess: (next) => {
      queries.setQueryData([...routesKey, session.id], next)
      void queries.invalidateQueries({ queryKey: [...routesKey, 'history'] })
      window.scrollTo(0, 0)
    },
    onError: (error) => {
      if (!hasCode(error, 'stale_version')) return
      onStale()
      void queries.invalidateQueries({ queryKey: [...routesKey, session.id] })
    },
  })
  // Said once that the invoice is exceeded; the next press means it.
  const isOver = hasCode(accept.error, 'invoice_exceeded')
  const papersFirst = session.documents_needed.some((paper) => paper.when === 'before_payment')
  const until = session.valid_until && `${formatInstant(session.valid_until, clock.time_zone)} ${zoneCity(clock.time_zone)}`
  if (session.state !== 'Your turn') return null
  if (!session.can_accept) {
    // A new offer that ran out is the desk's to make afresh.
    if (session.new_offer) return null
    // A price that has run out, or rules that could not be checked: the one thing to do is to ask again.
    return (
      <ActionBar className={look}>
        <Button kind="filled" wide icon="refresh" className="lg:w-auto lg:min-w-56" onClick={() => { void navigate({ to: '/new', search: { from: session.id } }) }}>{t('ask_again')}</Button>
        <p className="mt-2 text-center text-13 text-muted lg:mt-0 lg:flex-1 lg:text-left">{session.cannot_accept_because ?? session.next.what}</p>
      </ActionBar>
    )
  }
  return (
    <ActionBar className={look}>
      {accept.error && !hasCode(accept.error, 'stale_version') && <ErrorNotice error={accept.error} className="mb-3 lg:mb-0 lg:w-full" />}
      <Button kind="filled" wide iconEnd="arrow-right" className="lg:w-auto lg:min-w-56" busy={accept.isPending} onClick={() => accept.mutate(isOver)}>
        {isOver ? t('accept_over') : session.new_offer ? t('accept_new') : papersFirst ? t('accept_papers') : t('accept')}
      </Button>
      <p className="mt-2 text-center text-13 text-muted lg:mt-0 lg:flex-1 lg:text-left">
        {until && <b className="font-semibold text-text">{session.quote_kind === 'firm' ? t('price_line_firm', { when: until }) : t('price_line_indicative', { when: until })} </b>}{t('accept_note')}
      </p>
    </ActionBar>
  )
}
