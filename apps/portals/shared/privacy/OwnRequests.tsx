import { useTranslation } from 'react-i18next'
import type { OwnPrivacyRequest } from '../../api/types.ts'
import { DateTime } from '../ui/DateTime.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { StatusTag, type Tone } from '../ui/StatusTag.tsx'
import { useOwnRequests } from './own-data.ts'

const TONES: Readonly<Record<OwnPrivacyRequest['state'], Tone>> = { open: 'waiting', done: 'success', refused: 'danger' }

/** Whether there is anything to list yet. */
export const useHasOwnRequests = (): boolean => (useOwnRequests().data?.length ?? 0) > 0

/** What I asked for, each with its state, and when it is or was answered. */
export function OwnRequests({ className = '' }: { className?: string }) {
  const { t } = useTranslation('shared')
  const requests = useOwnRequests()
  return (
    <>
      <ErrorNotice error={requests.error} />
      {requests.isPending && <Skeleton label={t('own_requests_loading')} />}
      <ul className="flex flex-col divide-y divide-line" aria-label={t('own_requests')}>
        {requests.data?.map((one) => (
          <li key={one.id} className={`flex flex-col gap-1 py-3 ${className}`}>
            <span className="flex flex-wrap items-center justify-between gap-2"><span className="font-semibold">{t(`request_kind_${one.kind}`)}</span><StatusTag tone={TONES[one.state]} size="small">{t(`request_state_${one.state}`)}</StatusTag></span>
            <span className="text-13 text-muted">
              {t('request_asked')} <DateTime at={one.requested_at} day /> · {one.answered_at === null ? <>{t('request_due')} <DateTime at={one.due_at} day /></> : <>{t('request_answered')} <DateTime at={one.answered_at} day /></>}
            </span>
            {one.refusal !== null && <span className="text-13">{t(`refusal_${one.refusal}`)}</span>}
            {one.note !== null && <span className="text-13 wrap-anywhere text-muted">“{one.note}”</span>}
          </li>
        ))}
      </ul>
    </>
  )
}
