/** Stored files: proofs, papers, quotes, reports. What one is stands in its row; where its bytes lie stands in no shape here. */
import Type, { type Static } from 'typebox'
import { visibleText } from '../text.ts'
import { closed, Instant, nullable, oneOf, page, PageQuery, Uuid } from './common.ts'

/** Who may see one: everybody, its merchant and the desk, the desk, or the desk with each reading written down. */
export const ARTIFACT_CLASSES = ['public', 'merchant', 'desk', 'restricted'] as const
export const ARTIFACT_STATES = ['quarantined', 'clean', 'refused', 'removed'] as const
export const ARTIFACT_MEDIA_TYPES = ['application/pdf', 'image/png', 'image/jpeg', 'image/webp', 'text/plain', 'text/csv', 'application/xml'] as const
/** Why a stored file is refused. What is wrong with its form is told when it comes in, and nothing is stored. */
export const ARTIFACT_REFUSALS = ['infected', 'bytes_differ', 'bytes_missing', 'form'] as const
/** Why a file is not judged yet. */
export const ARTIFACT_WAITS = ['scanner_unavailable', 'scanner_size_limit', 'storage_unavailable'] as const
/** Why one was removed; `retention` is said by the server alone. */
export const REMOVAL_REASONS = ['wrong_file', 'person_asked', 'not_needed', 'contains_too_much'] as const
export const ARTIFACT_REMOVALS = [...REMOVAL_REASONS, 'retention'] as const

/** A proof kind or one of our own words, a document code of the corridor data; checked for its form alone, because the corridor data grows. */
export const ArtifactKind = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,59}$' })

/** POST /api/artifacts, multipart/form-data: these fields first, then the one part `file`. */
export const ArtifactUpload = Type.Object({
  class: oneOf(ARTIFACT_CLASSES),
  kind: ArtifactKind,
  session_id: Type.Optional(Uuid),
  /** whose it is, where no session says so; a merchant's own user leaves it out */
  merchant_id: Type.Optional(Uuid),
  /** the artifact whose place it takes: a file is never edited */
  supersedes: Type.Optional(Uuid),
  /** the file itself: PDF, PNG, JPEG, WebP, text, CSV or XML, as its name, its declared type and its first bytes all say */
  file: Type.String({ format: 'binary', minLength: 1 }),
}, closed)
export type ArtifactUpload = Static<typeof ArtifactUpload>

export const Artifact = Type.Object({
  id: Uuid,
  class: oneOf(ARTIFACT_CLASSES),
  kind: Type.String(),
  file_name: Type.String(),
  media_type: oneOf(ARTIFACT_MEDIA_TYPES),
  size_bytes: Type.Integer({ minimum: 1 }),
  /** of its bytes, in hex */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  state: oneOf(ARTIFACT_STATES),
  /** how GET …/preview shows it, once it is clean */
  preview: oneOf(['image', 'pdf', 'none']),
  scanned_at: nullable(Instant),
  /** what judged it, with its version; null for a merchant and before a verdict */
  scanner: nullable(Type.String()),
  refused_because: nullable(oneOf(ARTIFACT_REFUSALS)),
  waits_because: nullable(oneOf(ARTIFACT_WAITS)),
  merchant_id: nullable(Uuid),
  session_id: nullable(Uuid),
  session_reference: nullable(Type.String()),
  supersedes: nullable(Uuid),
  superseded_by: nullable(Uuid),
  uploaded_at: Instant,
  /** `name` is null where the reader is told no more than which side it was */
  uploaded_by: Type.Object({ side: oneOf(['desk', 'merchant']), name: nullable(Type.String()) }, closed),
  keep_until: nullable(Instant),
  removed_at: nullable(Instant),
  removed_because: nullable(oneOf(ARTIFACT_REMOVALS)),
}, closed)
export type Artifact = Static<typeof Artifact>
export const ArtifactPage = page(Artifact)

/** GET /api/artifacts. All that is given must hold. */
export const ArtifactQuery = Type.Object({
  session_id: Type.Optional(Uuid),
  merchant_id: Type.Optional(Uuid),
  class: Type.Optional(oneOf(ARTIFACT_CLASSES)),
  state: Type.Optional(oneOf(ARTIFACT_STATES)),
  kind: Type.Optional(ArtifactKind),
  /** part of the name, or the beginning of the SHA-256 */
  q: Type.Optional(visibleText(100)),
  ...PageQuery,
}, closed)

/** POST /api/artifacts/:id/remove */
export const RemoveArtifactBody = Type.Object({ reason: oneOf(REMOVAL_REASONS) }, closed)
