import { useState } from 'react'
import { ArtifactState, Digest, sizeWords } from '../../shared/artifacts/index.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, Select, Skeleton } from '../../shared/ui/index.ts'
import { useGo } from '../go.ts'
import { to, type ArtifactsSearch } from '../paths.ts'
import { useArtifacts, useMerchants } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook, PageTitle, SearchBox } from '../ui/parts.tsx'
import { useSearchText } from '../ui/use-search-text.ts'
import { ArtifactDialog } from './ArtifactDialog.tsx'
import { UploadDialog } from './UploadDialog.tsx'
import { CLASSES, classWords, kindWords, STATES } from './words.ts'

/** Every stored file that the desk may see, with what it is, whose it is and whether it can be opened. */
export function ArtifactsPage({ search }: { search: ArtifactsSearch }) {
  const go = useGo()
  const merchants = useMerchants().data
  const query = useArtifacts({ q: search.q, class: search.class, state: search.state, kind: search.kind, merchant_id: search.merchant, session_id: search.session })
  const [text, setText] = useSearchText(search.q ?? '', (q) => go(to.artifacts({ ...search, q }), { replace: true }))
  const [uploading, setUploading] = useState(false)
  const denied = useCan()('artifact:upload')
  const rows = query.data?.pages.flatMap((page) => page.items) ?? []
  const { id: open, ...filters } = search
  const filtered = Object.values(filters).some((value) => value)
  const any = { value: 'any' as const, label: 'any' }
  const owner = (merchant_id: string | null): string => (merchant_id === null ? 'the desk' : merchants?.find((each) => each.id === merchant_id)?.name ?? '')
  return (
    <>
      <PageTitle title="Artifacts" note="proofs, papers, quotes and reports" end={<Button icon="upload" disabledReason={denied} onClick={() => setUploading(true)}>Upload a file</Button>} />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
          <SearchBox value={text} onChange={setText} label="Search files" placeholder="Name, or SHA-256" hint="/" className="w-full sm:w-64" />
          <Select label="Class" prefix="Class:" value={search.class ?? 'any'} className="w-full! sm:w-auto!" options={[any, ...CLASSES]} onChange={(value) => go(to.artifacts({ ...search, class: value === 'any' ? '' : value }))} />
          <Select label="State" prefix="State:" value={search.state ?? 'any'} className="w-full! sm:w-auto!" options={[any, ...STATES]} onChange={(value) => go(to.artifacts({ ...search, state: value === 'any' ? '' : value }))} />
          <Select
            label="Merchant" prefix="Merchant:" value={search.merchant ?? 'any'} className="w-full! sm:w-auto! sm:min-w-52"
            options={[any, ...(merchants ?? []).map((each) => ({ value: each.id, label: each.name }))]} onChange={(value) => go(to.artifacts({ ...search, merchant: value === 'any' ? '' : value }))}
          />
          {filtered && <Button kind="quiet" onClick={() => go(to.artifacts())}>Clear</Button>}
          <span className="ml-auto text-12 text-muted tabular-nums" role="status">{rows.length}{query.hasNextPage ? ' so far' : ''}</span>
        </div>
        {query.isPending && <div className="p-4"><Skeleton lines={8} label="Loading files" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {query.data && rows.length === 0 && (filtered
          ? <EmptyState icon="document" title="No file fits">Clear the filters to see them all.</EmptyState>
          : <EmptyState icon="document" title="No file yet">What merchants and the desk bring for a route is kept here, checked before anybody can open it.</EmptyState>)}
        {rows.length > 0 && (
          <DataTable
            label="Files" rows={rows} keyOf={(each) => each.id}
            columns={[
              { head: 'File', phone: 'first', wide: true, className: 'min-w-56', cell: (each) => <a href={to.artifacts({ ...filters, id: each.id })} className={`${linkLook} wrap-anywhere`}>{each.file_name}</a> },
              { head: 'State', phone: 'first', cell: (each) => <span className="flex flex-wrap gap-1"><ArtifactState artifact={each} /></span> },
              { head: 'Kind', className: 'min-w-36', cell: (each) => kindWords(each.kind) },
              { head: 'Class', className: 'whitespace-nowrap', cell: (each) => classWords(each.class) },
              { head: 'Of', className: 'min-w-36', cell: (each) => <>{owner(each.merchant_id)}{each.session_id !== null && <> · <a href={to.session(each.session_id)} className={linkLook}>{each.session_reference}</a></>}</> },
              { head: 'Size', end: true, className: 'whitespace-nowrap', cell: (each) => sizeWords(each.size_bytes) },
              { head: 'Brought', className: 'whitespace-nowrap', cell: (each) => <><DateTime at={each.uploaded_at} absolute /> by {each.uploaded_by.name}</> },
              { head: 'SHA-256', className: 'whitespace-nowrap', cell: (each) => <Digest sha256={each.sha256} /> },
            ]}
          />
        )}
        {query.hasNextPage && <div className="border-t border-line p-2 text-center"><Button busy={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>Show more</Button></div>}
      </Card>
      {uploading && <UploadDialog merchants={merchants ?? []} merchant_id={search.merchant ?? null} onClose={() => setUploading(false)} />}
      {open !== undefined && <ArtifactDialog key={open} id={open} owner={owner} onClose={() => go(to.artifacts(filters))} />}
    </>
  )
}
