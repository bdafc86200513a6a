import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { FILE_ACCEPT, FILE_BYTES_MAX, sizeWords, useUpload } from '../../shared/artifacts/index.ts'
import { Button, ErrorNotice, Notice } from '../../shared/ui/index.ts'
import { ActionBar } from '../parts.tsx'
import { routesKey } from '../queries.ts'

/** The one button of a route that is followed: send what is needed, or pay this supplier again when it is done. */
export function TrackingBar({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const chooser = useRef<HTMLInputElement>(null)
  const thing = session.one_thing
  // It stays while the file is checked: what became of it changes what is asked for.
  const { state, choose, retry, cancel, reset } = useUpload({ class: 'merchant', kind: thing?.proof_kind ?? '', session_id: session.id }, () => {
    void queries.invalidateQueries({ queryKey: [...routesKey, session.id] })
    void queries.invalidateQueries({ queryKey: [...routesKey, 'history'] })
  })
  if (session.state === 'Done') return <ActionBar><Button kind="filled" wide icon="refresh" className="lg:w-auto" onClick={() => { void navigate({ to: '/new', search: { from: session.id } }) }}>{t('pay_again')}</Button></ActionBar>
  if (thing?.kind !== 'upload') return null
  const name = thing.proof_kind === 'shipping_documents' ? t('upload_papers') : t('upload_receipt')
  return (
    <ActionBar>
      <input ref={chooser} type="file" tabIndex={-1} aria-hidden="true" className="sr-only" accept={FILE_ACCEPT} onChange={(event) => { void choose(event.target.files?.[0]); event.target.value = '' }} />
      {state.at === 'too_large' && <Notice tone="danger" live="assertive" className="mb-3">{t('file_too_large_here', { ns: 'shared', size: sizeWords(state.file.size), max: sizeWords(FILE_BYTES_MAX) })}</Notice>}
      {state.at === 'failed' && <ErrorNotice error={state.error} className="mb-3" action={<span className="flex flex-wrap gap-2"><Button icon="refresh" onClick={retry}>{t('file_again', { ns: 'shared' })}</Button><Button onClick={reset}>{t('file_other', { ns: 'shared' })}</Button></span>} />}
      {state.at === 'sending' ? (
        <div className="flex flex-wrap items-center gap-3">
          <div className="min-w-40 flex-1">
            <p className="wrap-anywhere">{t('file_sending', { ns: 'shared', name: state.file.name })}</p>
            <progress value={state.share} max={1} aria-label={t('file_sending', { ns: 'shared', name: state.file.name })} className="fc-progress mt-1 block h-2 w-full" />
          </div>
          <Button icon="x" onClick={cancel}>{t('file_cancel', { ns: 'shared' })}</Button>
        </div>
      ) : <Button kind="filled" wide icon="camera" className="lg:w-auto lg:min-w-56" onClick={() => chooser.current?.click()}>{name}</Button>}
      <p className="mt-2 text-center text-13 text-muted lg:text-left">{t('upload_note')}</p>
    </ActionBar>
  )
}
