import { useTranslation } from 'react-i18next'
import { EnrolFactor } from '../account/EnrolFactor.tsx'
import { Button } from '../ui/Button.tsx'
import { Logo } from '../ui/Logo.tsx'
import { ThemeToggle } from '../ui/ThemeToggle.tsx'
import { useSession, useSignOut } from './session.ts'

/** All that a Platform Admin without a second factor gets in a workspace that asks for one: enrolling it, or leaving. */
export function MustEnrol({ onEnrolled, onDone }: { onEnrolled: () => void; onDone: () => void }) {
  const { t } = useTranslation('shared')
  const { tenant, user } = useSession()
  const signOut = useSignOut()
  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <header className="flex h-14 items-center justify-between border-b border-line bg-surface px-4"><Logo /><ThemeToggle /></header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col gap-5 px-4 py-8">
        <h1 className="text-22 font-bold">{t('must_enrol')}</h1>
        <p>{t('must_enrol_why', { company: tenant.name })}</p>
        <section aria-label={t('second_factor')} className="rounded-xl border border-line bg-surface p-5"><EnrolFactor onEnrolled={onEnrolled} onDone={onDone} /></section>
        <p className="text-13 break-words text-muted">{t('signed_in_as')} {user.display_name} · {user.email}</p>
        <Button icon="sign-out" onClick={() => { void signOut() }}>{t('sign_out')}</Button>
      </main>
    </div>
  )
}
