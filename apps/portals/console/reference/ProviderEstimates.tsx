import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { EstimateKind, ProviderEstimates as Estimates, UndoBecause } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, Dialog, ErrorNotice, Field, Notice, Select, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { estimateText, KIND_WORDS, labelOf, UNDO_REASONS } from '../estimate-words.ts'
import { to } from '../paths.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { estimatesKey, sessionsKey, useProviderEstimates } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, linkLook } from '../ui/parts.tsx'

type Row = { readonly kind: EstimateKind; readonly evidence: Estimates['estimates'][number]['history'][number] }

/** What outcomes taught about a provider: where each estimate began, how much speaks for it, and each outcome that moved it. */
export function ProviderEstimates({ provider_id }: { provider_id: string }) {
  const can = useCan()
  const query = useProviderEstimates(provider_id)
  const [undoing, setUndoing] = useState<Row | null>(null)
  const mayNotUndo = can('estimate_evidence:undo') === null ? null : 'A Platform Admin takes evidence back.'
  const history = query.data?.estimates.flatMap(({ kind, history: rows }): Row[] => rows.map((evidence) => ({ kind, evidence }))).sort((a, b) => (a.evidence.at < b.evidence.at ? 1 : a.evidence.at > b.evidence.at ? -1 : 0)) ?? []
  return (
    <Card>
      <div className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-3 py-1.5"><h2 className="font-semibold">Estimates</h2><span className="text-muted">where they began, and what outcomes made of them</span></div>
      {query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading estimates" /></div>}
      {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
      {query.data?.suspension_proposed && <div className="p-3"><Notice tone="danger" title="Look at this provider’s posture">More than {query.data.minimum_sample} outcomes are recorded and fewer than half of its steps are likely to go well. Nothing is suspended by itself.</Notice></div>}
      {query.data && (
        <DataTable
          label="Estimates" rows={query.data.estimates} keyOf={({ kind }) => kind}
          columns={[
            { head: 'Estimate', phone: 'first', wide: true, className: 'min-w-52', cell: ({ kind }) => <>{KIND_WORDS[kind].name}<span className="block text-12 font-normal text-muted">{KIND_WORDS[kind].says}</span></> },
            { head: 'Began at', end: true, className: 'whitespace-nowrap', cell: ({ kind, prior, prior_illustrative, prior_source }) => <span title={prior_source}>{estimateText(kind, prior)} {prior_illustrative && <Illus />}</span> },
            { head: 'Weighs', end: true, className: 'whitespace-nowrap', cell: ({ prior_weight }) => `${prior_weight} outcomes` },
            { head: 'Outcomes since', end: true, cell: ({ n }) => n },
            { head: 'Now', end: true, className: 'whitespace-nowrap font-semibold', cell: ({ kind, value, n, prior_illustrative }) => <>{estimateText(kind, value)} {n === 0 && prior_illustrative && <Illus />}</> },
            { head: 'Last outcome', end: true, className: 'whitespace-nowrap text-muted', cell: ({ last_evidence_at }) => (last_evidence_at === null ? 'none yet' : <DateTime at={last_evidence_at} absolute />) },
          ]}
        />
      )}
      {history.length > 0 && (
        <DataTable
          label="Outcomes that moved them" rows={history} keyOf={({ evidence }) => evidence.id}
          columns={[
            { head: 'Outcome of', phone: 'first', className: 'whitespace-nowrap', cell: ({ evidence }) => <a className={`font-mono ${linkLook}`} href={to.session(evidence.session_id, { tab: 'outcome' })}>{evidence.session_reference}</a> },
            { head: 'Moved', phone: 'first', className: 'whitespace-nowrap', cell: ({ kind }) => KIND_WORDS[kind].name },
            { head: 'Saw', className: 'whitespace-nowrap', cell: ({ kind, evidence }) => seen(kind, evidence.observation) },
            {
              head: 'From and to', end: true, wide: true, className: 'whitespace-nowrap', cell: ({ kind, evidence }) => (evidence.before === null || evidence.after === null
                ? <StatusTag tone="attention" size="small">Taken back</StatusTag> : `${estimateText(kind, evidence.before)} → ${estimateText(kind, evidence.after)}`),
            },
            { head: 'Recorded', className: 'min-w-44 text-muted', cell: ({ evidence }) => <><DateTime at={evidence.at} absolute className="whitespace-normal!" />{evidence.undone_by && evidence.undone_because && <span className="block">{labelOf(UNDO_REASONS, evidence.undone_because)}; {evidence.undone_by.name}</span>}</> },
            {
              head: 'Actions', phone: 'last', cell: (row) => (
                <Button icon="refresh" className="whitespace-nowrap max-md:mt-1 max-md:min-h-11 max-md:w-full" disabledReason={mayNotUndo ?? (row.evidence.undone_at === null ? null : 'It is taken back already.')} onClick={() => setUndoing(row)}>Take back<span className="sr-only"> {KIND_WORDS[row.kind].name} of {row.evidence.session_reference}</span></Button>
              ),
            },
          ]}
        />
      )}
      {undoing && <UndoDialog row={undoing} onClose={() => setUndoing(null)} />}
    </Card>
  )
}

const seen = (kind: EstimateKind, observation: string): string =>
  kind === 'trust' ? (observation === '1' ? 'went well' : 'did not go well') : kind === 'liquidity' ? (observation === '1' ? 'filled at once' : 'not filled at once') : estimateText(kind, observation)

/** Asks why before a piece of evidence stops counting. */
function UndoDialog({ row: { kind, evidence }, onClose }: { row: Row; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [because, setBecause] = useState<UndoBecause | null>(null)
  const undo = useMutation({
    mutationFn: () => answer(api.POST('/api/estimate-evidence/{id}/undo', { params: { path: { id: evidence.id }, header: { 'idempotency-key': keyFor({ id: evidence.id, because }) } }, body: { because: because! } })),
    onSuccess: async () => { onClose(); await Promise.all([queries.invalidateQueries({ queryKey: estimatesKey }), queries.invalidateQueries({ queryKey: sessionsKey })]) },
  })
  return (
    <Dialog
      open onClose={onClose} title={`Take back what ${evidence.session_reference} says of ${KIND_WORDS[kind].name.toLowerCase()}?`} description="It counts from then on as if it never was. It stays on record with your name and the reason, and cannot be put back."
      footer={<><Button onClick={onClose}>Keep it</Button><Button kind="danger" busy={undo.isPending} disabledReason={because === null ? 'Say why first.' : null} onClick={() => undo.mutate()}>Take it back</Button></>}
    >
      <Field label="Why"><Select value={because} options={UNDO_REASONS} onChange={setBecause} /></Field>
      <ErrorNotice error={undo.error} />
    </Dialog>
  )
}
