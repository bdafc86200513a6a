import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api, setCsrfToken } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import { onProofNeeded } from '../../api/step-up.ts'
import type { PortalSession } from '../../api/types.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Input } from '../ui/Field.tsx'
import { sessionKey, useSession } from './session.ts'

/** Stands in every portal's gate: opens when a request was refused for want of a fresh proof, and lets it be repeated after one. */
export function StepUp() {
  const { t } = useTranslation('shared')
  const { user, second_factor } = useSession()
  const queries = useQueryClient()
  const waiting = useRef<((token: string | null) => void) | null>(null)
  const [open, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const end = (token: string | null) => {
    setOpen(false)
    setPassword('')
    prove.reset()
    waiting.current?.(token)
    waiting.current = null
  }
  const prove = useMutation({
    mutationFn: (): Promise<PortalSession> => answer(api.POST('/api/auth/step-up', { body: second_factor.enrolled ? { code: password } : { password } })) as Promise<PortalSession>,
    onSuccess: (session) => {
      // The session has a new token, and the old one's csrf token ended with it.
      setCsrfToken(session.csrf_token)
      queries.setQueryData(sessionKey, session)
      end(session.csrf_token)
    },
  })
  useEffect(() => {
    const forget = onProofNeeded(() => new Promise((resolve) => { waiting.current = resolve; setOpen(true) }))
    return () => { forget(); waiting.current?.(null); waiting.current = null }
  }, [])
  const wrong = hasCode(prove.error, 'wrong_password') || hasCode(prove.error, 'wrong_code')
  const words = second_factor.enrolled
    ? { label: t('code'), wrong: t('wrong_code'), first: t('code_first'), hint: t('code_or_recovery') }
    : { label: t('password'), wrong: t('step_up_wrong_password'), first: t('step_up_password_first'), hint: undefined }
  return (
    <Dialog open={open} onClose={() => end(null)} title={t('step_up')} closeLabel={t('close')} description={t('step_up_why')}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); if (!prove.isPending && password !== '') prove.mutate() }}>
        {/* Tells a password manager whose password it is. */}
        <input type="email" name="email" autoComplete="username" value={user.email} readOnly hidden />
        <Field label={words.label} hint={words.hint} error={wrong ? words.wrong : null}>
          <Input {...(second_factor.enrolled ? { name: 'code', autoComplete: 'one-time-code', maxLength: 64 } : { type: 'password', name: 'password', autoComplete: 'current-password' })} autoFocus required value={password} onChange={(event) => { setPassword(event.target.value); prove.reset() }} />
        </Field>
        {!wrong && <ErrorNotice error={prove.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={() => end(null)}>{t('step_up_not_now')}</Button>
          <Button type="submit" kind="filled" busy={prove.isPending} disabledReason={password === '' ? words.first : null}>{t('step_up_go')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
