import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import type { PrivacyRequest } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, LinkButton, Notice, Select } from '../../shared/ui/index.ts'
import { to } from '../paths.ts'
import { privacyRequestsKey } from '../queries.ts'
import { KIND_WORDS, REFUSAL_WORDS, REFUSALS, type Refusal } from './words.ts'

const OPTIONS = [{ value: 'done', label: 'It is done' }, ...REFUSALS.map((value) => ({ value, label: `Refused: ${REFUSAL_WORDS[value]}` }))] as const

/** Answers one request, once. A deletion is done on the members page, which answers it by itself. */
export function AnswerDialog({ request, onClose }: { request: PrivacyRequest; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const [said, setSaid] = useState<'done' | Refusal | null>(null)
  const send = useMutation({
    mutationFn: () => {
      const body = said === 'done' ? { answer: 'done' as const } : { answer: 'refused' as const, refusal: said! }
      return answer(api.POST('/api/privacy/member-requests/{id}/answer', { params: { path: { id: request.id }, header: { 'idempotency-key': keyFor({ id: request.id, ...body }) } }, body }))
    },
    onSuccess: async () => { onClose(); await queries.invalidateQueries({ queryKey: privacyRequestsKey }) },
    // Somebody else may have answered it: the list behind says so.
    onError: () => queries.invalidateQueries({ queryKey: privacyRequestsKey }),
  })
  const erasing = request.kind === 'erasure'
  const why = said === null ? 'Choose the answer first.' : said === 'done' && erasing ? 'Erase the member first. That answers the request.' : null
  return (
    <Dialog
      open onClose={onClose} title={<span className="wrap-anywhere">{KIND_WORDS[request.kind]}, for {request.person.name}</span>} description={request.note === null ? 'Without a note.' : <span className="wrap-anywhere">“{request.note}”</span>}
      footer={<><Button onClick={onClose}>Leave it open</Button><Button kind="filled" busy={send.isPending} disabledReason={why} onClick={() => send.mutate()}>Answer</Button></>}
    >
      {erasing && (
        <Notice tone="info" title="A deletion is done by erasing the member">
          <p>{request.person.ended_at === null ? 'On the members page, end the membership, then erase the personal data.' : 'The membership has ended. Erase the personal data on the members page.'} That answers this request.</p>
          <LinkButton className="mt-2" href={to.members()}>Go to the members</LinkButton>
        </Notice>
      )}
      {request.kind === 'copy' && <p className="text-muted">They can download their data themselves under Account. Give what is asked for beyond that outside FlowClaw, then say that it is done.</p>}
      <Field label="Answer" hint="The person sees it. The reason goes into the audit."><Select value={said} onChange={(next) => { setSaid(next); send.reset() }} placeholder="Choose the answer" options={OPTIONS} /></Field>
      <ErrorNotice error={send.error} />
    </Dialog>
  )
}
