import type { ReactNode } from 'react'
import { messagesKey } from '../shared/desk-work/queries.ts'
import { Live, useLiveState } from '../shared/live/Live.tsx'
import type { LiveState } from '../shared/live/tabs.ts'
import { sessionKey, sessionsKey } from './queries.ts'

const LISTS = [[...sessionsKey, 'list'], [...sessionsKey, 'counts']] as const

/** The console, kept up to date: lists at any change, a session and its thread at theirs. */
export const LiveConsole = ({ children }: { children: ReactNode }) => (
  <Live
    all={[...LISTS, [...sessionsKey, 'one'], ['messages']]}
    keysOf={({ topic, session_id }) => [...LISTS, sessionKey(session_id), ...(topic === 'message' || topic === 'ask' ? [messagesKey(session_id)] : [])]}
  >{children}</Live>
)

const LOOKS: Readonly<Record<LiveState, { readonly dot: string; readonly label: string; readonly title: string }>> = {
  live: { dot: 'bg-success', label: 'Live', title: 'Changes show by themselves.' },
  reconnecting: { dot: 'bg-attention', label: 'Reconnecting', title: 'The connection broke off. What is shown may be some seconds old.' },
  polling: { dot: 'bg-info', label: 'Every 15 s', title: 'No live connection: the page asks again every 15 seconds.' },
}

/** Whether the page keeps itself up to date. */
export function LiveDot() {
  const { dot, label, title } = LOOKS[useLiveState()]
  return <span role="status" aria-label={`${label}. ${title}`} title={title} className="inline-flex items-center gap-1.5 text-12 whitespace-nowrap text-muted"><span aria-hidden="true" className={`size-2 rounded-full ${dot}`} /><span className="hidden sm:inline">{label}</span></span>
}
