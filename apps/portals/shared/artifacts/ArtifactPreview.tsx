/** A stored picture or PDF in a window of the page. The server sends it into a sandbox: nothing in the file can run, and every other kind is downloaded. */
import { useTranslation } from 'react-i18next'
import type { Artifact } from '../../api/types.ts'
import { Dialog, LinkButton, Notice } from '../ui/index.ts'
import { sizeWords } from './words.ts'

export function ArtifactPreview({ artifact, onClose }: { readonly artifact: Artifact; readonly onClose: () => void }) {
  const { t } = useTranslation('shared')
  const source = `/api/artifacts/${artifact.id}/preview`
  const title = t('file_preview_of', { name: artifact.file_name })
  return (
    <Dialog
      open wide onClose={onClose} closeLabel={t('close')} title={<span className="wrap-anywhere">{artifact.file_name}</span>} description={`${sizeWords(artifact.size_bytes)}. ${t('file_shown_only')}`}
      footer={<LinkButton icon="download" href={`/api/artifacts/${artifact.id}/content`} download={artifact.file_name}>{t('file_download')}</LinkButton>}
    >
      {artifact.preview === 'image' && <img src={source} alt={title} className="mx-auto max-h-[70dvh] max-w-full rounded border border-line object-contain" />}
      {artifact.preview === 'pdf' && (navigator.pdfViewerEnabled
        ? <iframe src={source} title={title} className="h-[70dvh] w-full rounded border border-line" />
        : <Notice tone="info">{t('file_no_viewer')}</Notice>)}
    </Dialog>
  )
}
