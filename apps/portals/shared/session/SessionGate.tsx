import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortalSession } from '../../api/types.ts'
import { ClockContext } from '../clock.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { RoleMismatch } from './RoleMismatch.tsx'
import { SessionContext, useSessionQuery } from './session.ts'
import { LinkPage } from './LinkPage.tsx'
import { useLinkVisit } from './link-token.ts'
import { SignIn } from './SignIn.tsx'
import { MustEnrol } from './MustEnrol.tsx'
import { StepUp } from './StepUp.tsx'

export type Page = 'merchant' | 'console' | 'agent'
const homes: Record<Page, PortalSession['home']> = { merchant: '/merchant.html', console: '/index.html', agent: '/agent.html' }

/**
 * Nobody: the sign-in form. Another role: the mismatch notice, and `children` is never mounted, so nothing of this page is asked for.
 * A single-use link comes before all of that. `move` names roles that are taken to their own page at once instead.
 */
export function SessionGate({ page, children, move = [] }: { page: Page; children: ReactNode; move?: readonly PortalSession['role'][] }) {
  const { t } = useTranslation('shared')
  const query = useSessionQuery()
  const session = query.data
  // Recovery codes are shown once: the page that shows them stays until they are kept, though the session is open by then.
  const [enrolling, setEnrolling] = useState(false)
  const visit = useLinkVisit()
  const mismatch = Boolean(session && session.home !== homes[page])
  const moving = mismatch && visit?.state !== 'open' && move.includes(session!.role)
  useEffect(() => { if (moving) location.replace(session!.home) }, [moving, session])

  const zone = session?.tenant.time_zone
  const demoClock = session?.market.demo ? session.market.clock : null
  const clock = useMemo(() => {
    const frozen = demoClock === null ? null : Date.parse(demoClock)
    return { time_zone: zone ?? 'UTC', now: () => frozen ?? Date.now() }
  }, [zone, demoClock])

  if (query.isPending || moving) return <main className="mx-auto max-w-md p-6"><Skeleton label={t('loading_session')} /></main>
  if (session === undefined) {
    return (
      <main className="mx-auto max-w-md p-6">
        <h1 className="mb-4 text-22 font-bold">{t('session_failed')}</h1>
        <ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>{t('try_again')}</Button>} />
      </main>
    )
  }
  if (visit?.state === 'open') return <LinkPage token={visit.token} session={session} />
  if (session === null) return <SignIn page={page} used={visit?.purpose ?? null} />
  if (mismatch) return <RoleMismatch page={page} session={session} />
  return <SessionContext value={session}><ClockContext value={clock}>
      {session.second_factor.must_enrol || enrolling ? <MustEnrol onEnrolled={() => setEnrolling(true)} onDone={() => setEnrolling(false)} /> : children}
      <StepUp />
    </ClockContext></SessionContext>
}
