import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { Artifact } from '../../api/types.ts'
import { ArtifactRow, UploadField } from '../../shared/artifacts/index.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, Dialog, ErrorNotice, Field, Select, Skeleton } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { artifactsKey, useArtifactChain } from '../queries.ts'
import { linkLook } from '../ui/parts.tsx'
import { classWords, kindWords, REMOVALS, removalWords } from './words.ts'

/** The record of one file: what it is, what judged it, what it replaced and what replaced it; replace or remove it. */
export function ArtifactDialog({ id, owner, onClose }: { id: string; owner: (merchant_id: string | null) => string; onClose: () => void }) {
  const query = useArtifactChain(id)
  const [doing, setDoing] = useState<'nothing' | 'replacing' | 'removing'>('nothing')
  const can = useCan()
  const chain = query.data ?? []
  const file = chain.find((each) => each.id === id)
  const gone = file?.state === 'removed' ? 'It was removed.' : null
  return (
    <Dialog
      open wide onClose={onClose} title={<span className="wrap-anywhere">{file?.file_name ?? 'File'}</span>}
      footer={file && doing === 'nothing' && (
        <>
          <Button icon="swap" disabledReason={can('artifact:upload') ?? gone ?? (file.superseded_by === null ? null : 'Another file replaced it.')} onClick={() => setDoing('replacing')}>Replace</Button>
          <Button kind="danger" icon="prohibited" disabledReason={can('artifact:remove') ?? gone} onClick={() => setDoing('removing')}>Remove</Button>
        </>
      )}
    >
      {query.isPending && <Skeleton lines={4} label="Loading the file" />}
      <ErrorNotice error={query.error} />
      {file && (
        <>
          <ArtifactRow artifact={file} showClass />
          <Facts file={file} owner={owner} />
          {chain.length > 1 && (
            <section aria-label="Versions">
              <h3 className="mb-1 font-semibold">Versions, oldest first</h3>
              <ol className="flex list-decimal flex-col gap-1 pl-6">
                {chain.map((each) => (
                  <li key={each.id}>
                    {each.id === id ? <b className="font-semibold wrap-anywhere">{each.file_name}</b> : <a href={to.artifacts({ id: each.id })} className={`${linkLook} wrap-anywhere`}>{each.file_name}</a>}
                    <span className="text-muted"> <DateTime at={each.uploaded_at} absolute /> by {each.uploaded_by.name}</span>
                  </li>
                ))}
              </ol>
            </section>
          )}
          {doing === 'replacing' && <Replace file={file} onClose={() => setDoing('nothing')} />}
          {doing === 'removing' && <Remove file={file} onClose={() => setDoing('nothing')} />}
        </>
      )}
    </Dialog>
  )
}

function Facts({ file, owner }: { file: Artifact; owner: (merchant_id: string | null) => string }) {
  const facts: [string, ReactNode][] = [
    ['Kind', kindWords(file.kind)], ['Class', classWords(file.class)],
    ['Of', <>{owner(file.merchant_id)}{file.session_id !== null && <> · <a href={to.session(file.session_id)} className={linkLook}>{file.session_reference}</a></>}</>],
    ['Brought by', file.uploaded_by.name], ['Checked by', file.scanner ?? 'not checked yet'], ['Checked', file.scanned_at === null ? '–' : <DateTime at={file.scanned_at} absolute />],
    ['Kept until', file.keep_until === null ? 'for good' : <time dateTime={file.keep_until}>{file.keep_until.slice(0, 10)}</time>],
    ...(file.removed_at === null ? [] : [['Removed', <><DateTime at={file.removed_at} absolute />. {removalWords(file.removed_because!)}.</>] as [string, ReactNode]]),
    ['SHA-256', <span className="font-mono text-11 break-all">{file.sha256}</span>],
  ]
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([term, value]) => <div key={term} className="col-span-2 grid grid-cols-subgrid items-baseline"><dt className="text-muted">{term}</dt><dd className="wrap-anywhere">{value}</dd></div>)}
    </dl>
  )
}

function Replace({ file, onClose }: { file: Artifact; onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <div className="flex flex-col gap-2">
      <UploadField
        label="The file that takes its place" hint="The old one stays on record and can still be read."
        fields={{ class: file.class, kind: file.kind, session_id: file.session_id ?? undefined, merchant_id: file.session_id === null ? file.merchant_id ?? undefined : undefined, supersedes: file.id }}
        onUploaded={() => { void queries.invalidateQueries({ queryKey: artifactsKey }) }}
      />
      <div><Button onClick={onClose}>Done</Button></div>
    </div>
  )
}

function Remove({ file, onClose }: { file: Artifact; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [reason, setReason] = useState<(typeof REMOVALS)[number]['value'] | null>(null)
  const remove = useMutation({
    mutationFn: () => answer(api.POST('/api/artifacts/{id}/remove', { params: { path: { id: file.id }, header: { 'idempotency-key': keyFor([file.id, reason]) } }, body: { reason: reason! } })),
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: artifactsKey }) },
  })
  return (
    <section aria-label="Remove" className="flex flex-col gap-3 rounded-lg border border-danger p-3">
      <p>Its content is deleted for good. That it was here, by whom and why it went stays on record.</p>
      <Field label="Why"><Select value={reason} options={REMOVALS} onChange={setReason} /></Field>
      <ErrorNotice error={remove.error} />
      <div className="flex flex-wrap gap-2"><Button onClick={onClose}>Leave it</Button><Button kind="danger" icon="prohibited" busy={remove.isPending} disabledReason={reason === null ? 'Say why first.' : null} onClick={() => remove.mutate()}>Remove its content</Button></div>
    </section>
  )
}
