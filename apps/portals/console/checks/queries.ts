/** What the checks read and change. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { InvoiceStanding, MerchantDocuments, SessionIncidents, SessionScreenings } from '../../api/types.ts'
import { sessionsKey } from '../queries.ts'

const of = (id: string) => ({ params: { path: { id } } })
export const useScreenings = (id: string) => useQuery({ queryKey: [...sessionsKey, 'screenings', id], queryFn: async (): Promise<SessionScreenings> => (await answer(api.GET('/api/route-sessions/{id}/screenings', of(id)))) as SessionScreenings })
export const useIncidents = (id: string) => useQuery({ queryKey: [...sessionsKey, 'incidents', id], queryFn: async (): Promise<SessionIncidents> => (await answer(api.GET('/api/route-sessions/{id}/incidents', of(id)))) as SessionIncidents })
export const useInvoice = (id: string) => useQuery({ queryKey: [...sessionsKey, 'invoice', id], queryFn: async (): Promise<InvoiceStanding> => (await answer(api.GET('/api/route-sessions/{id}/invoice', of(id)))) as InvoiceStanding })
/** Under the sessions' key: what a session takes of a paper changes with it. */
export const useMerchantDocuments = (merchant_id: string) =>
  useQuery({ queryKey: [...sessionsKey, 'papers', merchant_id], queryFn: async (): Promise<MerchantDocuments> => (await answer(api.GET('/api/merchants/{id}/documents', of(merchant_id)))) as MerchantDocuments })

const POSTS = {
  screening: '/api/route-sessions/{id}/screenings', clear: '/api/screenings/{id}/clear', paper: '/api/merchants/{id}/documents', withdraw: '/api/merchant-documents/{id}/withdraw',
  incident: '/api/route-sessions/{id}/incidents', chase: '/api/incidents/{id}/chase', resolve: '/api/incidents/{id}/resolve',
} as const

/** One change of a thing; afterwards everything of sessions is read anew. */
export function useCheck(what: keyof typeof POSTS, id: string, onDone: () => void) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  return useMutation({
    mutationFn: (body: object): Promise<unknown> => answer(api.POST(POSTS[what], { params: { path: { id }, header: { 'idempotency-key': keyFor({ what, id, ...body }) } }, body } as never)),
    onSuccess: async () => { onDone(); await queries.invalidateQueries({ queryKey: sessionsKey }) },
  })
}
