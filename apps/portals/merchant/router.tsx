import { createHashHistory, createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { STEPS, type Step } from './draft.ts'
import { Frame } from './frame/Frame.tsx'
import { NewRoutePage } from './form/NewRoutePage.tsx'
import { HistoryPage } from './HistoryPage.tsx'
import { HomePage } from './HomePage.tsx'
import { MERCHANT_STATES } from './parts.tsx'
import { PrivacyPage } from './PrivacyPage.tsx'
import { RoutePage } from './route/RoutePage.tsx'

const root = createRootRoute({ component: Frame })

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage })

export type FormSearch = { step?: Step | 'review'; adding?: true; from?: string }
const form = createRoute({
  getParentRoute: () => root, path: '/new', component: NewRoutePage,
  validateSearch: (search): FormSearch => ({
    ...([...STEPS, 'review'].includes(search['step'] as Step) ? { step: search['step'] as Step } : {}),
    ...(search['adding'] === true ? { adding: true as const } : {}),
    ...(typeof search['from'] === 'string' ? { from: search['from'] } : {}),
  }),
})

const route = createRoute({ getParentRoute: () => root, path: '/routes/$id', component: RoutePage })

const history = createRoute({
  getParentRoute: () => root, path: '/history', component: HistoryPage,
  validateSearch: (search): { state?: (typeof MERCHANT_STATES)[number] } =>
    (MERCHANT_STATES.includes(search['state'] as never) ? { state: search['state'] as (typeof MERCHANT_STATES)[number] } : {}),
})

const privacy = createRoute({ getParentRoute: () => root, path: '/privacy', component: PrivacyPage })

/** The page's state lives behind the `#`, so that one static file serves every address and a reload comes back to the same place. */
export const router = createRouter({
  routeTree: root.addChildren([home, form, route, history, privacy]),
  history: createHashHistory(),
  defaultNotFoundComponent: HomePage,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
