/** Files that people bring and look at: UploadField, ArtifactRow, ArtifactPreview. Each says at its top how it is used. */
export { ArtifactPreview } from './ArtifactPreview.tsx'
export { ArtifactRow, ArtifactState, ArtifactTrouble, Digest } from './ArtifactRow.tsx'
export type { ArtifactFields } from './send.ts'
export { UploadField } from './UploadField.tsx'
export { sizeWords } from './words.ts'
