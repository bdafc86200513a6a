import { useSyncExternalStore } from 'react'

/** A JSON value in browser storage that React follows. Broken or blocked storage reads as nothing: the page goes on without it. */
export function storedValue<T>(key: string, area: () => Storage, isValid: (value: unknown) => value is T) {
  const listeners = new Set<() => void>()
  let cached: { text: string | null; value: T | null } = { text: null, value: null }
  const read = (): T | null => {
    let text: string | null = null
    try { text = area().getItem(key) } catch { return cached.value }
    if (text === cached.text) return cached.value
    let value: T | null = null
    try { const parsed: unknown = text === null ? null : JSON.parse(text); value = isValid(parsed) ? parsed : null } catch { value = null }
    cached = { text, value }
    return value
  }
  const write = (value: T | null) => {
    const text = value === null ? null : JSON.stringify(value)
    cached = { text, value }
    try { if (text === null) area().removeItem(key); else area().setItem(key, text) } catch { /* kept in memory until the page is closed */ }
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }
  return { read, write, use: (): T | null => useSyncExternalStore(subscribe, read) }
}
