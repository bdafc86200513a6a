import { reasonSentence } from '#contracts/reason-codes.ts'
import type { ExecutionStep } from '../../../api/types.ts'
import { useClock } from '../../../shared/clock.ts'
import { Icon, LinkButton, StatusTag } from '../../../shared/ui/index.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { proofRows, type Proof } from './proof-rows.ts'
import { FIELD_WORDS, proofWords } from './words.ts'

const STATES = { submitted: { tone: 'attention', label: 'To check' }, accepted: { tone: 'success', label: 'Taken' }, rejected: { tone: 'danger', label: 'Not taken' } } as const

/** One proof with its file and its comparison, worst first to see: the tag counts what matches. */
export function ProofCard({ step, proof }: { step: ExecutionStep; proof: Proof }) {
  const { time_zone } = useClock()
  const rows = proofRows(step, proof, time_zone)
  const differing = rows.filter(({ differs }) => differs !== null)
  const state = STATES[proof.state]
  return (
    <section aria-label={`Proof of step ${step.position}: ${proofWords(proof.kind)}`} className="min-w-0 rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 className="font-semibold">Proof for step {step.position}</h2><span className="text-muted">{proofWords(proof.kind)}</span>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          <StatusTag tone={differing.length === 0 ? 'success' : 'danger'} size="small">{rows.length - differing.length} of {rows.length} match</StatusTag>
          <StatusTag tone={state.tone} size="small">{state.label}</StatusTag>
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
        <Icon name="document" size={18} className="text-muted" /><span className="min-w-0 flex-1 wrap-anywhere">{proof.file_name} <span className="text-12 text-muted">class desk · by {proof.submitted_by} · SHA-256 <span className="font-mono text-11" title={proof.sha256}>{proof.sha256.slice(0, 8)}…</span></span></span>
        <LinkButton icon="download" href={`/api/artifacts/${proof.artifact_id}/content`} download={proof.file_name}>Download<span className="sr-only"> {proof.file_name}</span></LinkButton>
      </div>
      <DataTable
        label={`Comparison, ${proofWords(proof.kind)}`} rows={rows} keyOf={(row) => row.field}
        columns={[
          { head: 'Field', phone: 'first', className: 'text-muted', cell: (row) => FIELD_WORDS[row.field] },
          { head: 'Instruction', cell: (row) => <span className={row.field === 'transaction_hash' ? 'wrap-anywhere' : ''}>{row.instruction}</span> },
          { head: 'Read from the proof', cell: (row) => <span className={`${row.field === 'transaction_hash' ? 'wrap-anywhere' : ''} ${row.differs === null ? '' : 'text-danger'}`}>{row.read}</span> },
          { head: 'Check', phone: 'first', cell: (row) => (row.differs === null ? <StatusTag tone="success" size="small">Matched</StatusTag> : <StatusTag tone="danger" size="small">Mismatch</StatusTag>) },
        ]}
      />
      {differing.length > 0 && <ul className="border-t border-line px-3 py-2 text-danger">{differing.map((row) => <li key={row.field}><b className="font-semibold">{FIELD_WORDS[row.field]} {row.field === 'charges' ? 'differ' : 'differs'}.</b> {row.differs}</li>)}</ul>}
      {proof.reason_code !== null && <p className="border-t border-line px-3 py-2 text-muted">{proof.state === 'rejected' ? 'Not taken' : 'Taken'} by {proof.decided_by}: {reasonSentence(proof.reason_code)}.</p>}
    </section>
  )
}
