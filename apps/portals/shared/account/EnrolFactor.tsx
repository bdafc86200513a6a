import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api, setCsrfToken } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { EnrolledSecondFactor } from '../../api/types.ts'
import { sessionKey } from '../session/session.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Input } from '../ui/Field.tsx'
import { QrCode } from './QrCode.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

/**
 * An authenticator, step by step: the secret as a picture and as text, a first code, the recovery codes. `onEnrolled` is told before the
 * session changes, so that a page which the session closes can stay until the codes are kept; `onDone` once they are.
 */
export function EnrolFactor({ onEnrolled, onDone }: { onEnrolled?: () => void; onDone: () => void }) {
  const { t } = useTranslation('shared')
  const queries = useQueryClient()
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: () => answer(api.POST('/api/auth/second-factor/begin', { body: {} })) })
  const confirm = useMutation({
    mutationFn: (): Promise<EnrolledSecondFactor> => answer(api.POST('/api/auth/second-factor/confirm', { body: { code } })) as Promise<EnrolledSecondFactor>,
    onSuccess: ({ session }) => {
      onEnrolled?.()
      setCsrfToken(session.csrf_token)
      queries.setQueryData(sessionKey, session)
    },
  })
  const wrong = hasCode(confirm.error, 'wrong_code')
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onKept={onDone} />
  if (!begin.data) {
    return (
      <div className="flex flex-col gap-3">
        <p>{t('second_factor_why')}</p>
        <ErrorNotice error={begin.error} />
        <Button kind="filled" icon="shield" busy={begin.isPending} onClick={() => begin.mutate()}>{t('second_factor_begin')}</Button>
      </div>
    )
  }
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); if (!confirm.isPending && code !== '') confirm.mutate() }}>
      <p>{t('second_factor_scan')}</p>
      <QrCode text={begin.data.otpauth_uri} label={t('second_factor_qr')} />
      <p className="text-13 text-muted">{t('second_factor_text')} <span className="font-mono break-all text-text">{begin.data.secret.match(/.{1,4}/g)!.join(' ')}</span></p>
      <Field label={t('code')} hint={t('code_hint')} error={wrong ? t('wrong_code') : null}>
        <Input name="code" inputMode="numeric" autoComplete="one-time-code" autoFocus required maxLength={64} value={code} onChange={(event) => { setCode(event.target.value.trim()); confirm.reset() }} />
      </Field>
      {!wrong && <ErrorNotice error={confirm.error} />}
      <Button type="submit" kind="filled" busy={confirm.isPending} disabledReason={code.length < 6 ? t('code_first') : null}>{t('second_factor_confirm')}</Button>
    </form>
  )
}
