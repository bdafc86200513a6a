/** What a person does about the own data: the copy, and requests to the company. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { OwnPrivacyRequest, PrivacyRequestKind } from '../../api/types.ts'
import { saveFile } from '../csv.ts'

const ownRequestsKey = ['privacy_requests', 'own'] as const

/** What I asked for, the newest first. */
export const useOwnRequests = () =>
  useQuery({ queryKey: ownRequestsKey, queryFn: async (): Promise<readonly OwnPrivacyRequest[]> => (await answer(api.GET('/api/privacy/requests'))).items as OwnPrivacyRequest[] })

/** Reads everything that is held about me and saves it as a file. */
export const useCopyOfMyData = () =>
  useMutation({ mutationFn: async () => saveFile('flowclaw-my-data.json', 'application/json', JSON.stringify(await answer(api.POST('/api/privacy/my-data', { body: {} })), null, 2)) })

/** Sends a request; `onSent` once the list knows it. */
export function useAskAboutMyData(kind: PrivacyRequestKind, onSent: () => void) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  return useMutation({
    mutationFn: (note: string) => {
      const body = { kind, ...(note === '' ? {} : { note }) }
      return answer(api.POST('/api/privacy/requests', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: async () => { await queries.invalidateQueries({ queryKey: ownRequestsKey }); onSent() },
  })
}
