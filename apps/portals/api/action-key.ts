import { useRef } from 'react'

/**
 * One Idempotency-Key for one intention: the same while the content stays the same, so that a retry after a lost answer
 * cannot act twice; another one as soon as the content differs.
 */
export function useActionKey(): (content: unknown) => string {
  const held = useRef<{ content: string; key: string } | null>(null)
  return (content) => {
    const text = JSON.stringify(content)
    if (held.current?.content !== text) held.current = { content: text, key: crypto.randomUUID() }
    return held.current.key
  }
}
