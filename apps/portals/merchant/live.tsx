import type { ReactNode } from 'react'
import { messagesKey } from '../shared/desk-work/queries.ts'
import { Live } from '../shared/live/Live.tsx'
import { routesKey } from './queries.ts'

/** The merchant's pages, kept up to date: a route and its thread as they change, and the list of all. */
export const LiveMerchant = ({ children }: { children: ReactNode }) => (
  <Live all={[routesKey, ['messages']]} keysOf={({ topic, session_id }) => [[...routesKey, session_id], [...routesKey, 'history'], ...(topic === 'session' ? [] : [messagesKey(session_id)])]}>{children}</Live>
)
