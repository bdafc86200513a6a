import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client.ts'
import type { CorridorRow, InvoiceStanding, Merchant, MerchantDocuments, MerchantRouteSession, MerchantSessionRow, RouteRequestBody, Supplier } from '../api/types.ts'
import { useSession } from '../shared/session/session.ts'

type Page<T> = { items: T[]; next_cursor: string | null }

export const suppliersKey = ['suppliers'] as const
export const routesKey = ['routes'] as const

/** Every saved supplier: a merchant has dozens, so at most ten pages of a hundred are read. */
export const useSuppliers = () =>
  useQuery({
    queryKey: suppliersKey,
    queryFn: async (): Promise<Supplier[]> => {
      const found: Supplier[] = []
      let cursor: string | null = null
      for (let page = 0; page < 10; page += 1) {
        const next = (await answer(api.GET('/api/suppliers', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }))) as Page<Supplier>
        found.push(...next.items)
        cursor = next.next_cursor
        if (cursor === null) break
      }
      return found
    },
  })

/** The corridors this merchant can pay through: those that start in its own country. */
export function useCorridors() {
  const country = useSession().merchant?.country
  return useQuery({
    queryKey: ['corridors', country],
    staleTime: 300_000,
    queryFn: async (): Promise<CorridorRow[]> =>
      ((await answer(api.GET('/api/corridors'))) as Page<CorridorRow>).items.filter((corridor) => corridor.source_country === country),
  })
}

/** The merchant's own record: which company papers the desk has on file. */
export function useOwnMerchant() {
  const id = useSession().merchant?.id
  return useQuery({
    queryKey: ['merchant', id],
    queryFn: async (): Promise<Merchant | null> => ((await answer(api.GET('/api/merchants'))) as Page<Merchant>).items.find((each) => each.id === id) ?? null,
  })
}

/** The merchant's own recorded papers, and what its quarter has left. */
export function useMyPapers() {
  const id = useSession().merchant?.id
  return useQuery({
    queryKey: ['papers', id], enabled: id !== undefined,
    queryFn: async (): Promise<MerchantDocuments> => (await answer(api.GET('/api/merchants/{id}/documents', { params: { path: { id: id! } } }))) as MerchantDocuments,
  })
}

/** The payments of a route's invoice. */
export const useInvoice = (id: string) =>
  useQuery({
    queryKey: [...routesKey, id, 'invoice'],
    queryFn: async (): Promise<InvoiceStanding> => (await answer(api.GET('/api/route-sessions/{id}/invoice', { params: { path: { id } } }))) as InvoiceStanding,
  })

export const useRoute = (id: string) =>
  useQuery({
    queryKey: [...routesKey, id],
    queryFn: async (): Promise<MerchantRouteSession> => (await answer(api.GET('/api/route-sessions/{id}', { params: { path: { id } } }))) as MerchantRouteSession,
  })

export const useHistory = () =>
  useInfiniteQuery({
    queryKey: [...routesKey, 'history'],
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<MerchantSessionRow>> =>
      (await answer(api.GET('/api/route-sessions', { params: { query: { view: 'all', limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } }))) as Page<MerchantSessionRow>,
    getNextPageParam: (last) => last.next_cursor,
  })

/** What a route was asked with, in the merchant's own words: for asking again. */
export const fetchRequest = async (id: string): Promise<RouteRequestBody> =>
  (await answer(api.GET('/api/route-sessions/{id}/request', { params: { path: { id } } }))) as RouteRequestBody

/** The same, held for good: what was asked does not change. */
export const useRequest = (id: string) => useQuery({ queryKey: [...routesKey, id, 'request'], queryFn: () => fetchRequest(id), staleTime: Infinity })
