/**
 * Brings one file to the server: chosen, dropped (with a mouse) or photographed (on a phone), sent with progress, cancelled, tried again, checked.
 *
 *   <UploadField label="Bank confirmation" fields={{ class: 'merchant', kind: 'bank_confirmation', session_id }} onUploaded={(artifact) => …} />
 *
 * `onUploaded` is called when the server has the file (state `quarantined`) and again when it is judged (`clean` or `refused`): read `artifact.state`.
 * Nothing is kept of a cancelled upload. Draw what is stored with ArtifactRow.
 */
import { useId, useRef, useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Artifact } from '../../api/types.ts'
import { Button, ErrorNotice, Icon, Notice } from '../ui/index.ts'
import { FILE_ACCEPT, FILE_BYTES_MAX, type ArtifactFields } from './send.ts'
import { isTouch } from './smaller-photo.ts'
import { useUpload, type UploadState } from './use-upload.ts'
import { sizeWords } from './words.ts'

type Props = {
  readonly label: string
  readonly hint?: string
  readonly fields: ArtifactFields
  readonly onUploaded: (artifact: Artifact) => void
  /** why nothing can be sent now; shown, never hidden */
  readonly disabledReason?: string | null | undefined
}

export function UploadField({ label, hint, fields, onUploaded, disabledReason }: Props) {
  const { t } = useTranslation('shared')
  const { state, choose, retry, cancel, reset } = useUpload(fields, onUploaded)
  const file = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const id = useId()
  const touch = isTouch()
  const idle = state.at === 'idle' || state.at === 'cancelled' || state.at === 'too_large'
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    if (!disabledReason && idle) void choose(event.dataTransfer.files[0])
  }
  const input = (of: typeof file, capture: boolean) => (
    <input
      ref={of} type="file" tabIndex={-1} aria-hidden="true" className="sr-only" accept={capture ? 'image/*' : FILE_ACCEPT} {...(capture ? { capture: 'environment' as const } : {})}
      onChange={(event) => { void choose(event.target.files?.[0]); event.target.value = '' }}
    />
  )
  return (
    <div
      role="group" aria-labelledby={id} data-upload
      onDragOver={(event) => { event.preventDefault(); if (!disabledReason && idle) setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}
      className={`relative flex min-w-0 flex-col gap-2 rounded-lg border border-dashed p-3 ${over ? 'border-accent bg-tint' : 'border-control bg-surface'}`}
    >
      <p id={id} className="font-semibold">{label}</p>
      {input(file, false)}
      {input(camera, true)}
      {idle && (
        <>
          <div className="flex flex-wrap items-center gap-2">
            {touch && <Button icon="camera" disabledReason={disabledReason} onClick={() => camera.current?.click()}>{t('file_photo')}</Button>}
            <Button icon="upload" disabledReason={disabledReason} onClick={() => file.current?.click()}>{t('file_choose')}</Button>
            {!touch && <span className="text-muted">{t('file_drop')}</span>}
          </div>
          <p className="text-13 text-muted">{hint} {t('file_kinds', { size: sizeWords(FILE_BYTES_MAX) })}</p>
        </>
      )}
      {state.at === 'too_large' && <Notice tone="danger" live="assertive">{t('file_too_large_here', { size: sizeWords(state.file.size), max: sizeWords(FILE_BYTES_MAX) })}</Notice>}
      {state.at === 'cancelled' && <p role="status" className="text-muted">{t('file_cancelled')}</p>}
      {state.at === 'sending' && (
        <div className="flex flex-wrap items-center gap-3">
          <div className="min-w-40 flex-1">
            <p className="wrap-anywhere">{t('file_sending', { name: state.file.name })} <span className="text-muted tabular-nums">{sizeWords(state.file.size)}</span></p>
            <progress value={state.share} max={1} aria-label={t('file_sending', { name: state.file.name })} className="fc-progress mt-1 block h-2 w-full" />
          </div>
          <Button icon="x" onClick={cancel}>{t('file_cancel')}</Button>
        </div>
      )}
      {state.at === 'failed' && (
        <ErrorNotice
          error={state.error}
          action={<div className="flex flex-wrap gap-2"><Button icon="refresh" onClick={retry}>{t('file_again')}</Button><Button onClick={reset}>{t('file_other')}</Button></div>}
        />
      )}
      {(state.at === 'checking' || state.at === 'done') && <Outcome state={state} again={reset} />}
      {'original_bytes' in state && state.original_bytes > state.file.size && (
        <p className="text-13 text-muted">{t('file_made_smaller', { from: sizeWords(state.original_bytes), to: sizeWords(state.file.size) })}</p>
      )}
    </div>
  )
}

/** What became of it, and the way to the next one. */
function Outcome({ state, again }: { readonly state: Extract<UploadState, { artifact: Artifact }>; readonly again: () => void }) {
  const { t } = useTranslation('shared')
  const { artifact } = state
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p role="status" className="min-w-0 flex-1 wrap-anywhere">
        <Icon name={artifact.state === 'refused' ? 'stopped' : artifact.state === 'clean' ? 'check-circle' : 'clock'} size={18} className="mr-1.5 inline-block align-text-bottom" />
        {artifact.state === 'refused' ? t(artifact.refused_because === 'infected' ? 'file_refused_infected' : 'file_refused_other')
          : artifact.state === 'clean' ? t('file_sent', { name: artifact.file_name }) : artifact.waits_because === null ? t('file_checking', { name: artifact.file_name }) : t('file_waits')}
      </p>
      <Button onClick={again}>{t('file_other')}</Button>
    </div>
  )
}
