import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionKey } from '../../api/action-key.ts'
import { answer, api } from '../../api/client.ts'
import { hasCode } from '../../api/problem.ts'
import type { DeskRouteSession } from '../../api/types.ts'
import { Button, Dialog, ErrorNotice, Field, Money, Notice, Textarea } from '../../shared/ui/index.ts'
import { useNextAfterDecision } from '../desk/claims.ts'
import { sessionKey, sessionsKey } from '../queries.ts'

/** Accepting or cancelling for a merchant: what follows in exact amounts, a reason, and the version it was read at. */
export function OnBehalfDialog({ session, what, onClose }: { session: DeskRouteSession; what: 'accept' | 'cancel'; onClose: () => void }) {
  const queries = useQueryClient()
  const keyFor = useActionKey()
  const nextRow = useNextAfterDecision()
  const [reason, setReason] = useState('')
  // As it was read when this opened: the page behind goes on by itself.
  const [version] = useState(session.version)
  const act = useMutation({
    mutationFn: async (over: boolean): Promise<DeskRouteSession> => {
      const body = { version, reason: reason.trim(), ...(over ? { acknowledge_over_invoice: true } : {}) }
      const params = { path: { id: session.id }, header: { 'idempotency-key': keyFor({ what, id: session.id, ...body }) } }
      const call = what === 'accept' ? api.POST('/api/route-sessions/{id}/accept', { params, body }) : api.POST('/api/route-sessions/{id}/cancel', { params, body })
      return (await answer(call as Promise<{ data?: unknown; error?: unknown; response: Response }>)) as DeskRouteSession
    },
    onSuccess: (next) => {
      onClose()
      queries.setQueryData(sessionKey(session.id), next)
      void queries.invalidateQueries({ queryKey: sessionsKey })
      // Who works down the queue goes on with the next row; whoever only looked in stays.
      if (what === 'cancel' && session.claim?.mine) void nextRow().catch(() => undefined)
    },
  })
  const stale = hasCode(act.error, 'stale_version')
  // Said once that the invoice is exceeded; the next press means it.
  const isOver = hasCode(act.error, 'invoice_exceeded')
  const empty = reason.trim() === '' ? 'Say why first.' : null
  return (
    <Dialog
      open onClose={onClose} title={what === 'accept' ? 'Accept for the merchant' : 'Cancel the session'}
      description={`${session.reference}, ${session.merchant.name}, version ${version}.`}
      footer={(
        <>
          <Button onClick={onClose}>Leave it</Button>
          {stale
            ? <Button kind="filled" onClick={() => { onClose(); void queries.invalidateQueries({ queryKey: sessionKey(session.id) }) }}>Read it again</Button>
            : <Button kind={what === 'accept' ? 'filled' : 'danger'} busy={act.isPending} disabledReason={empty} onClick={() => act.mutate(isOver)}>{isOver ? 'Accept all the same' : what === 'accept' ? 'Accept' : 'Cancel it'}</Button>}
        </>
      )}
    >
      {what === 'accept' && session.all_in && (
        <Notice tone="info" title="If you record this">
          The merchant’s acceptance is stored in its name: it would send <Money value={session.all_in.merchant_pays} />, the supplier would get <Money value={session.recommended?.received} />. Accepting is not paying. The desk decides next.
        </Notice>
      )}
      {what === 'cancel' && <Notice tone="attention" title="If you record this">The session is closed and the merchant sees “Stopped”. Nothing was paid and nothing was booked.</Notice>}
      <Field label="Reason" hint={what === 'accept' ? 'Why the merchant does not accept it itself, e.g. confirmed by phone with whom.' : 'The audit keeps it.'}>
        <Textarea value={reason} maxLength={300} onChange={(event) => setReason(event.target.value.replaceAll('\n', ' '))} />
      </Field>
      {stale ? <Notice tone="attention" live="assertive" title="It has changed">Somebody acted on this session after you opened it. Read it again before you decide.</Notice> : isOver ? <Notice tone="attention" live="assertive" title="More than the whole invoice">With this one the payments of the invoice come to more than its total. The Checks tab shows each.</Notice> : <ErrorNotice error={act.error} />}
    </Dialog>
  )
}
