/** What desk and merchant both read and write of a session's thread. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { MessagePage, SessionMessage } from '../../api/types.ts'

export const messagesKey = (id: string) => ['messages', id] as const

/** The thread, newest page first. */
export const useMessages = (id: string) =>
  useInfiniteQuery({
    queryKey: messagesKey(id),
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<MessagePage> => (await answer(api.GET('/api/route-sessions/{id}/messages', { params: { path: { id }, query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } } }))) as MessagePage,
    getNextPageParam: (last) => last.next_cursor,
  })

export function useSendMessage(id: string) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  return useMutation({
    mutationFn: async (text: string): Promise<SessionMessage> => (await answer(api.POST('/api/route-sessions/{id}/messages', { params: { path: { id }, header: { 'idempotency-key': keyFor({ id, text, at: queries.getQueryState(messagesKey(id))?.dataUpdatedAt }) } }, body: { text } }))) as SessionMessage,
    onSuccess: () => queries.invalidateQueries({ queryKey: messagesKey(id) }),
  })
}

/** Marks the thread as read by this side while it is shown and the page is in sight. */
export function useSeen(id: string, side: 'desk' | 'merchant', page: MessagePage | undefined): void {
  const sent = useRef(0)
  const newest = page?.items.find((each) => each.from !== side)?.seq ?? 0
  const seen = page?.seen[side].through_seq ?? newest
  useEffect(() => {
    const mark = () => {
      if (document.visibilityState !== 'visible' || newest <= seen || newest <= sent.current) return
      sent.current = newest
      void answer(api.POST('/api/route-sessions/{id}/messages/seen', { params: { path: { id } }, body: { through_seq: newest } })).catch(() => { sent.current = 0 })
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [id, newest, seen])
}

/** Oldest first, as a thread is read. */
export const inOrder = (pages: readonly MessagePage[]): readonly SessionMessage[] => pages.flatMap((page) => page.items).toReversed()
