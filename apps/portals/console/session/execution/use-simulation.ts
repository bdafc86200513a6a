import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useActionKey } from '../../../api/action-key.ts'
import { answer, api } from '../../../api/client.ts'
import type { DeskRouteSession, SimulationRun } from '../../../api/types.ts'
import { sessionsKey } from '../../queries.ts'

/** Milliseconds between two events while it plays. */
const PACE_MS = 700

/** The run of a simulated session, and what plays it: one event, all of them, or one after the other until somebody stops it. */
export function useSimulation(session: DeskRouteSession) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const closeKeyFor = useActionKey()
  const [playing, setPlaying] = useState(false)
  const key = [...sessionsKey, 'simulation', session.id]
  const path = { id: session.id }
  const query = useQuery({ queryKey: key, queryFn: async (): Promise<SimulationRun> => (await answer(api.GET('/api/route-sessions/{id}/simulation', { params: { path } }))) as SimulationRun })
  const run = query.data
  const advance = useMutation({
    mutationFn: async (to: 'next' | 'end'): Promise<SimulationRun> => {
      const body = { to, played_to: run!.played_to }
      return (await answer(api.POST('/api/route-sessions/{id}/simulation/advance', { params: { path, header: { 'idempotency-key': keyFor({ ...path, ...body }) } }, body }))) as SimulationRun
    },
    onSuccess: (next) => {
      queries.setQueryData(key, next)
      if (next.finished) setPlaying(false)
      void queries.invalidateQueries({ queryKey: sessionsKey })
    },
    onError: () => {
      setPlaying(false)
      void queries.invalidateQueries({ queryKey: key })
    },
  })
  const close = useMutation({
    mutationFn: () => {
      const body = { version: session.version, ...run!.outcome! }
      return answer(api.POST('/api/route-sessions/{id}/close', { params: { path, header: { 'idempotency-key': closeKeyFor({ ...path, ...body }) } }, body: body as never }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsKey }),
  })
  const on = playing && session.state === 'executing' && run !== undefined && !run.finished
  const { mutate, isPending } = advance
  useEffect(() => {
    if (!on || isPending) return undefined
    const timer = setTimeout(() => mutate('next'), PACE_MS)
    return () => clearTimeout(timer)
  }, [on, isPending, mutate, run?.played_to])
  return { query, run, advance, close, playing: on, setPlaying }
}
