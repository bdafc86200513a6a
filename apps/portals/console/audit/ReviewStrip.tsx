import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditView } from '#contracts/audit-views.ts'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { AuditEvent, AuditReviewPage } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, DateTime, Dialog, ErrorNotice, Field, Input } from '../../shared/ui/index.ts'
import { auditReviewsKey } from '../queries.ts'
import { VIEW_TABS } from './audit.ts'

type Standing = NonNullable<AuditReviewPage['views']>[number]

/** What a saved view holds, who reviewed it last, and the button that says one has looked through it. */
export function ReviewStrip({ view, standing, rows, complete, filtered, error }: {
  view: AuditView; standing: Standing | undefined; rows: readonly AuditEvent[]; complete: boolean; filtered: boolean; error: Error | null
}) {
  const [open, setOpen] = useState(false)
  const denied = useCan()('audit:review')
  const newest = rows[0]
  const last = standing?.last
  const allShown = complete || (standing !== undefined && rows.length >= standing.unreviewed)
  const why = denied !== null ? 'A Platform Admin reviews the audit.' : standing === undefined ? 'Not read yet.' : filtered ? 'Clear the filters first: a review is of the whole view.'
    : newest === undefined ? 'There is nothing to review.' : standing.unreviewed === 0 ? 'Everything here is reviewed.' : standing.reviewed_through_seq >= newest.seq ? 'You looked through all of it. What you did yourself waits for somebody else.' : !allShown ? 'Load the rest first: some of what is new is not shown yet.' : null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line p-3">
      <div className="min-w-60 flex-1">
        <p>{VIEW_TABS.find(({ value }) => value === view)!.holds}</p>
        {standing !== undefined && (
          <p className="text-12 text-muted">
            {last ? <>Reviewed by <b className="font-semibold text-text">{last.reviewed_by.name}</b> up to number {last.through_seq}, <DateTime at={last.at} />{last.own_events > 0 && <> · {last.own_events} of {last.events} events were the reviewer’s own</>}{last.note !== null && <> · “{last.note}”</>}. </> : 'Never reviewed. '}
            {standing.unreviewed === 0 ? 'Nothing new since.' : `${standing.unreviewed >= 1_000 ? '1000 or more' : standing.unreviewed} to review${standing.by_author_only > 0 ? `, ${standing.by_author_only} of them reviewed by nobody but whoever did them` : ''}.`}
          </p>
        )}
      </div>
      {error && <ErrorNotice error={error} />}
      <Button icon="check" disabledReason={why} onClick={() => setOpen(true)}>Mark reviewed</Button>
      {newest !== undefined && <ReviewDialog open={open} onClose={() => setOpen(false)} view={view} newest={newest} count={standing?.unreviewed ?? 0} />}
    </div>
  )
}

function ReviewDialog({ open, onClose, view, newest, count }: { open: boolean; onClose: () => void; view: AuditView; newest: AuditEvent; count: number }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [note, setNote] = useState('')
  const review = useMutation({
    mutationFn: () => {
      const body = { view, through_seq: newest.seq, hash: newest.hash, ...(note.trim() === '' ? {} : { note: note.trim() }) }
      return answer(api.POST('/api/audit-reviews', { params: { header: { 'idempotency-key': keyFor(body) } }, body }))
    },
    onSuccess: async () => { onClose(); setNote(''); await Promise.all([queries.invalidateQueries({ queryKey: auditReviewsKey }), queries.invalidateQueries({ queryKey: ['audit_events'] })]) },
  })
  return (
    <Dialog
      open={open} onClose={onClose} title="Mark as reviewed"
      description={`You say that you have looked through ${count >= 1_000 ? 'everything' : `the ${count} ${count === 1 ? 'event' : 'events'}`} of this view up to number ${newest.seq}. It stays on record with your name, and how many of the events are your own.`}
      footer={<><Button onClick={onClose}>Not yet</Button><Button kind="filled" busy={review.isPending} onClick={() => review.mutate()}>Mark reviewed</Button></>}
    >
      <Field label="Note" hint="What you found, if anything. Optional."><Input value={note} maxLength={300} onChange={(event) => setNote(event.target.value)} /></Field>
      <ErrorNotice error={review.error} />
    </Dialog>
  )
}
