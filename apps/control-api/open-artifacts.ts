/** The keeping of files as it is configured: in a folder or in S3, judged by ClamAV or by their form alone. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '#database/index.ts'
import { createArtifacts, type Artifacts, type ArtifactTrouble } from '#platform/artifacts/index.ts'
import { createClamav } from '#platform/scanning/index.ts'
import { openLocalStore, openS3Store, openSpool } from '#platform/storage/index.ts'
import type { ArtifactsConfig } from './config.ts'
import type { Metrics } from './http/metrics.ts'

const TROUBLES: Readonly<Record<ArtifactTrouble['what'], string>> = {
  store_unavailable: 'the store of files does not answer', scanner_unavailable: 'the virus scanner does not answer: files stay in quarantine', content_differs: 'a file was not sent to its end',
  bytes_missing: 'the bytes of a stored file are missing', round_failed: 'a round over stored files failed',
}

export async function openArtifacts(config: ArtifactsConfig, db: Database, metrics: Pick<Metrics, 'artifacts'>, logger: Pick<FastifyBaseLogger, 'warn' | 'error'>, now: () => Date): Promise<Artifacts> {
  const { dir, s3, clamd, bytes_max, quota_bytes } = config
  if (dir === null && s3 === null) logger.warn('files cannot be uploaded: neither FLOWCLAW_ARTIFACTS_DIR nor FLOWCLAW_S3_URL is set')
  if (clamd === null) logger.warn('uploaded files are judged by their form alone: FLOWCLAW_CLAMD is not set')
  return createArtifacts({
    db, now, limits: { bytes_max, quota_bytes },
    // Beside the store where there is a folder: a file comes in by its rename.
    spool: openSpool(dir === null ? await mkdtemp(join(tmpdir(), 'flowclaw-')) : join(dir, 'incoming')),
    store: s3 !== null ? openS3Store(s3, { fetch, now }) : dir !== null ? openLocalStore(dir) : null,
    scanner: clamd === null ? null : createClamav(clamd),
    count: (what, n) => metrics.artifacts(what, n),
    onTrouble: ({ what, cause, ...more }) => logger.error({ ...more, ...(cause === undefined ? {} : { err: cause }) }, TROUBLES[what]),
  })
}
