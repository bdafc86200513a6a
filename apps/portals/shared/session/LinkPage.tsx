import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { PortalSession, ShownLink } from '../../api/types.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Choice.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Input } from '../ui/Field.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { ThemeToggle } from '../ui/ThemeToggle.tsx'
import { setLinkVisit } from './link-token.ts'
import { useSignOut } from './session.ts'

/** The page that a single-use link opens: what it is for, and one password. Whoever is signed in signs out first: the link may be somebody else's. */
export function LinkPage({ token, session }: { token: string; session: PortalSession | null }) {
  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <header className="flex h-14 items-center justify-between border-b border-line bg-surface px-4"><Logo /><ThemeToggle /></header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col gap-5 px-4 py-8">
        {session === null ? <OpenedLink key={token} token={token} /> : <SignedInAlready session={session} />}
      </main>
    </div>
  )
}

const Box = ({ children }: { children: ReactNode }) => <div className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5">{children}</div>
const Title = ({ children }: { children: ReactNode }) => <h1 className="text-22 font-bold wrap-anywhere">{children}</h1>

function SignedInAlready({ session }: { session: PortalSession }) {
  const { t } = useTranslation('shared')
  const signOut = useMutation({ mutationFn: useSignOut() })
  return (
    <>
      <Title>{t('link_signed_in')}</Title>
      <Box>
        <p className="wrap-anywhere">{t('link_signed_in_why', { name: session.user.display_name, company: session.tenant.name })}</p>
        <ErrorNotice error={signOut.error} />
        <Button kind="filled" wide icon="sign-out" busy={signOut.isPending} onClick={() => signOut.mutate()}>{t('link_sign_out')}</Button>
        <Button kind="quiet" wide onClick={() => setLinkVisit(null)}>{t('link_leave')}</Button>
      </Box>
    </>
  )
}

function OpenedLink({ token }: { token: string }) {
  const { t } = useTranslation('shared')
  const link = useQuery({
    queryKey: ['portal', 'link', token], staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: async (): Promise<ShownLink> => (await answer(api.POST('/api/auth/links/open', { body: { token } }))) as ShownLink,
  })
  if (link.isPending) return <Skeleton label={t('link_loading')} />
  // An empty or overlong token is refused by its shape: for whoever holds it, a link cut in copying is a link that does not work.
  if (hasCode(link.error, 'link_unusable') || hasCode(link.error, 'invalid_field')) return <Unusable />
  if (link.error) return <><Title>{t('session_failed')}</Title><ErrorNotice error={link.error} action={<Button onClick={() => { void link.refetch() }}>{t('try_again')}</Button>} /></>
  return <PasswordForm token={token} link={link.data} />
}

function Unusable() {
  const { t } = useTranslation('shared')
  return (
    <>
      <Title>{t('link_unusable')}</Title>
      <Box>
        <p>{t('link_unusable_why')}</p>
        <p>{t('link_unusable_next')}</p>
        <Button wide onClick={() => setLinkVisit(null)}>{t('link_to_sign_in')}</Button>
      </Box>
    </>
  )
}

/** Refusals that belong to the password, in the reader's language. */
const SAID = { password_too_short: 'password_too_short', password_too_long: 'password_too_long', wrong_password: 'link_wrong_password' } as const

function PasswordForm({ token, link }: { token: string; link: ShownLink }) {
  const { t } = useTranslation('shared')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const use = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/links/use', { body: { token, password } })),
    onSuccess: () => setLinkVisit({ state: 'used', purpose: link.purpose }),
  })
  if (hasCode(use.error, 'link_unusable')) return <Unusable />
  const code = use.error ? problemOf(use.error).code : ''
  const said = code in SAID ? t(SAID[code as keyof typeof SAID]) : null
  const facts = [[t('company'), link.company], [t('email'), link.email_masked], [t('role'), t(`role_${link.role}`)]] as const
  return (
    <>
      <Title>{t(`link_title_${link.purpose}`, { company: link.company })}</Title>
      <dl className="rounded-xl border border-line bg-surface px-4">
        {facts.map(([term, value]) => (
          <div key={term} className="flex items-baseline justify-between gap-4 border-b border-line py-3 last:border-b-0">
            <dt className="text-muted">{term}</dt><dd className="min-w-0 text-right font-semibold wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
      <form
        className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5" noValidate
        onSubmit={(event) => { event.preventDefault(); if (!use.isPending && password !== '') use.mutate() }}
      >
        <p>{t(`link_why_${link.purpose}`)}</p>
        <Field label={t('password')} hint={t('new_password_hint')} error={said}>
          <Input type={shown ? 'text' : 'password'} name="password" autoComplete="new-password" required value={password} onChange={(event) => { setPassword(event.target.value); use.reset() }} />
        </Field>
        <Checkbox checked={shown} onChange={setShown} label={t('show_password')} />
        {said === null && <ErrorNotice error={use.error} />}
        <Button type="submit" kind="filled" wide busy={use.isPending} disabledReason={password === '' ? t('step_up_password_first') : null}>{t(`link_go_${link.purpose}`)}</Button>
      </form>
    </>
  )
}
