import { useSyncExternalStore } from 'react'

type Theme = 'light' | 'dark'
const KEY = 'flowclaw.theme'
const listeners = new Set<() => void>()

const current = (): Theme => (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light')
const chosen = (): string | null => { try { return localStorage.getItem(KEY) } catch { return null } }

function show(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const system = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => { if (chosen() === null) show(system.matches ? 'dark' : 'light') }
  system.addEventListener('change', follow)
  return () => { listeners.delete(listener); system.removeEventListener('change', follow) }
}

/** The theme now, and a function that turns it over and remembers it. theme.js has set it before the first paint. */
export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, current)
  return [theme, () => {
    const next: Theme = theme === 'dark' ? 'light' : 'dark'
    try { localStorage.setItem(KEY, next) } catch { /* blocked storage: it holds until the page is closed */ }
    show(next)
  }]
}
