/** Keys for tests: a keyring that everyone knows, and a provider that fails as it is told. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeysUnavailable, loadTenantKeys, parseKeyring, type DataKeyStore, type KeyProvider, type TenantKeys } from '#platform/keys/index.ts'

const keyOf = (name: string): string => createHash('sha256').update(`flowclaw test key ${name}`).digest('base64url')

/** A keyring of these keys, the first of them primary. */
export const keyringText = (...names: readonly [string, ...string[]]): string => JSON.stringify({ format: 1, primary: names[0], keys: Object.fromEntries(names.map((name) => [name, keyOf(name)])) })
export const TEST_KEYS: KeyProvider = parseKeyring(keyringText('test-1'))

export type KeyFault = 'none' | 'disabled' | 'denied' | 'throttled' | 'slow'
/** A key service as the calls of a real one fail; `fault` may change at any time. `asked` counts calls. */
export type ScriptedKeys = KeyProvider & { fault: KeyFault; asked: number }

/** TEST_KEYS with faults. Slow is slower than anyone waits. */
export function scriptedKeys(provider: KeyProvider = TEST_KEYS): ScriptedKeys {
  const asked = async (): Promise<void> => {
    scripted.asked++
    if (scripted.fault === 'slow') await sleep(60_000, undefined, { ref: false })
    else if (scripted.fault === 'throttled') throw new Error('ThrottlingException: rate exceeded')
    else if (scripted.fault !== 'none') throw new KeysUnavailable(scripted.fault)
  }
  const scripted: ScriptedKeys = {
    fault: 'none', asked: 0,
    wrap: async (key, context) => { await asked(); return provider.wrap(key, context) },
    unwrap: async (wrapped, context) => { await asked(); return provider.unwrap(wrapped, context) },
  }
  return scripted
}

/** The keys of a tenant that a test makes. */
export const testKeysOf = (tenant_id: string, store: DataKeyStore): Promise<TenantKeys> => loadTenantKeys(TEST_KEYS, tenant_id, store)
