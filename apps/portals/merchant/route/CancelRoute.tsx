import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { MerchantRouteSession } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, RadioCard, RadioGroup } from '../../shared/ui/index.ts'
import { routesKey } from '../queries.ts'

const REASONS = ['c_details', 'c_other_way', 'c_price', 'c_late', 'c_not_needed'] as const

/** Cancelling asks for a reason in one press, because the desk plans with it. */
export function CancelRoute({ session, onStale }: { session: MerchantRouteSession; onStale: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null)
  const cancel = useMutation({
    mutationFn: async (): Promise<MerchantRouteSession> => {
      const body = { version: session.version, reason: t(reason!) }
      return (await answer(api.POST('/api/route-sessions/{id}/cancel', { params: { path: { id: session.id }, header: { 'idempotency-key': keyFor({ id: session.id, ...body }) } }, body }))) as MerchantRouteSession
    },
    onSuccess: (next) => {
      setOpen(false)
      queries.setQueryData([...routesKey, session.id], next)
      void queries.invalidateQueries({ queryKey: [...routesKey, 'history'] })
      window.scrollTo(0, 0)
    },
    onError: (error) => {
      if (!hasCode(error, 'stale_version')) return
      setOpen(false)
      onStale()
      void queries.invalidateQueries({ queryKey: [...routesKey, session.id] })
    },
  })
  return (
    <p>
      <Button kind="quiet" className="-ml-4" onClick={() => setOpen(true)}>{t('cancel_route')}</Button>
      <Dialog
        open={open} onClose={() => setOpen(false)} title={t('cancel_title')} description={t('cancel_text')}
        footer={(
          <>
            <Button onClick={() => setOpen(false)}>{t('cancel_keep')}</Button>
            <Button kind="danger" busy={cancel.isPending} disabled={reason === null} onClick={() => cancel.mutate()}>{t('cancel_do')}</Button>
          </>
        )}
      >
        <RadioGroup value={reason} onChange={setReason} label={t('cancel_reason')} className="flex flex-col gap-2">
          {REASONS.map((each) => <RadioCard key={each} value={each} className="py-2"><span>{t(each)}</span></RadioCard>)}
        </RadioGroup>
        <ErrorNotice error={hasCode(cancel.error, 'stale_version') ? null : cancel.error} />
      </Dialog>
    </p>
  )
}
