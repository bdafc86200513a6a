/** Taking sessions in hand, giving them back, and going on to the next. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { ClaimAnswer, TakeoverReason } from '../../api/types.ts'
import { useGo } from '../go.ts'
import { to } from '../paths.ts'
import { sessionsKey } from '../queries.ts'

/** Claims what is due first and opens it. */
export function useStart() {
  const go = useGo()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (): Promise<ClaimAnswer> => (await answer(api.POST('/api/route-sessions/claim-next', { body: {} }))) as ClaimAnswer,
    onSuccess: ({ session_id }) => {
      void queries.invalidateQueries({ queryKey: sessionsKey })
      go(to.session(session_id))
    },
  })
}

/** After a decision: the next session opens, claimed; with none left, the queue. */
export function useNextAfterDecision(): () => Promise<void> {
  const go = useGo()
  const start = useStart()
  return async () => {
    try {
      await start.mutateAsync()
    } catch (error) {
      // Nothing waits, or something is down: the queue says which.
      if (!hasCode(error, 'nothing_to_claim')) throw error
      go(to.queue())
    }
  }
}

export function useClaim(id: string) {
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: sessionsKey })
  return {
    claim: useMutation({ mutationFn: async (takeover?: TakeoverReason): Promise<ClaimAnswer> => (await answer(api.POST('/api/route-sessions/{id}/claim', { params: { path: { id } }, body: takeover === undefined ? {} : { takeover } }))) as ClaimAnswer, onSettled }),
    release: useMutation({ mutationFn: async (): Promise<ClaimAnswer> => (await answer(api.POST('/api/route-sessions/{id}/release', { params: { path: { id } }, body: {} }))) as ClaimAnswer, onSettled }),
  }
}

/** Whole minutes that a claim still lasts, by the wall clock; 0 where it is over. */
export const minutesLeft = (expires_at: string, now: number): number => Math.max(0, Math.ceil((Date.parse(expires_at) - now) / 60_000))
