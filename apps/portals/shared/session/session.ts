import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { answer, api, setCsrfToken } from '../../api/client.ts'
import { hasCode, ApiError } from '../../api/problem.ts'
import type { PortalConfig, PortalSession } from '../../api/types.ts'

export const sessionKey = ['portal', 'session'] as const

/** Set beside the session cookie, which no script can read. It opens nothing: it only spares a visitor a question whose answer is 401. */
const HINT = 'fc_signed_in'
const hasHint = (): boolean => document.cookie.split('; ').some((each) => each.startsWith(`${HINT}=`))
const dropHint = (): void => { document.cookie = `${HINT}=; Max-Age=0; Path=/; SameSite=Strict` }

/** Who is signed in: the session, null for nobody, undefined while it is not known. */
export function useSessionQuery() {
  return useQuery({
    queryKey: sessionKey,
    staleTime: 60_000,
    queryFn: async (): Promise<PortalSession | null> => {
      if (!hasHint()) return null
      try {
        const session: PortalSession = await answer(api.GET('/api/portal/session'))
        setCsrfToken(session.csrf_token)
        return session
      } catch (error) {
        if (error instanceof ApiError && error.problem.status === 401) { dropHint(); return null }
        throw error
      }
    },
  })
}

/** The public configuration; it changes only with the server. */
export const useConfigQuery = () =>
  useQuery({ queryKey: ['portal', 'config'], staleTime: Infinity, queryFn: (): Promise<PortalConfig> => answer(api.GET('/api/portal/config')) })

/** Ends the session and forgets everything that it had fetched. */
export const useSignOut = (): (() => Promise<void>) => useEnd(() => api.POST('/api/auth/logout', { body: {} }))
/** The same for every session of the account, in every browser. */
export const useSignOutEverywhere = (): (() => Promise<void>) => useEnd(() => api.POST('/api/auth/logout-everywhere', { body: {} }))

/** What every open page of this browser listens to, so that none goes on showing a company that the cookie has left. */
const moves = new BroadcastChannel('flowclaw.session')
moves.onmessage = () => location.replace(location.pathname)

/**
 * Goes over to another of my companies. The page is loaded anew at its beginning, here and in the other tabs: whatever was fetched, typed or
 * kept for the company that is left goes with it.
 */
export function useSwitchTenant(): (tenant_id: string) => Promise<void> {
  return async (tenant_id) => {
    const next = await answer(api.POST('/api/auth/tenant', { body: { tenant_id } })) as PortalSession
    forgetWork()
    moves.postMessage('moved')
    location.replace(next.home)
  }
}

/** What a portal keeps in the browser is one person's work in one company. */
function forgetWork(): void {
  try {
    sessionStorage.clear()
    for (const key of Object.keys(localStorage)) if (key.startsWith('flowclaw.kept.')) localStorage.removeItem(key)
  } catch { /* blocked storage holds nothing to clear */ }
}

function useEnd(ask: () => Parameters<typeof answer>[0]): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    // Already signed out elsewhere is signed out too.
    await answer(ask()).catch((error: unknown) => { if (!hasCode(error, 'not_signed_in') && !(error instanceof ApiError && error.problem.status === 401)) throw error })
    setCsrfToken('')
    forgetWork()
    // The gate watches this very entry: it must be changed, not removed. The sign-in form takes the page, then the rest goes.
    queries.setQueryData(sessionKey, null)
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'portal' })
    queries.getMutationCache().clear()
  }
}

export const SessionContext = createContext<PortalSession | null>(null)

/** The session of a page behind the SessionGate. */
export function useSession(): PortalSession {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession is called outside SessionGate')
  return session
}

/**
 * Gate a button: null when this role may do it, else the reason to show on the disabled button.
 * The server decides in any case.
 */
export function useCan(): (permission: string) => string | null {
  const session = useSession()
  return (permission) => (session.permissions.includes(permission) ? null : 'Your role may not do this.')
}
