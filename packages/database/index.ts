/**
 * The store. One role that owns nothing, one tenant per transaction, one way to change anything (withTenantWrite).
 * May import contracts alone.
 */
export type * from './types.ts'
export type { Tx } from './transactions.ts'
export type { Database, DatabaseConfig } from './pool.ts'
export { openDatabase, refuseMightyRole } from './pool.ts'
export { refuseDemoTenant } from './demo.ts'
export { withTenantRead, withTenantWrite, appendAlone, NOTHING_DONE, appendInBoth, isStillMember, recordDenial, refused } from './transactions.ts'
export { CursorError } from './cursor.ts'
export { newId, newReference } from './ids.ts'
export { changeMerchant, createMerchant, createSupplier, listMerchants, listSuppliers, maskAccount, readMerchant, readSealedDetails, readSupplier, type SupplierQuery } from './parties.ts'
export * from './data-keys.ts'
export * from './reference.ts'
export * from './settings.ts'
export * from './route-sessions.ts'
export * from './audit.ts'
export * from './audit-checkpoints.ts'
export * from './audit-reviews.ts'
export * from './members.ts'
export * from './api-keys.ts'
export * from './provider-accounts.ts'
export { migrate, MigrationError, readMigrationState } from './migrate.ts'
