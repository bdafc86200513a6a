/**
 * One stored file: its name, size, class, state, SHA-256 and what can be done with it. Opens its own preview.
 *
 *   <ul>{artifacts.map((artifact) => <li key={artifact.id}><ArtifactRow artifact={artifact} /></li>)}</ul>
 *
 * `actions` stand behind Preview and Download. `showClass` is for the desk; a merchant has one class. A row of a quarantined file does not look again by
 * itself: use `useArtifacts` (queries of the page), or invalidate the query in `onUploaded`.
 */
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Artifact } from '../../api/types.ts'
import { Button, DateTime, Icon, LinkButton, StatusTag, type Tone } from '../ui/index.ts'
import { useCopy } from '../copy.ts'
import { ArtifactPreview } from './ArtifactPreview.tsx'
import { shortDigest, sizeWords } from './words.ts'

const TONES: Readonly<Record<Artifact['state'], Tone>> = { quarantined: 'waiting', clean: 'success', refused: 'danger', removed: 'info' }

export function ArtifactRow({ artifact, actions, showClass = false }: { readonly artifact: Artifact; readonly actions?: ReactNode; readonly showClass?: boolean }) {
  const { t } = useTranslation('shared')
  const [previewing, setPreviewing] = useState(false)
  const clean = artifact.state === 'clean'
  const why = clean ? null : t(`file_state_${artifact.state}`)
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
      <Icon name="document" size={20} className="text-muted" />
      <div className="min-w-48 flex-1">
        <p className="font-medium wrap-anywhere">{artifact.file_name}</p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-muted">
          <ArtifactState artifact={artifact} />
          {showClass && <span>{t(`file_class_${artifact.class}`)}</span>}
          <span className="tabular-nums">{sizeWords(artifact.size_bytes)}</span>
          <DateTime at={artifact.uploaded_at} absolute />
          <Digest sha256={artifact.sha256} />
        </p>
        <ArtifactTrouble artifact={artifact} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {artifact.preview !== 'none' && <Button icon="eye" disabledReason={why} onClick={() => setPreviewing(true)}>{t('file_preview')}</Button>}
        {clean && <LinkButton icon="download" href={`/api/artifacts/${artifact.id}/content`} download={artifact.file_name}>{t('file_download')}</LinkButton>}
        {actions}
      </div>
      {previewing && <ArtifactPreview artifact={artifact} onClose={() => setPreviewing(false)} />}
    </div>
  )
}

/** The state as a tag; a replaced file says so beside it. */
export function ArtifactState({ artifact }: { readonly artifact: Artifact }) {
  const { t } = useTranslation('shared')
  return (
    <>
      <StatusTag tone={TONES[artifact.state]} size="small" {...(artifact.state === 'removed' ? { icon: 'prohibited' as const } : {})}>{t(`file_state_${artifact.state}`)}</StatusTag>
      {artifact.superseded_by !== null && <StatusTag tone="info" size="small" icon="swap">{t('file_replaced')}</StatusTag>}
    </>
  )
}

/** Why it cannot be opened, in a sentence; nothing where it can. */
export function ArtifactTrouble({ artifact }: { readonly artifact: Artifact }) {
  const { t } = useTranslation('shared')
  const text = artifact.state === 'refused' ? t(artifact.refused_because === 'infected' ? 'file_refused_infected' : 'file_refused_other') : artifact.state === 'quarantined' && artifact.waits_because !== null ? t('file_waits') : null
  return text === null ? null : <p className="mt-1 text-13">{text}</p>
}

/** The SHA-256, short, with the whole of it to copy. */
export function Digest({ sha256 }: { readonly sha256: string }) {
  const { t } = useTranslation('shared')
  const [copied, copy] = useCopy()
  return (
    <span className="inline-flex items-center gap-1">
      <span title={sha256}>SHA-256 <span className="font-mono text-11">{shortDigest(sha256)}</span></span>
      <button type="button" aria-label={t('file_copy_sha256')} title={t('file_copy_sha256')} className="inline-flex min-h-6 min-w-6 items-center justify-center rounded text-accent hover:bg-tint max-md:min-h-11 max-md:min-w-11" onClick={() => { void copy(sha256) }}>
        <Icon name={copied === 'yes' ? 'check' : 'copy'} size={14} />
      </button>
      <span role="status" className="sr-only">{copied === 'yes' ? t('copied') : ''}</span>
    </span>
  )
}
