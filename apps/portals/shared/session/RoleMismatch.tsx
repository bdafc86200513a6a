import { Trans, useTranslation } from 'react-i18next'
import type { PortalSession } from '../../api/types.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { ThemeToggle } from '../ui/ThemeToggle.tsx'
import type { Page } from './SessionGate.tsx'
import { useSignOut } from './session.ts'

const pageOf: Record<PortalSession['home'], Page> = { '/merchant.html': 'merchant', '/index.html': 'console', '/agent.html': 'agent' }

/** A signed-in person on a page that is not theirs: who they are, where their work is, and that nothing was opened. */
export function RoleMismatch({ page, session }: { page: Page; session: PortalSession }) {
  const { t } = useTranslation('shared')
  const signOut = useSignOut()
  const own = t(`page_${pageOf[session.home]}`)
  const role = t(`role_${session.role}`)
  const facts = [[t('signed_in_as'), session.user.display_name], [t('role'), role], [t('company'), session.tenant.name]] as const
  return (
    <div className="flex min-h-dvh flex-col bg-page text-15">
      <header className="flex h-14 items-center justify-between border-b border-line bg-surface px-4"><Logo /><ThemeToggle /></header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center gap-5 px-4 py-8">
        <span className="inline-flex size-16 items-center justify-center rounded-full bg-info-bg text-info"><Icon name="swap" size={26} /></span>
        <div className="flex flex-col gap-2">
          <h1 className="text-28 font-bold">{t(`this_page_is_for_${page}`)}</h1>
          <p>
            <Trans t={t} i18nKey="mismatch" values={{ role, company: session.tenant.name, page: own }} components={{ b: <b /> }} />{' '}
            {t(`mismatch_nothing_${page}`)}
          </p>
        </div>
        <dl className="rounded-xl border border-line bg-surface px-4">
          {facts.map(([term, value]) => (
            <div key={term} className="flex items-baseline justify-between gap-4 border-b border-line py-3 last:border-b-0">
              <dt className="text-muted">{term}</dt><dd className="text-right font-semibold">{value}</dd>
            </div>
          ))}
        </dl>
      </main>
      <footer className="border-t border-line bg-surface">
        <div className="mx-auto flex w-full max-w-md flex-col gap-2 px-4 py-3">
          <LinkButton kind="filled" wide href={session.home} iconEnd="arrow-right">{t('go_to', { page: own })}</LinkButton>
          <Button kind="quiet" wide icon="sign-out" onClick={() => { void signOut() }}>{t('other_account')}</Button>
        </div>
      </footer>
    </div>
  )
}
