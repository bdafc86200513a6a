import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RefObject } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { CorridorRow, MerchantRouteSession, Supplier } from '../../api/types.ts'
import { useClock } from '../../shared/clock.ts'
import { formatDay } from '../../shared/time.ts'
import { Button, ErrorNotice, Notice, StatusTag } from '../../shared/ui/index.ts'
import { clearDraft, toRequest, type Draft, type Step } from '../draft.ts'
import { ActionBar } from '../parts.tsx'
import { routesKey, useOwnMerchant } from '../queries.ts'
import { QuestionHead } from './QuestionHead.tsx'
import { Summary } from './Summary.tsx'

/** Which question a field of the request body was asked in, so that a refusal leads back to it. */
const stepOf = (field: string): Step =>
  /^\/(supplier_id|corridor_id)/.test(field) ? 'supplier' : /^\/(amount|held_funds|funding)/.test(field) ? 'amount' : /^\/(goods|purpose|invoice)/.test(field) ? 'goods' : /^\/documents/.test(field) ? 'papers' : 'time'

/** The last look before routing, and the warning about an invoice that was sent before. */
export function Review({ draft, supplier, corridor, heading }: { draft: Draft; supplier: Supplier; corridor: CorridorRow; heading: RefObject<HTMLHeadingElement | null> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const clock = useClock()
  const keyFor = useActionKey()
  const onFile = useOwnMerchant().data?.documents_on_file ?? []
  const send = useMutation({
    mutationFn: async (acknowledge: boolean): Promise<MerchantRouteSession> => {
      const whole = { ...draft, documents: [...draft.documents, ...onFile] }
      const body = { ...toRequest(whole, supplier, corridor), ...(acknowledge ? { acknowledge_duplicate_invoice: true } : {}) }
      return (await answer(api.POST('/api/route-sessions', { body: body as never, params: { header: { 'idempotency-key': keyFor(body) } } }))) as MerchantRouteSession
    },
    onSuccess: async (session) => {
      queries.setQueryData([...routesKey, session.id], session)
      void queries.invalidateQueries({ queryKey: [...routesKey, 'history'] })
      // Away from the form before its answers go, so that the form does not send the reader back to question 1.
      await navigate({ to: '/routes/$id', params: { id: session.id }, replace: true })
      clearDraft()
    },
  })
  const duplicate = hasCode(send.error, 'duplicate_invoice') ? send.error.problem.duplicate_of : undefined
  const field = send.error && !duplicate ? problemOf(send.error).field : undefined
  return (
    <>
      <QuestionHead heading={heading}>{t('q_review')}</QuestionHead>
      <Summary draft={{ ...draft, documents: [...new Set([...draft.documents, ...onFile])] }} supplier={supplier} corridor={corridor} reviewing />
      {duplicate && (
        <Notice tone="attention" live="assertive" title={t('dup_title')}>
          <p>{t('dup_text', { invoice: draft.invoice_number.trim(), day: formatDay(duplicate.requested_at, clock.time_zone), reference: duplicate.reference })}</p>
          <div className="mt-3 flex flex-wrap gap-3">
            <Button onClick={() => { void navigate({ to: '/routes/$id', params: { id: duplicate.id } }) }}>{t('dup_open')}</Button>
            <Button busy={send.isPending} onClick={() => send.mutate(true)}>{t('dup_send')}</Button>
          </div>
        </Notice>
      )}
      {!duplicate && <ErrorNotice error={send.error} action={field && <Button onClick={() => { void navigate({ to: '/new', search: { step: stepOf(field) } }) }}>{t('fix_step')}</Button>} />}
      <ActionBar>
        {!duplicate && <Button kind="filled" wide iconEnd="arrow-right" className="lg:w-auto lg:min-w-60" busy={send.isPending} onClick={() => send.mutate(false)}>{t('find')}</Button>}
        <p className="mt-2 text-center text-13 text-muted lg:text-left">{send.isPending ? <StatusTag tone="info" icon="search">{t('finding')}</StatusTag> : t('review_note')}</p>
      </ActionBar>
    </>
  )
}
