import { useState } from 'react'
import { useSession } from '../../shared/session/session.ts'
import { queueSearch, type QueueSearch } from '../paths.ts'

export type SavedView = { readonly name: string; readonly search: QueueSearch }
/** Each person's own, also where two share a browser. */
const placeOf = (user_id: string): string => `flowclaw.console.views.${user_id}`

function read(place: string): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(stored)
      ? stored.flatMap((each: unknown) => (typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string' && 'search' in each && typeof each.search === 'object' && each.search !== null
        ? [{ name: each.name, search: queueSearch(each.search as Record<string, unknown>) }] : [])).slice(0, 12)
      : []
  } catch { return [] }
}

/** Filters that a person gave a name, kept in this browser. What is kept is an address, so it can be sent to a colleague too. */
export function useSavedViews(): readonly [readonly SavedView[], (view: SavedView) => void, (name: string) => void] {
  const place = placeOf(useSession().user.id)
  const [views, setViews] = useState(() => read(place))
  const keep = (next: readonly SavedView[]) => {
    setViews(next)
    try { localStorage.setItem(place, JSON.stringify(next)) } catch { /* blocked storage: the view lives as long as the page */ }
  }
  return [views, (view) => keep([...views.filter((each) => each.name !== view.name), view].slice(-12)), (name) => keep(views.filter((each) => each.name !== name))]
}
