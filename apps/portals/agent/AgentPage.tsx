import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountDialog } from '../shared/account/AccountDialog.tsx'
import { useSession, useSignOut } from '../shared/session/session.ts'
import { EmptyState, IconButton, Logo, RadioGroup, RadioSegment } from '../shared/ui/index.ts'

/**
 * The Settlement Agent's page. Legs are assigned by controlled reviews; while the session carries no permission on a leg
 * there is nothing this role can be shown, and the page says so in the reader's language.
 */
export function AgentPage() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const signOut = useSignOut()
  const [accountOpen, setAccountOpen] = useState(false)
  const language = i18n.language === 'zh' ? 'zh' : 'en'
  const choose = (next: 'en' | 'zh') => { document.documentElement.lang = next; void i18n.changeLanguage(next) }
  return (
    <div className="flex min-h-dvh flex-col bg-page">
      <header className="flex min-h-16 flex-wrap items-center justify-between gap-2 border-b border-line bg-surface px-4 py-2">
        <Logo />
        <div className="flex items-center gap-2">
          <RadioGroup value={language} onChange={choose} label={t('language')} className="flex gap-1">
            <RadioSegment value="en" className="min-w-14">EN</RadioSegment>
            <RadioSegment value="zh" className="min-w-14"><span lang="zh">中文</span></RadioSegment>
          </RadioGroup>
          <IconButton icon="person" label={t('account', { ns: 'shared' })} onClick={() => setAccountOpen(true)} />
          <IconButton icon="sign-out" label={t('sign_out', { ns: 'shared' })} onClick={() => { void signOut() }} />
        </div>
      </header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col gap-4 px-4 py-6">
        <div>
          <h1 className="text-28 font-bold">{t('title')}</h1>
          <p className="text-muted">{session.user.display_name} · {session.tenant.name}</p>
        </div>
        <section className="rounded-xl border border-line bg-surface"><EmptyState icon="inbox" title={t('none')}>{t('none_text')}</EmptyState></section>
        <p className="text-13 text-muted">{t('only_yours')}</p>
      </main>
      <AccountDialog open={accountOpen} onClose={() => setAccountOpen(false)} />
    </div>
  )
}
