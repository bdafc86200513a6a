/** Keys and sealed fields. The server's own way to them is createTenantKeys; the tools that make tenants load keys through their own transaction. */
import { appendAlone, isDataKeyThere, readDataKeys, addDataKey, withTenantRead, type Database, type TenantContext } from '#database/index.ts'
import type { KeyProvider } from './key-provider.ts'
import { loadTenantKeys, type TenantKeys } from './tenant-keys.ts'

export { KeysUnavailable, SealRefused, type KeyContext, type KeyProvider, type WrappedKey } from './key-provider.ts'
export { KeyringError, makeKeyringOnce, openKeyring, parseKeyring, type KeyringSource } from './local-keyring.ts'
export { loadTenantKeys, type DataKeyStore, type Place, type TenantKeys } from './tenant-keys.ts'
export { openAccountMetadata, sealAccountMetadata, type AccountMetadata } from './account-metadata.ts'
export { newQuoteSecret, openQuoteSecret, sealQuoteSecret } from './quote-secrets.ts'
export { maskedDetails, openBankDetails, openDetailsAt, sealBankDetails, sealDetailsAt, type BankDetails } from './bank-details.ts'

/** How long unwrapped keys stay in memory: a key that is disabled at its provider stops working here after that. */
const KEPT_MS = 5 * 60_000
const TENANTS_KEPT = 1_000

/** Answers the keys of the actor's tenant, from memory or through the provider. Throws KeysUnavailable or SealRefused. Not inside a transaction. */
export type KeysOf = (actor: TenantContext, request_id: string) => Promise<TenantKeys>

export function createTenantKeys(db: Database, provider: KeyProvider, now_ms: () => number = db.now): KeysOf {
  const kept = new Map<string, { readonly keys: Promise<TenantKeys>; readonly until_ms: number }>()
  return (actor, request_id) => {
    const known = kept.get(actor.tenant_id)
    if (known !== undefined && now_ms() < known.until_ms) return known.keys
    if (kept.size >= TENANTS_KEPT) kept.clear()
    const keys = loadTenantKeys(provider, actor.tenant_id, {
      read: () => withTenantRead(db, actor, readDataKeys),
      async add(key) {
        const entry = { action: 'data_key.created', entity: 'tenant', entity_id: actor.tenant_id, transition_seq: null, facts: { version: key.version, key_id: key.key_id } }
        await appendAlone(db, actor, entry, { request_id }, (tx) => addDataKey(tx, key)).catch((cause: unknown) => { if (!isDataKeyThere(cause)) throw cause })
      },
    })
    kept.set(actor.tenant_id, { keys, until_ms: now_ms() + KEPT_MS })
    // A failure is not kept: the next request asks again.
    keys.catch(() => kept.delete(actor.tenant_id))
    return keys
  }
}
