import type { DeskRouteSession } from '../../api/types.ts'
import { EmptyState, Select } from '../../shared/ui/index.ts'
import type { SessionSearch } from '../paths.ts'
import { Illus } from '../provenance/Sourced.tsx'
import { DataTable } from '../ui/DataTable.tsx'
import { DocumentTag } from '../ui/parts.tsx'
import { pathWords, shortDuration } from '../words.ts'

const STAGES = [['before_payment', 'Before payment'], ['after_payment', 'After payment'], ['desk', 'Made by the desk']] as const

/** The papers that one route asks for: on file, missing, promised, with lead time and validity. */
export function DocumentsTab({ session, search, show }: { session: DeskRouteSession; search: SessionSearch; show: (search: SessionSearch) => void }) {
  const lawful = [session.recommended, ...session.alternatives].filter((each) => each !== null)
  const candidate = lawful.find((each) => each.id === search.candidate) ?? lawful[0]
  const onFile = session.intent.documents_available
  if (!candidate) {
    return (
      <EmptyState icon="document" title="No lawful route asks for papers">
        <p>What a route would need stands beside each candidate in Why not. On file with this request: {onFile.length === 0 ? 'nothing' : onFile.map((code) => code).join(', ')}.</p>
      </EmptyState>
    )
  }
  const groups = STAGES.map(([stage, title]) => {
    const rows = candidate.documents.filter((document) => document.stage === stage).sort((a, b) => rank(a.status) - rank(b.status))
    return { title: `${title} · ${rows.length}`, rows }
  }).filter((group) => group.rows.length > 0)
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
        <Select
          label="Route" prefix="Papers of:" value={candidate.id} className="w-full! sm:w-auto!" onChange={(id) => show({ tab: 'documents', candidate: id })}
          options={lawful.map((each) => ({ value: each.id, label: each.id === session.recommended?.id ? 'Recommended' : `Option ${each.rank}`, detail: pathWords(each) }))}
        />
        <span className="text-12 text-muted">{candidate.documents.length} papers; {onFile.length} on file with the request. Lead times <Illus /></span>
      </div>
      <DataTable
        label="Papers" keyOf={(paper) => paper.code} groups={groups}
        columns={[
          { head: 'Paper', phone: 'text', wide: true, className: 'min-w-52', cell: (paper) => <>{paper.title}<span className="block font-mono text-11 break-all text-muted">{paper.code}{paper.served_by !== null && paper.served_by !== paper.code && `, served by ${paper.served_by}`}</span></> },
          { head: 'Status', phone: 'first', className: 'whitespace-nowrap', cell: (paper) => <DocumentTag status={paper.status} /> },
          { head: 'Needed for', className: 'min-w-40 text-12 text-muted', cell: (paper) => paper.required_by.join(', ') },
          { head: 'Lead time', end: true, className: 'whitespace-nowrap', cell: (paper) => (paper.lead_time === null ? <span className="text-muted">—</span> : shortDuration(paper.lead_time)) },
          { head: 'Valid', end: true, className: 'whitespace-nowrap', cell: (paper) => (paper.validity === null ? <span className="text-muted">—</span> : shortDuration(paper.validity)) },
        ]}
      />
    </div>
  )
}

const rank = (status: string): number => ['not_available', 'missing', 'promised', 'desk', 'on_file'].indexOf(status)
