import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { i18n as I18n } from 'i18next'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { ApiError } from '../api/problem.ts'
import { sessionKey } from './session/session.ts'

/** Puts a portal on its page with everything around it: strict CSP, strings, queries. `#root` stands in every HTML page. */
export function mountPortal(strings: I18n, app: ReactNode): void {
  // A session that has ended shows as 401 on any call: asking for it again brings the sign-in form.
  const ended = (error: unknown, key: readonly unknown[] | undefined) => {
    if (error instanceof ApiError && error.problem.status === 401 && key?.[0] !== 'portal') void queries.invalidateQueries({ queryKey: sessionKey })
  }
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; only what may pass by itself is asked for again.
        retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.problem.status === 0 || error.problem.status === 503),
      },
      // A mutation that is over holds on to its component, and so to a password typed there or an account number shown there: it goes when its component does.
      mutations: { retry: false, gcTime: 0 },
    },
  })
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'error') ended(event.action.error, event.query.queryKey)
  })
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <I18nextProvider i18n={strings}>
          <QueryClientProvider client={queries}>{app}</QueryClientProvider>
        </I18nextProvider>
      </CSPProvider>
    </StrictMode>,
  )
}
