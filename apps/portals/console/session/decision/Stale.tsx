import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { Button, Notice } from '../../../shared/ui/index.ts'
import { executionKey, fetchExecution, fetchSession, sessionKey, sessionsKey } from '../../queries.ts'
import { changesBetween } from './changes.ts'

/** A write came too late: says what has changed since the session was read, and reads it again. What was typed stays where it is. */
export function Stale({ session, execution, onRead }: { session: DeskRouteSession; execution: Execution | null; onRead: () => void }) {
  const queries = useQueryClient()
  // Kept apart from the session that is shown, so that nothing changes under a person's eyes before it is read.
  const fresh = useQuery({
    queryKey: ['since', session.id, session.version, execution?.version ?? 0], staleTime: 0, gcTime: 0,
    queryFn: async () => {
      const now = await fetchSession(session.id)
      return { session: now, execution: now.execution_mode === null ? null : await fetchExecution(session.id) }
    },
  })
  const read = () => {
    if (fresh.data !== undefined) {
      queries.setQueryData(sessionKey(session.id), fresh.data.session)
      if (fresh.data.execution !== null) queries.setQueryData(executionKey(session.id), fresh.data.execution)
    }
    void queries.invalidateQueries({ queryKey: sessionsKey })
    onRead()
  }
  return (
    <Notice tone="attention" live="assertive" title="It has changed since you read it">
      <ul>{fresh.data === undefined ? <li>Looking at what changed…</li> : changesBetween({ session, execution }, fresh.data).map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      <p>Nothing was recorded. What you chose and typed is kept.</p>
      <Button className="mt-2" icon="refresh" onClick={read}>Read it again</Button>
    </Notice>
  )
}
