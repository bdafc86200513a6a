import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react'
import { useSession } from '../session/session.ts'
import { startLive, type Change, type LiveState } from './tabs.ts'

const LiveContext = createContext<LiveState>('reconnecting')
export const useLiveState = (): LiveState => useContext(LiveContext)

/** Some changes at once are one reading. */
const GATHERED_MS = 150

/** Keeps what is shown up to date: `keysOf` says which queries a change is read again by, and `all` which may have missed one. */
export function Live({ keysOf, all, children }: { keysOf: (change: Change) => readonly QueryKey[]; all: readonly QueryKey[]; children: ReactNode }) {
  const { user, tenant, permissions, role } = useSession()
  const queries = useQueryClient()
  const [state, setState] = useState<LiveState>('reconnecting')
  const told = useRef({ keysOf, all })
  useEffect(() => { told.current = { keysOf, all } })
  const may = permissions.includes('event:read')
  useEffect(() => {
    if (!may) return undefined
    const waiting = new Map<string, QueryKey>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = () => {
      timer = undefined
      for (const queryKey of waiting.values()) void queries.invalidateQueries({ queryKey })
      waiting.clear()
    }
    const end = startLive(`${tenant.id}.${user.id}.${role}`, {
      onState: setState,
      onChange: (changes) => {
        for (const key of changes === 'all' ? told.current.all : changes.flatMap((each) => told.current.keysOf(each))) waiting.set(JSON.stringify(key), key)
        timer ??= setTimeout(read, GATHERED_MS)
      },
    })
    return () => { clearTimeout(timer); end() }
  }, [may, tenant.id, user.id, role, queries])
  return <LiveContext value={state}>{children}</LiveContext>
}
