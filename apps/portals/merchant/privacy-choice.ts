import { storedValue } from './storage.ts'

/** What a person allowed this browser to keep. `remember`: an unfinished request and ticked papers stay after the tab is closed. */
export type PrivacyChoice = { readonly remember: boolean; readonly chosen_at: string }

const isChoice = (value: unknown): value is PrivacyChoice =>
  typeof value === 'object' && value !== null && typeof (value as PrivacyChoice).remember === 'boolean' && typeof (value as PrivacyChoice).chosen_at === 'string'

const stored = storedValue<PrivacyChoice>('flowclaw.privacy', () => localStorage, isChoice)

export const usePrivacyChoice = (): PrivacyChoice | null => stored.use()

const KEPT = 'flowclaw.kept.'
const OWNER = `${KEPT}owner`

/** Records the choice. Unfinished work moves with it, so that answering in the middle of a form loses nothing, and a no leaves nothing behind. */
export function choosePrivacy(remember: boolean): void {
  stored.write({ remember, chosen_at: new Date().toISOString() })
  try {
    const [from, to] = remember ? [sessionStorage, localStorage] : [localStorage, sessionStorage]
    for (const key of keptIn(from)) { to.setItem(key, from.getItem(key)!); from.removeItem(key) }
  } catch { /* blocked storage kept nothing */ }
}

const keptIn = (area: Storage): string[] => Object.keys(area).filter((key) => key.startsWith(KEPT))

/** Unfinished work belongs to one person: what somebody else left in this browser is removed before it is read. */
export function claimStorage(userId: string): void {
  try {
    for (const area of [sessionStorage, localStorage]) {
      if (area.getItem(OWNER) !== userId) for (const key of keptIn(area)) area.removeItem(key)
    }
    workStorage().setItem(OWNER, userId)
  } catch { /* blocked storage kept nothing */ }
}

/** Where unfinished work may be kept: until the tab is closed, or longer where the person said yes. */
export const workStorage = (): Storage => (stored.read()?.remember ? localStorage : sessionStorage)
