/** The single-use link that this page was opened by. It is held in memory alone and leaves the address bar before any router reads the address. */
import { useSyncExternalStore } from 'react'

/** open: a token waits to be used; used: what it was for; null: an ordinary visit. */
export type LinkVisit = { readonly state: 'open'; readonly token: string } | { readonly state: 'used'; readonly purpose: 'invite' | 'recovery' } | null

const PREFIX = '#link='
const listeners = new Set<() => void>()
let visit: LinkVisit = take(location.hash)

function take(fragment: string): LinkVisit {
  if (!fragment.startsWith(PREFIX)) return null
  // The rest of the address stays as it is; a link in the history would be one more place to find it.
  history.replaceState(null, '', location.pathname)
  return { state: 'open', token: fragment.slice(PREFIX.length) }
}

/** Goes on to the next state of the visit: used, or null to leave the link. */
export function setLinkVisit(next: LinkVisit): void {
  visit = next
  for (const listener of listeners) listener()
}

// A link put into the address bar of a page that is open already loads nothing anew. A router may have rewritten the address by now; the event has it as it was.
addEventListener('hashchange', (event) => {
  const next = take(new URL(event.newURL).hash)
  if (next) setLinkVisit(next)
})

const subscribe = (listener: () => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }
export const useLinkVisit = (): LinkVisit => useSyncExternalStore(subscribe, () => visit)
