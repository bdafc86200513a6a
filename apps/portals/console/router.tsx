import { createHashHistory, createRootRoute, createRoute, createRouter, useParams } from '@tanstack/react-router'
import { ApiKeysPage } from './api-keys/ApiKeysPage.tsx'
import { ApprovalRulesPage } from './approval-rules/ApprovalRulesPage.tsx'
import { ArtifactsPage } from './artifacts/ArtifactsPage.tsx'
import { AuditPage } from './audit/AuditPage.tsx'
import { DataPage } from './data/DataPage.tsx'
import { Frame } from './frame/Frame.tsx'
import { artifactsSearch, auditSearch, corridorSearch, parseQuery, providersSearch, queryText, queueSearch, ratesSearch, sessionSearch, sessionsSearch, suppliersSearch, type Search } from './paths.ts'
import { QueuePage } from './queue/QueuePage.tsx'
import { SessionsPage } from './queue/SessionsPage.tsx'
import { RatesPage } from './rates/RatesPage.tsx'
import { CorridorPage } from './reference/CorridorPage.tsx'
import { CorridorsPage } from './reference/CorridorsPage.tsx'
import { DeskFeesPage } from './reference/DeskFeesPage.tsx'
import { OutagesPage } from './reference/OutagesPage.tsx'
import { ProviderPage } from './reference/ProviderPage.tsx'
import { ProvidersPage } from './reference/ProvidersPage.tsx'
import { MembersPage } from './members/MembersPage.tsx'
import { PrivacyRequestsPage } from './privacy/PrivacyRequestsPage.tsx'
import { MerchantsPage } from './parties/MerchantsPage.tsx'
import { SupplierPage } from './parties/SupplierPage.tsx'
import { SuppliersPage } from './parties/SuppliersPage.tsx'
import { NewRequestPage } from './request/NewRequestPage.tsx'
import { SessionPage } from './session/SessionPage.tsx'

const root = createRootRoute({ component: Frame })
const getParentRoute = () => root
/** The id in the address. Not by the route's own hook: its types speak of the one router registered for all portals. */
const useId = (): string => (useParams({ strict: false }) as { id: string }).id

const queue = createRoute({ getParentRoute, path: '/', validateSearch: queueSearch, component: () => <QueuePage search={queue.useSearch()} /> })
const sessions = createRoute({ getParentRoute, path: '/sessions', validateSearch: sessionsSearch, component: () => <SessionsPage search={sessions.useSearch()} /> })
const session = createRoute({
  getParentRoute, path: '/sessions/$id', validateSearch: sessionSearch,
  component: () => { const id = useId(); return <SessionPage key={id} id={id} search={session.useSearch()} /> },
})
const rates = createRoute({ getParentRoute, path: '/rates', validateSearch: ratesSearch, component: () => <RatesPage search={rates.useSearch()} /> })
const request = createRoute({ getParentRoute, path: '/request', component: NewRequestPage })
const providers = createRoute({ getParentRoute, path: '/providers', validateSearch: providersSearch, component: () => <ProvidersPage search={providers.useSearch()} /> })
const provider = createRoute({
  getParentRoute, path: '/providers/$id', component: () => <ProviderPage id={useId()} />,
})
const outages = createRoute({ getParentRoute, path: '/outages', component: OutagesPage })
const corridors = createRoute({ getParentRoute, path: '/corridors', component: CorridorsPage })
const corridor = createRoute({
  getParentRoute, path: '/corridors/$id', validateSearch: corridorSearch, component: () => <CorridorPage id={useId()} search={corridor.useSearch()} />,
})
const deskFees = createRoute({ getParentRoute, path: '/desk-fees', component: DeskFeesPage })
const approvalRules = createRoute({ getParentRoute, path: '/approval-rules', component: ApprovalRulesPage })
const data = createRoute({ getParentRoute, path: '/data', component: DataPage })
const members = createRoute({ getParentRoute, path: '/members', component: MembersPage })
const privacyRequests = createRoute({ getParentRoute, path: '/privacy-requests', component: PrivacyRequestsPage })
const apiKeys = createRoute({ getParentRoute, path: '/api-keys', component: ApiKeysPage })
const merchants = createRoute({ getParentRoute, path: '/merchants', component: MerchantsPage })
const suppliers = createRoute({ getParentRoute, path: '/suppliers', validateSearch: suppliersSearch, component: () => <SuppliersPage search={suppliers.useSearch()} /> })
const supplier = createRoute({ getParentRoute, path: '/suppliers/$id', component: () => <SupplierPage id={useId()} /> })
const artifacts = createRoute({ getParentRoute, path: '/artifacts', validateSearch: artifactsSearch, component: () => <ArtifactsPage search={artifacts.useSearch()} /> })
const audit = createRoute({ getParentRoute, path: '/audit', validateSearch: auditSearch, component: () => <AuditPage search={audit.useSearch()} /> })

/** One static file serves every address, because all state lies behind the `#`. Links are made by `to`, moves by `useGo`. */
export const router = createRouter({
  routeTree: root.addChildren([queue, sessions, session, rates, request, providers, provider, outages, corridors, corridor, data, deskFees, approvalRules, merchants, suppliers, supplier, members, privacyRequests, apiKeys, artifacts, audit]),
  history: createHashHistory(),
  parseSearch: parseQuery,
  stringifySearch: (search) => queryText(search as Search),
  defaultNotFoundComponent: () => <QueuePage search={{}} />,
})
