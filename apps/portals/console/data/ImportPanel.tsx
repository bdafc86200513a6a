import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode, problemOf } from '../../api/problem.ts'
import type { MarketDataImport, MarketDataPreview } from '../../api/types.ts'
import { Button, ErrorNotice, Icon, Notice, StatusTag } from '../../shared/ui/index.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card } from '../ui/parts.tsx'
import { ageWords, dayWords } from './age.ts'
import { FILE_NAMES, missingOf, textsOf, type Texts } from './chosen-files.ts'

/** Choose the files, see what they would change, import. Nothing is written before the last of the three. */
export function ImportPanel({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const heading = useRef<HTMLHeadingElement>(null)
  const [texts, setTexts] = useState<Texts>({})
  const [wrong, setWrong] = useState<readonly string[]>([])
  useEffect(() => heading.current?.focus(), [])
  const missing = missingOf(texts)
  const preview = useMutation({
    mutationFn: async (files: Texts): Promise<MarketDataPreview> => (await answer(api.POST('/api/market-data/imports/preview', { body: { files } as never }))) as MarketDataPreview,
  })
  const save = useMutation({
    mutationFn: async ({ from_revision }: MarketDataPreview): Promise<MarketDataImport> => {
      const body = { files: texts, from_revision }
      return (await answer(api.POST('/api/market-data/imports', { params: { header: { 'idempotency-key': keyFor(body) } }, body: body as never }))) as MarketDataImport
    },
    // Corridors, providers, the first steps, the age of the data: everything on the console rests on it.
    onSuccess: async () => { await queries.invalidateQueries() },
  })
  const choose = async (list: FileList | null) => {
    const chosen = await Promise.all([...(list ?? [])].map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() })))
    const read = textsOf(chosen)
    const all = { ...texts, ...read.texts }
    setTexts(all)
    setWrong(read.wrong)
    save.reset()
    preview.reset()
    if (read.wrong.length === 0 && missingOf(all).length === 0) preview.mutate(all)
  }
  const error = save.error ?? preview.error
  const seen = preview.data
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 ref={heading} tabIndex={-1} className="font-semibold">Import files</h2>
        <Button kind="quiet" className="ml-auto" onClick={onClose}>Close</Button>
      </div>
      {save.data
        ? <div className="p-3"><Notice tone="success" live="polite" title={`Imported as revision ${save.data.revision}`}>It is in force from now on. Sessions that were decided on older data keep it.</Notice></div>
        : (
          <div className="flex flex-col gap-3 p-3">
            <p className="max-w-prose text-muted">All five files, or one bundle of them (a JSON object of file name and text). They are taken whole or not at all, and you see what changes first. A corridor that is new begins in simulation.</p>
            <div className="flex flex-wrap items-center gap-3">
              <label className="relative inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-(--control-radius) border border-control bg-surface px-3 font-medium focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:bg-sunken md:min-h-8">
                <Icon name="folder" size={16} />Choose files
                <input
                  type="file" multiple accept=".json,.md,application/json,text/markdown" className="absolute inset-0 cursor-pointer opacity-0"
                  onChange={(event) => { void choose(event.target.files); event.target.value = '' }}
                />
              </label>
              <ul aria-label="Files" className="flex flex-wrap gap-x-3 gap-y-1">
                {FILE_NAMES.map((name) => (
                  <li key={name} className="inline-flex items-center gap-1 text-12"><StatusTag tone={texts[name] === undefined ? 'waiting' : 'success'} size="small" icon={texts[name] === undefined ? 'circle-dashed' : 'check'}>{name}<span className="sr-only">{texts[name] === undefined ? ', not chosen' : ', chosen'}</span></StatusTag></li>
                ))}
              </ul>
            </div>
            {wrong.length > 0 && <Notice tone="danger" live="assertive" title="Not taken">{wrong.map((each) => <p key={each} className="wrap-anywhere">{each}</p>)}</Notice>}
            {preview.isPending && <p role="status" className="text-muted">Reading the files…</p>}
            {error && <ImportError error={error} again={() => preview.mutate(texts)} />}
            {seen && !preview.isPending && <Preview seen={seen} />}
            {seen && !seen.nothing_new && <div><Button kind="filled" className="max-md:min-h-11 max-md:w-full" busy={save.isPending} disabledReason={missing.length > 0 ? 'A file is missing.' : null} onClick={() => save.mutate(seen)}>Import as revision {(seen.from_revision ?? 0) + 1}</Button></div>}
          </div>
        )}
    </Card>
  )
}

const KINDS = { corridors: 'Corridors', providers: 'Providers', estimates: 'Estimates', rates: 'Rates', tables: 'Tables', facts: 'Facts' } as const
type Kind = keyof typeof KINDS

function Preview({ seen }: { seen: MarketDataPreview }) {
  const changed = (Object.keys(KINDS) as Kind[]).filter((kind) => Object.values(seen.changes[kind]).some(({ count }) => count > 0))
  if (seen.nothing_new) return <Notice tone="info" live="polite" title="Nothing new">These files are the data in force{seen.from_revision === null ? '' : `, revision ${seen.from_revision}`}. There is nothing to import.</Notice>
  const { tone, title } = ageWords(seen.age)
  return (
    <>
      <Notice tone={tone} live="polite" title={title}>Rates of {dayWords(seen.age.as_of)}; the market clock stands at {dayWords(seen.market.clock)}.{seen.age.refused > 0 && ' Routes over the oldest will be refused: if these are not the latest files, choose newer ones.'}</Notice>
      {changed.length === 0
        ? <p className="text-muted">The same records in another order.</p>
        : (
          <DataTable
            label="What would change" rows={changed} keyOf={(kind) => kind}
            columns={[
              { head: 'Kind', phone: 'first', cell: (kind) => KINDS[kind] },
              ...(['added', 'changed', 'removed'] as const).map((how) => ({
                head: { added: 'Added', changed: 'Changed', removed: 'Removed' }[how], className: 'min-w-32', cell: (kind: Kind) => <Ids ids={seen.changes[kind][how]} />,
              })),
            ]}
          />
        )}
    </>
  )
}

const SHOWN = 6
function Ids({ ids: { count, ids } }: { ids: MarketDataPreview['changes'][Kind]['added'] }) {
  if (count === 0) return <span className="text-muted">–</span>
  return <><b className="font-semibold tabular-nums">{count}</b> <span className="font-mono text-11 wrap-anywhere text-muted">{ids.slice(0, SHOWN).join(', ')}{count > SHOWN && ` and ${count - SHOWN} more`}</span></>
}

function ImportError({ error, again }: { error: unknown; again: () => void }) {
  const { issues } = problemOf(error)
  if (hasCode(error, 'stale_version')) return <ErrorNotice error={error} action={<Button onClick={again}>Look again</Button>} />
  return (
    <>
      <ErrorNotice error={error} />
      {issues !== undefined && (
        <DataTable
          label="What is wrong" rows={issues} keyOf={(_, index) => String(index)}
          columns={[
            { head: 'File', phone: 'first', className: 'whitespace-nowrap', cell: (issue) => issue.file },
            { head: 'Record', className: 'min-w-32 wrap-anywhere', cell: (issue) => <span className="font-mono text-12">{issue.record}</span> },
            { head: 'Field', className: 'min-w-32 wrap-anywhere', cell: (issue) => <span className="font-mono text-12">{issue.field}</span> },
            { head: 'What', phone: 'text', wide: true, className: 'min-w-40 wrap-anywhere', cell: (issue) => issue.message },
          ]}
        />
      )}
    </>
  )
}
