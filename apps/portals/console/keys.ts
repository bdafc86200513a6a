import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, () => void>>

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.getAttribute('role') === 'combobox')
/** Enter and Space belong to whatever has the focus and can be pressed. */
const pressable = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('a, button, summary, [role="tab"], [role="option"], [role="menuitem"]') !== null

/**
 * Keys of a page: "j", "Enter", "?", or two in a row such as "g q". They rest while a person types or a window is open,
 * and never take a combination that the browser or a screen reader uses.
 */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys)
  useEffect(() => { current.current = keys })
  useEffect(() => {
    let first = ''
    let firstAt = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]')) return
      if (event.key === 'Enter' && pressable(event.target)) return
      const pair = event.timeStamp - firstAt < 1_200 ? `${first} ${event.key}` : ''
      const found = current.current[pair] ?? current.current[event.key]
      first = event.key
      firstAt = event.timeStamp
      if (!found) return
      event.preventDefault()
      first = ''
      found()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
