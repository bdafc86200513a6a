import { useState } from 'react'

/** Puts a text on the clipboard; false where the browser does not let us, or has none (plain http away from localhost). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** What came of the last copy, and the copying. */
export function useCopy(): readonly ['no' | 'yes' | 'failed', (text: string) => Promise<void>] {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no')
  return [copied, async (text) => setCopied((await copyText(text)) ? 'yes' : 'failed')]
}
