import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api, setCsrfToken } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import type { AccountSession, PortalSession } from '../../api/types.ts'
import { sessionKey, useSession, useSignOutEverywhere } from '../session/session.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Choice.tsx'
import { DateTime } from '../ui/DateTime.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Input } from '../ui/Field.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { StatusTag } from '../ui/StatusTag.tsx'
import { OwnData } from '../privacy/OwnData.tsx'
import { SecondFactor } from './SecondFactor.tsx'

const sessionsKey = ['account', 'sessions'] as const

/** The own account: a new password, where it is signed in, and the way out of all of it. Opened from the person menu of every portal. */
export function AccountDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('shared')
  const { user } = useSession()
  return (
    <Dialog open={open} onClose={onClose} title={t('account')} closeLabel={t('close')} description={<span className="break-words">{user.display_name} · {user.email}</span>}>
      <PasswordForm />
      <Section id="account-second-factor" title={t('second_factor')}><SecondFactor /></Section>
      <Sessions />
      <Section id="account-own-data" title={t('own_data')}><OwnData /></Section>
    </Dialog>
  )
}

const Section = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <section aria-labelledby={id} className="flex flex-col gap-3 border-t border-line pt-4"><h3 id={id} className="text-15 font-bold">{title}</h3>{children}</section>
)

/** The refusals that belong to one field, said in the reader's language beside it. */
const FIELD_PROBLEMS = ['wrong_password', 'password_too_short', 'password_too_long', 'password_not_new'] as const

function PasswordForm() {
  const { t } = useTranslation('shared')
  const { user } = useSession()
  const queries = useQueryClient()
  const form = useRef<HTMLFormElement>(null)
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [shown, setShown] = useState(false)
  const change = useMutation({
    mutationFn: (): Promise<PortalSession> => answer(api.POST('/api/auth/password', { body: { current_password: current, new_password: next } })) as Promise<PortalSession>,
    onSuccess: async (session) => {
      // The session has a new token, and the old one's csrf token ended with it.
      setCsrfToken(session.csrf_token)
      queries.setQueryData(sessionKey, session)
      setCurrent('')
      setNext('')
      await queries.invalidateQueries({ queryKey: sessionsKey })
    },
    onError: (error) => {
      const name = problemOf(error).field?.slice(1)
      form.current?.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.focus()
    },
  })
  const problem = change.error ? problemOf(change.error) : null
  const said = FIELD_PROBLEMS.find((code) => code === problem?.code)
  const errorOf = (field: string): string | null => (said !== undefined && problem?.field === field ? t(said) : null)
  const type = shown ? 'text' : 'password'
  // What was said of the last try is no longer true of what is being typed.
  const edit = (set: (value: string) => void) => (event: { target: { value: string } }) => { set(event.target.value); change.reset() }
  return (
    <Section id="account-password" title={t('change_password')}>
      <form ref={form} noValidate className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); if (!change.isPending && current !== '' && next !== '') change.mutate() }}>
        {/* Tells a password manager whose password it is. */}
        <input type="email" name="email" autoComplete="username" value={user.email} readOnly hidden />
        <Field label={t('current_password')} error={errorOf('/current_password')}>
          <Input type={type} name="current_password" autoComplete="current-password" required value={current} onChange={edit(setCurrent)} />
        </Field>
        <Field label={t('new_password')} hint={t('new_password_hint')} error={errorOf('/new_password')}>
          <Input type={type} name="new_password" autoComplete="new-password" required value={next} onChange={edit(setNext)} />
        </Field>
        <Checkbox checked={shown} onChange={setShown} label={t('show_passwords')} />
        {said === undefined && <ErrorNotice error={change.error} />}
        {change.isSuccess && <Notice tone="success" live="polite">{t('password_changed')}</Notice>}
        <Button type="submit" kind="filled" busy={change.isPending} disabledReason={current === '' || next === '' ? t('password_both_first') : null}>{t('change_password')}</Button>
      </form>
    </Section>
  )
}

function Sessions() {
  const { t } = useTranslation('shared')
  const signOutEverywhere = useSignOutEverywhere()
  const sessions = useQuery({ queryKey: sessionsKey, queryFn: async (): Promise<readonly AccountSession[]> => (await answer(api.GET('/api/auth/sessions'))).items })
  const leave = useMutation({ mutationFn: signOutEverywhere })
  return (
    <Section id="account-sessions" title={t('where_signed_in')}>
      <ErrorNotice error={sessions.error} />
      {sessions.isPending && <Skeleton label={t('loading_sessions')} />}
      <ul className="flex flex-col">
        {sessions.data?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b border-line py-2 last:border-b-0">
            {one.current ? <StatusTag tone="success" size="small">{t('this_browser')}</StatusTag> : <span className="font-semibold">{t('other_browser')}</span>}
            <span className="text-13 text-muted">{t('session_started')} <DateTime at={one.started_at} absolute /> · {t('session_seen')} <DateTime at={one.last_seen_at} absolute /></span>
          </li>
        ))}
      </ul>
      <p className="text-13 text-muted">{t('sign_out_everywhere_hint')}</p>
      <ErrorNotice error={leave.error} />
      <Button kind="danger" icon="sign-out" busy={leave.isPending} onClick={() => leave.mutate()}>{t('sign_out_everywhere')}</Button>
    </Section>
  )
}
