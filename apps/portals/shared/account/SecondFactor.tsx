import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api/client.ts'
import type { SecondFactorState } from '../../api/types.ts'
import { sessionKey } from '../session/session.ts'
import { Button } from '../ui/Button.tsx'
import { DateTime } from '../ui/DateTime.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { StatusTag } from '../ui/StatusTag.tsx'
import { EnrolFactor } from './EnrolFactor.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

const factorKey = ['account', 'second-factor'] as const

/** The second factor of the own account: how it stands, enrolling it, new recovery codes, taking it off. */
export function SecondFactor() {
  const { t } = useTranslation('shared')
  const queries = useQueryClient()
  const [enrolling, setEnrolling] = useState(false)
  const state = useQuery({ queryKey: factorKey, queryFn: (): Promise<SecondFactorState> => answer(api.GET('/api/auth/second-factor')) as Promise<SecondFactorState> })
  const again = () => Promise.all([queries.invalidateQueries({ queryKey: factorKey }), queries.invalidateQueries({ queryKey: sessionKey })])
  const renew = useMutation({ mutationFn: () => answer(api.POST('/api/auth/second-factor/recovery-codes', { body: {} })), onSuccess: () => queries.invalidateQueries({ queryKey: factorKey }) })
  const disable = useMutation({ mutationFn: () => answer(api.POST('/api/auth/second-factor/disable', { body: {} })), onSuccess: again })
  if (state.isPending) return <Skeleton label={t('second_factor_loading')} />
  if (state.error) return <ErrorNotice error={state.error} />
  if (renew.data) return <RecoveryCodes codes={renew.data.recovery_codes} onKept={() => renew.reset()} />
  if (state.data.enrolled_at === null || enrolling) return <EnrolFactor onEnrolled={() => setEnrolling(true)} onDone={() => { setEnrolling(false); void again() }} />
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2"><StatusTag tone="success" size="small">{t('second_factor_on')}</StatusTag><span className="text-13 text-muted">{t('second_factor_since')} <DateTime at={state.data.enrolled_at} absolute /></span></p>
      <p className="text-13 text-muted">{t('recovery_codes_left', { count: state.data.recovery_codes_left })}</p>
      <ErrorNotice error={renew.error ?? disable.error} />
      <div className="flex flex-wrap gap-3">
        <Button icon="refresh" busy={renew.isPending} onClick={() => renew.mutate()}>{t('recovery_codes_new')}</Button>
        <Button kind="danger" busy={disable.isPending} onClick={() => disable.mutate()}>{t('second_factor_disable')}</Button>
      </div>
    </div>
  )
}
