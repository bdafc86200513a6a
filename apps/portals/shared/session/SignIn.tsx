import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api, setCsrfToken } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { PortalSession } from '../../api/types.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Input } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Notice } from '../ui/Notice.tsx'
import { ThemeToggle } from '../ui/ThemeToggle.tsx'
import type { Page } from './SessionGate.tsx'
import { sessionKey, useConfigQuery } from './session.ts'

/** The sign-in form of every page. `used` names the purpose of a link that was used a moment ago. Demo accounts are offered only when the server says that it has them. */
export function SignIn({ page, used }: { page: Page; used: 'invite' | 'recovery' | null }) {
  const { t } = useTranslation('shared')
  const queries = useQueryClient()
  const config = useConfigQuery()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const [code, setCode] = useState('')
  const login = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/login', { body: { email: email.trim(), password, ...(asked ? { code: code.trim() } : {}) } })),
    onSuccess: async (said) => {
      if ('code_asked' in said) { setAsked(true); return }
      const session = said as PortalSession
      setCsrfToken(session.csrf_token ?? '')
      await queries.invalidateQueries({ queryKey: sessionKey })
    },
  })
  const field = login.error ? problemOf(login.error).field : undefined
  const wrongCode = hasCode(login.error, 'wrong_code')
  const accounts = config.data?.demo_accounts ?? []

  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <header className="flex h-14 items-center justify-between border-b border-line bg-surface px-4"><Logo /><ThemeToggle /></header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col gap-5 px-4 py-8">
        <h1 className="text-22 font-bold">{t('sign_in_to', { page: t(`page_${page}`) })}</h1>
        {used && <Notice tone="success" live="polite">{t(`link_used_${used}`)}</Notice>}
        <form
          className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5"
          noValidate
          onSubmit={(event) => { event.preventDefault(); if (!login.isPending) login.mutate() }}
        >
          {asked && (
            <>
              <p>{t('code_asked', { email: email.trim() })}</p>
              <Field label={t('code')} hint={t('code_or_recovery')} error={wrongCode ? t('wrong_code') : null}>
                <Input name="code" autoComplete="one-time-code" autoFocus required maxLength={64} value={code} onChange={(event) => { setCode(event.target.value); login.reset() }} />
              </Field>
            </>
          )}
          {!asked && <><Field label={t('email')} error={field === '/email' ? problemOf(login.error).detail : null}>
            <Input type="email" name="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
          </Field>
          <Field label={t('password')} error={field === '/password' ? problemOf(login.error).detail : null}>
            <Input type="password" name="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
          </Field></>}
          {!wrongCode && <ErrorNotice error={login.error} />}
          <Button type="submit" kind="filled" wide busy={login.isPending} disabledReason={asked && code.trim().length < 6 ? t('code_first') : null}>{t('sign_in')}</Button>
          {asked && <Button kind="quiet" onClick={() => { setAsked(false); setCode(''); setPassword(''); login.reset() }}>{t('code_back')}</Button>}
        </form>
        {accounts.length > 0 && !asked && (
          <section aria-labelledby="demo-accounts" className="flex flex-col gap-2">
            <h2 id="demo-accounts" className="text-15 font-bold">{t('demo_accounts')}</h2>
            <p className="text-13 text-muted">{t('demo_accounts_hint')}</p>
            <ul className="overflow-hidden rounded-xl border border-line bg-surface">
              {accounts.map((account) => (
                <li key={account.email} className="border-b border-line last:border-b-0">
                  <button
                    type="button"
                    className="flex min-h-12 w-full items-center gap-3 px-4 py-2 text-left hover:bg-tint focus-visible:-outline-offset-2"
                    onClick={() => { setEmail(account.email); setPassword(account.password); login.reset() }}
                  >
                    <Icon name="person" className="text-accent" />
                    <span className="min-w-0 flex-1">
                      <span className="block font-semibold">{t(`role_${account.role}`)}</span>
                      <span className="block text-13 break-all text-muted">{account.name} · {account.email}</span>
                    </span>
                    {email === account.email && <Icon name="check" className="text-success" />}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </div>
  )
}
