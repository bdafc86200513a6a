import { useSyncExternalStore } from 'react'

const mediaHook = (query: string): (() => boolean) => {
  const subscribe = (changed: () => void): (() => void) => {
    const list = matchMedia(query)
    list.addEventListener('change', changed)
    return () => list.removeEventListener('change', changed)
  }
  return () => useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

/** True where a wide table does not fit and its rows are drawn as cards. */
export const useNarrow = mediaHook('(max-width: 1023px)')

/** True where no table fits: below the width from which Tailwind's `md:` holds. */
export const usePhone = mediaHook('(max-width: 767px)')
