import { useState } from 'react'
import type { PrivacyRequest } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, EmptyState, ErrorNotice, RadioGroup, RadioSegment, Skeleton, StatusTag } from '../../shared/ui/index.ts'
import { roleWords } from '../frame/roles.ts'
import { usePrivacyRequests } from '../queries.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Card, PageTitle } from '../ui/parts.tsx'
import { AnswerDialog } from './AnswerDialog.tsx'
import { KIND_WORDS, REFUSAL_WORDS } from './words.ts'

type View = 'open' | 'answered'

/** What people of this company asked about their data, what is due first, and the answer to each. */
export function PrivacyRequestsPage() {
  const can = useCan()
  const mayRead = can('privacy_request:read') === null
  const mayNot = can('privacy_request:answer') === null ? null : 'A Platform Admin answers.'
  const [view, setView] = useState<View>('open')
  const [answering, setAnswering] = useState<PrivacyRequest | null>(null)
  const query = usePrivacyRequests(view, mayRead)
  const rows = query.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <PageTitle
        title="Privacy requests" note="what people ask about their own data; each is answered within 30 days"
        end={(
          <RadioGroup value={view} onChange={setView} label="Which requests" className="flex gap-1">
            <RadioSegment value="open">Open</RadioSegment><RadioSegment value="answered">Answered</RadioSegment>
          </RadioGroup>
        )}
      />
      <Card>
        {!mayRead && <EmptyState icon="lock" title="Privacy requests are the Platform Admin’s">Your own data, and what you may ask about it, is under Account.</EmptyState>}
        {mayRead && query.isPending && <div className="p-4"><Skeleton lines={4} label="Loading privacy requests" /></div>}
        {query.error && <div className="p-3"><ErrorNotice error={query.error} action={<Button onClick={() => { void query.refetch() }}>Try again</Button>} /></div>}
        {rows?.length === 0 && <EmptyState icon="check-circle" title={view === 'open' ? 'Nobody waits for an answer' : 'Nothing was answered yet'}>People ask under Account, merchants under Privacy and data rights.</EmptyState>}
        {rows !== undefined && rows.length > 0 && (
          <DataTable
            label="Privacy requests" rows={rows} keyOf={(request) => request.id}
            columns={[
              { head: 'Person', phone: 'first', className: 'min-w-44', cell: ({ person }) => <><span className="block font-semibold wrap-anywhere">{person.name}</span><span className="font-normal text-muted">{roleWords(person.role)}{person.ended_at === null ? '' : ', membership ended'}</span></> },
              { head: 'Asks for', className: 'whitespace-nowrap', cell: ({ kind }) => KIND_WORDS[kind] },
              { head: 'Note', phone: 'text', wide: true, className: 'min-w-48', cell: ({ note }) => (note === null ? <span className="text-muted">Without a note</span> : <span className="wrap-anywhere">“{note}”</span>) },
              { head: 'Asked', className: 'whitespace-nowrap', cell: ({ requested_at }) => <DateTime at={requested_at} day /> },
              view === 'open'
                ? { head: 'Answer by', className: 'whitespace-nowrap', cell: ({ due_at, overdue }: PrivacyRequest) => <span className="inline-flex flex-wrap items-center gap-2"><DateTime at={due_at} day />{overdue && <StatusTag tone="danger" size="small" icon="clock">Overdue</StatusTag>}</span> }
                : { head: 'Answered', className: 'whitespace-nowrap', cell: ({ answered_at }: PrivacyRequest) => <DateTime at={answered_at!} day /> },
              view === 'open'
                ? { head: 'Answer', phone: 'last' as const, cell: (request: PrivacyRequest) => <Button className="max-md:min-h-11 max-md:w-full" disabledReason={mayNot} onClick={() => setAnswering(request)}>Answer<span className="sr-only"> {request.person.name}: {KIND_WORDS[request.kind]}</span></Button> }
                : { head: 'Answer', phone: 'last' as const, cell: ({ state, refusal }: PrivacyRequest) => <span className="inline-flex flex-wrap items-center gap-2"><StatusTag tone={state === 'done' ? 'success' : 'danger'} size="small">{state === 'done' ? 'Done' : 'Refused'}</StatusTag>{refusal !== null && <span>{REFUSAL_WORDS[refusal]}</span>}</span> },
            ]}
          />
        )}
        {query.hasNextPage && <div className="border-t border-line p-3"><Button busy={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>Show more</Button></div>}
      </Card>
      {answering && <AnswerDialog request={answering} onClose={() => setAnswering(null)} />}
    </>
  )
}
