/**
 * Where the bytes of artifacts lie: a folder of this machine, or an S3-compatible service. A key is made here, at random, under the tenant's own
 * prefix: nothing of a caller, neither a name nor the content, is in it, and no answer holds one. May import the store and contracts.
 */
export { openSpool, type Spool, type Spooled } from './spool.ts'
export { openLocalStore } from './local-store.ts'
export { openS3Store, type S3Settings } from './s3-store.ts'
export { cleanFileName, contentDisposition } from './file-name.ts'
export { StoreUnavailable, type ArtifactStore, type StoredObject } from './store.ts'
