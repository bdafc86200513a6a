/** What the console reads. Keys start with the kind of thing, so that a change forgets exactly what it touched. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client.ts'
import type {
  ApiKeyList, ApprovalRules, Artifact, AuditEventPage, AuditReviewPage, BankDetailChange, Candidate, CandidatePage, Corridor, CorridorRow, DeskFeeRule, DeskRouteSession, Execution, Fact, MarketDataImport, MarketDataState, Member, Merchant, Onboarding, OpenAccountLink, PrivacyRequest, Provider, ProviderAccount, ProviderEstimates, ProviderOutages, ProviderRow, RateSheet, RouteSessionRow, SessionOutcome, SessionPrices, Supplier,
} from '../api/types.ts'
import type { AuditFilter } from './audit/audit.ts'

export type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }
export type SessionPage = Page<RouteSessionRow> & { readonly counts: { readonly needs_me: number; readonly open: number; readonly done: number } }
export type SessionListQuery = { readonly view: 'needs_me' | 'open' | 'done' | 'all'; readonly q?: string | undefined; readonly corridor_id?: string | undefined }

export const sessionsKey = ['route_sessions'] as const
export const sessionKey = (id: string) => [...sessionsKey, 'one', id] as const

/** Leaves out what is not set: the API refuses an empty filter. */
const set = <T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as never

export const useSessionList = (query: SessionListQuery) =>
  useInfiniteQuery({
    queryKey: [...sessionsKey, 'list', query],
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<SessionPage> =>
      (await answer(api.GET('/api/route-sessions', { params: { query: set({ ...query, limit: 50, cursor: pageParam }) } }))) as SessionPage,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })

/** How many sessions each view has; for the sidebar. */
export const useSessionCounts = () =>
  useQuery({
    queryKey: [...sessionsKey, 'counts'],
    queryFn: async (): Promise<SessionPage['counts']> => ((await answer(api.GET('/api/route-sessions', { params: { query: { view: 'needs_me', limit: 1 } } }))) as SessionPage).counts,
    refetchInterval: 60_000,
  })

/** Sessions that fit some letters, for the jump box. */
export const useSessionSearch = (q: string) =>
  useQuery({
    queryKey: [...sessionsKey, 'search', q],
    queryFn: async (): Promise<SessionPage> => (await answer(api.GET('/api/route-sessions', { params: { query: set({ view: 'all' as const, q, limit: 8 }) } }))) as SessionPage,
    placeholderData: (before) => before,
  })

export const useSessionDetail = (id: string) =>
  useQuery({
    queryKey: sessionKey(id),
    queryFn: () => fetchSession(id),
  })

export const executionKey = (id: string) => [...sessionsKey, 'execution', id] as const
export const fetchSession = async (id: string): Promise<DeskRouteSession> => (await answer(api.GET('/api/route-sessions/{id}', { params: { path: { id } } }))) as DeskRouteSession
export const fetchExecution = async (id: string): Promise<Execution> => (await answer(api.GET('/api/route-sessions/{id}/execution', { params: { path: { id } } }))) as Execution
/** Gates, steps, instructions and proofs of a session; before it is approved there is nothing of it to read. */
export const useExecution = (id: string, wanted: boolean) => useQuery({ queryKey: executionKey(id), enabled: wanted, queryFn: () => fetchExecution(id) })

export type CandidateFilter = {
  readonly status?: 'lawful' | 'ready' | 'conditional' | 'refused' | undefined
  readonly reason?: string | undefined
  readonly retryable?: true | undefined
  readonly q?: string | undefined
}
export const CANDIDATES_A_PAGE = 20

/** A session does not change its decision, so candidates are read once for each version. */
export const useCandidates = (id: string, version: number, filter: CandidateFilter) =>
  useInfiniteQuery({
    queryKey: [...sessionsKey, 'candidates', id, version, filter],
    initialPageParam: '',
    staleTime: Infinity,
    queryFn: ({ pageParam }): Promise<CandidatePage> => fetchCandidates(id, filter, pageParam, CANDIDATES_A_PAGE),
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })

/** One page of candidates. */
export const fetchCandidates = async (id: string, filter: CandidateFilter, cursor: string, limit: number): Promise<CandidatePage> =>
  (await answer(api.GET('/api/route-sessions/{id}/candidates', { params: { path: { id }, query: set({ ...filter, cursor, limit }) } }))) as CandidatePage

/** The refused candidates that may be retried, for the near miss on the first tab. */
export const useRefusedNearby = (id: string, version: number, wanted: boolean) =>
  useQuery({
    queryKey: [...sessionsKey, 'near', id, version],
    enabled: wanted,
    staleTime: Infinity,
    queryFn: async (): Promise<readonly Candidate[]> => {
      const retryable = await fetchCandidates(id, { status: 'refused', retryable: true }, '', 50)
      return retryable.items.length > 0 ? retryable.items : (await fetchCandidates(id, { status: 'refused' }, '', 50)).items
    },
  })

/** Every item of a short list: at most ten pages of a hundred. */
async function everything<T>(read: (cursor: string) => Promise<unknown>): Promise<readonly T[]> {
  const found: T[] = []
  let cursor = ''
  for (let page = 0; page < 10; page += 1) {
    const next = (await read(cursor)) as Page<T>
    found.push(...next.items)
    if (next.next_cursor === null) break
    cursor = next.next_cursor
  }
  return found
}

export const artifactsKey = ['artifacts'] as const
export type ArtifactFilter = { readonly q?: string | undefined; readonly class?: string | undefined; readonly state?: string | undefined; readonly kind?: string | undefined; readonly merchant_id?: string | undefined; readonly session_id?: string | undefined }

/** Stored files, newest first. While one waits for its check the list looks again by itself. */
export const useArtifacts = (filter: ArtifactFilter) =>
  useInfiniteQuery({
    queryKey: [...artifactsKey, 'list', filter],
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<Artifact>> => (await answer(api.GET('/api/artifacts', { params: { query: set({ ...filter, limit: 50, cursor: pageParam }) as never } }))) as Page<Artifact>,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some((each) => each.state === 'quarantined')) ? 5_000 : false),
  })

const CHAIN_MAX = 20
/** A file with all that it replaced and that replaced it, oldest first. */
export const useArtifactChain = (id: string) =>
  useQuery({
    queryKey: [...artifactsKey, 'chain', id],
    queryFn: async (): Promise<readonly Artifact[]> => {
      const read = async (one: string): Promise<Artifact> => (await answer(api.GET('/api/artifacts/{id}', { params: { path: { id: one } } }))) as Artifact
      const chain = [await read(id)]
      while (chain[0]!.supersedes !== null && chain.length < CHAIN_MAX) chain.unshift(await read(chain[0]!.supersedes))
      while (chain.at(-1)!.superseded_by !== null && chain.length < 2 * CHAIN_MAX) chain.push(await read(chain.at(-1)!.superseded_by!))
      return chain
    },
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === 'quarantined') ? 2_000 : false),
  })

const referenceTime = { staleTime: 60_000 } as const

export const useProviders = () =>
  useQuery({
    queryKey: ['providers'], ...referenceTime,
    queryFn: (): Promise<readonly ProviderRow[]> => everything((cursor) => answer(api.GET('/api/providers', { params: { query: set({ limit: 100, cursor }) } }))),
  })

export const useProvider = (id: string | null) =>
  useQuery({
    queryKey: ['provider', id], ...referenceTime, enabled: id !== null,
    queryFn: async (): Promise<Provider> => (await answer(api.GET('/api/providers/{id}', { params: { path: { id: id! } } }))) as Provider,
  })

export const useFact = (id: string) =>
  useQuery({
    queryKey: ['fact', id], staleTime: Infinity,
    queryFn: async (): Promise<Fact> => (await answer(api.GET('/api/facts/{id}', { params: { path: { id } } }))) as Fact,
  })

export const useCorridors = () =>
  useQuery({
    queryKey: ['corridors'], ...referenceTime,
    queryFn: (): Promise<readonly CorridorRow[]> => everything((cursor) => answer(api.GET('/api/corridors', { params: { query: set({ limit: 100, cursor }) } }))),
  })

export const useCorridor = (id: string | null) =>
  useQuery({
    queryKey: ['corridor', id], ...referenceTime, enabled: id !== null,
    queryFn: async (): Promise<Corridor> => (await answer(api.GET('/api/corridors/{id}', { params: { path: { id: id! } } }))) as Corridor,
  })

export const merchantsKey = ['merchants'] as const
export const useMerchants = () =>
  useQuery({
    queryKey: merchantsKey, ...referenceTime,
    queryFn: (): Promise<readonly Merchant[]> => everything((cursor) => answer(api.GET('/api/merchants', { params: { query: set({ limit: 100, cursor }) } }))),
  })

/** The corridor data in force and its age by the market clock. */
export const useMarketData = () =>
  useQuery({ queryKey: ['market_data', 'state'], queryFn: async (): Promise<MarketDataState> => (await answer(api.GET('/api/market-data'))) as MarketDataState })

export const useMarketDataImports = () =>
  useInfiniteQuery({
    queryKey: ['market_data', 'imports'], initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<MarketDataImport>> => (await answer(api.GET('/api/market-data/imports', { params: { query: set({ limit: 20, cursor: pageParam }) } }))) as Page<MarketDataImport>,
    getNextPageParam: (last) => last.next_cursor,
  })

/** What the company still needs for its first route; every page that does a step leads back here, so it is read anew each time until it is over. */
export const useOnboarding = () =>
  useQuery({
    queryKey: ['onboarding'], staleTime: (query) => (query.state.data?.routed === true ? Infinity : 0),
    queryFn: async (): Promise<Onboarding> => (await answer(api.GET('/api/onboarding'))) as Onboarding,
  })

export const ratesKey = ['rates'] as const
/** Today's rates; their age moves with the clock, so they are read again every minute. */
export const useRates = () =>
  useQuery({ queryKey: ratesKey, refetchInterval: 60_000, queryFn: async (): Promise<RateSheet> => (await answer(api.GET('/api/rates'))) as RateSheet })

/** A session's quotes and re-pricings, and whether its price stands. */
export const useSessionPrices = (id: string, version: number) =>
  useQuery({
    queryKey: [...sessionKey(id), 'prices', version],
    queryFn: async (): Promise<SessionPrices> => (await answer(api.GET('/api/route-sessions/{id}/quotes', { params: { path: { id } } }))) as SessionPrices,
  })

export const suppliersKey = ['suppliers'] as const
/** Suppliers by name, of one merchant where it is given. */
export const useSuppliers = (filter: { readonly q?: string | undefined; readonly merchant_id?: string | undefined; readonly details_state?: Supplier['details_state'] | undefined }) =>
  useInfiniteQuery({
    queryKey: [...suppliersKey, 'list', filter],
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<Supplier>> => (await answer(api.GET('/api/suppliers', { params: { query: set({ ...filter, limit: 50, cursor: pageParam }) } }))) as Page<Supplier>,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })

export const useSupplier = (id: string) =>
  useQuery({
    queryKey: [...suppliersKey, 'one', id],
    queryFn: async (): Promise<Supplier> => (await answer(api.GET('/api/suppliers/{id}', { params: { path: { id } } }))) as Supplier,
  })

/** A supplier's changes of bank details, newest first: as many as its page shows. */
export const useBankDetailChanges = (supplier_id: string, wanted: boolean) =>
  useQuery({
    queryKey: [...suppliersKey, 'changes', supplier_id], enabled: wanted,
    queryFn: async (): Promise<readonly BankDetailChange[]> => ((await answer(api.GET('/api/suppliers/{id}/bank-detail-changes', { params: { path: { id: supplier_id }, query: { limit: 20 } } }))) as Page<BankDetailChange>).items,
  })

export const useSuppliersOf = (merchant_id: string | null) =>
  useQuery({
    queryKey: ['suppliers', merchant_id], ...referenceTime, enabled: merchant_id !== null,
    queryFn: (): Promise<readonly Supplier[]> => everything((cursor) => answer(api.GET('/api/suppliers', { params: { query: set({ merchant_id: merchant_id!, limit: 100, cursor }) } }))),
  })

export const deskFeesKey = ['desk_fee_rules'] as const
export const useDeskFeeRules = () =>
  useQuery({
    queryKey: deskFeesKey, ...referenceTime,
    queryFn: async (): Promise<readonly DeskFeeRule[]> => ((await answer(api.GET('/api/desk-fee-rules'))) as Page<DeskFeeRule>).items,
  })

export const approvalRulesKey = ['approval_rules'] as const
/** The rules of approval in force, what is proposed, and a page of what was decided. Another admin may decide meanwhile, so it is read anew each time. */
export const useApprovalRules = () =>
  useInfiniteQuery({
    queryKey: approvalRulesKey, staleTime: 0, initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<ApprovalRules> => (await answer(api.GET('/api/approval-rules', { params: { query: set({ limit: 20, cursor: pageParam }) } }))) as ApprovalRules,
    getNextPageParam: (last) => last.history.next_cursor,
  })

export const auditReviewsKey = ['audit_reviews'] as const
/** Where each saved view of the audit stands; for those who may review. */
export const useAuditReviews = (enabled: boolean) =>
  useQuery({
    queryKey: auditReviewsKey, enabled, staleTime: 0,
    queryFn: async (): Promise<AuditReviewPage> => (await answer(api.GET('/api/audit-reviews'))) as AuditReviewPage,
  })

export const apiKeysKey = ['api_keys'] as const
/** Keys of programs; only a Platform Admin may read them. */
export const useApiKeys = (wanted: boolean) =>
  useQuery({ queryKey: apiKeysKey, enabled: wanted, queryFn: async (): Promise<ApiKeyList> => (await answer(api.GET('/api/api-keys'))) as ApiKeyList })

export const outagesKey = ['provider_outages'] as const
/** Providers that are out, the ended outages after them, and the open sessions that they hit. */
export const useOutages = () => useQuery({ queryKey: outagesKey, queryFn: async (): Promise<ProviderOutages> => (await answer(api.GET('/api/provider-outages'))) as ProviderOutages })

export const estimatesKey = ['provider_estimates'] as const
/** What outcomes taught about a provider. */
export const useProviderEstimates = (provider_id: string) =>
  useQuery({
    queryKey: [...estimatesKey, provider_id],
    queryFn: async (): Promise<ProviderEstimates> => (await answer(api.GET('/api/providers/{id}/estimates', { params: { path: { id: provider_id } } }))) as ProviderEstimates,
  })

/** What was predicted of a session's route and what it came to, as of this version of it. */
export const useSessionOutcome = (id: string, version: number, wanted: boolean) =>
  useQuery({
    queryKey: [...sessionsKey, 'outcome', id, version], enabled: wanted,
    queryFn: async (): Promise<SessionOutcome> => (await answer(api.GET('/api/route-sessions/{id}/outcome', { params: { path: { id } } }))) as SessionOutcome,
  })

export const providerAccountsKey = ['provider_accounts'] as const
/** Accounts with one provider, live ones first; masked. */
export const useProviderAccounts = (provider_id: string, wanted = true) =>
  useQuery({
    queryKey: [...providerAccountsKey, provider_id], enabled: wanted,
    queryFn: (): Promise<readonly ProviderAccount[]> => everything((cursor) => answer(api.GET('/api/provider-accounts', { params: { query: set({ provider_id, limit: 100, cursor }) } }))),
  })

export const membersKey = ['members'] as const
/** Live members first, then ended ones; only a Platform Admin may read them. */
export const useMembers = (wanted: boolean) =>
  useQuery({ queryKey: [...membersKey, 'people'], enabled: wanted, queryFn: async (): Promise<readonly Member[]> => ((await answer(api.GET('/api/members'))) as Page<Member>).items })
/** Invitations and recovery links that somebody could still use. */
export const useOpenLinks = (wanted: boolean) =>
  useQuery({ queryKey: [...membersKey, 'links'], enabled: wanted, queryFn: async (): Promise<readonly OpenAccountLink[]> => ((await answer(api.GET('/api/members/invitations'))) as Page<OpenAccountLink>).items })

export const privacyRequestsKey = ['privacy_requests', 'of_members'] as const
/** What members asked about their data; only a Platform Admin may read it. */
export const usePrivacyRequests = (state: 'open' | 'answered', wanted: boolean) =>
  useInfiniteQuery({
    queryKey: [...privacyRequestsKey, state],
    enabled: wanted,
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<PrivacyRequest>> => (await answer(api.GET('/api/privacy/member-requests', { params: { query: set({ state, limit: 50, cursor: pageParam }) } }))) as Page<PrivacyRequest>,
    getNextPageParam: (last) => last.next_cursor,
  })

/** The audit, newest first. Every change adds to it, so what was read before is never taken for all of it. */
export const useAuditEvents = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ['audit_events', filter],
    initialPageParam: '',
    staleTime: 0,
    queryFn: async ({ pageParam }): Promise<AuditEventPage> =>
      (await answer(api.GET('/api/audit-events', { params: { query: set({ ...filter, limit: 50, cursor: pageParam }) } }))) as AuditEventPage,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })
