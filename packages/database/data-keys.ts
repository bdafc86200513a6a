/** The wrapped data keys of the tenant in context. What wraps them is nowhere in the database. */
import type { Tx } from './transactions.ts'
import type { StoredDataKey } from './types.ts'

/** All versions, the oldest first. */
export const readDataKeys = (tx: Tx): Promise<StoredDataKey[]> =>
  tx.db.selectFrom('tenant_data_keys').select(['version', 'key_id', 'wrapped']).where('tenant_id', '=', tx.actor.tenant_id).orderBy('version').execute()

/** Throws where this version is there already: see isDataKeyThere. */
export const addDataKey = (tx: Tx, key: StoredDataKey): Promise<unknown> =>
  tx.sql('insert into tenant_data_keys (tenant_id, version, key_id, wrapped) values ($1, $2, $3, $4)', [tx.actor.tenant_id, key.version, key.key_id, key.wrapped])

/** Whether another process stored this version first. */
export const isDataKeyThere = (cause: unknown): boolean => (cause as { constraint?: string }).constraint === 'tenant_data_keys_pkey'
