import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { RevealedDetails, Supplier } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button, Dialog, ErrorNotice, Field, Select } from '../../shared/ui/index.ts'
import { Fact } from '../ui/parts.tsx'

type Reason = 'pay_by_hand' | 'check_with_supplier' | 'question_of_bank' | 'check_against_invoice' | 'dispute'
const REASONS: readonly { value: Reason; label: string }[] = [
  { value: 'pay_by_hand', label: 'To pay by hand' }, { value: 'check_with_supplier', label: 'To check it with the supplier' }, { value: 'question_of_bank', label: 'A bank asks' },
  { value: 'check_against_invoice', label: 'To check it against the invoice' }, { value: 'dispute', label: 'A dispute' },
]
/** How long the whole number stays on a screen that somebody may walk away from. */
const SHOWN_S = 60

/** The whole bank details for a minute, for a reason that the audit keeps. They are in no cache and gone when the page is left. */
export function RevealDetails({ supplier }: { supplier: Supplier }) {
  const denied = useCan()('supplier:reveal')
  const [asking, setAsking] = useState(false)
  const [shown, setShown] = useState<RevealedDetails | null>(null)
  const [left_s, setLeft] = useState(0)
  useEffect(() => {
    if (shown === null) return undefined
    const timer = setInterval(() => setLeft((before) => before - 1), 1_000)
    return () => clearInterval(timer)
  }, [shown])
  useEffect(() => { if (left_s <= 0) setShown(null) }, [left_s])
  const hide = () => setLeft(0)
  if (shown === null) {
    return (
      <div className="border-t border-line p-3">
        <Button icon="eye" disabledReason={denied} onClick={() => setAsking(true)}>Reveal the account</Button>
        {asking && <RevealDialog supplier={supplier} onClose={() => setAsking(false)} onRevealed={(details) => { setLeft(SHOWN_S); setShown(details); setAsking(false) }} />}
      </div>
    )
  }
  return (
    <section aria-label="Whole bank details" className="flex flex-col gap-3 border-t border-line bg-sunken p-3">
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-4">
        <Fact term="Whole account"><span className="font-mono wrap-anywhere">{shown.account_number}</span></Fact>
        {shown.cnaps !== null && <Fact term="Whole CNAPS"><span className="font-mono">{shown.cnaps}</span></Fact>}
      </dl>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2"><Button onClick={hide}>Hide</Button><span className="text-12 text-muted tabular-nums">Hidden again in {left_s} s. The audit says that you saw it, and why.</span></p>
    </section>
  )
}

function RevealDialog({ supplier, onClose, onRevealed }: { supplier: Supplier; onClose: () => void; onRevealed: (details: RevealedDetails) => void }) {
  const [reason, setReason] = useState<Reason | null>(null)
  const reveal = useMutation({
    gcTime: 0,
    mutationFn: async (): Promise<RevealedDetails> => (await answer(api.POST('/api/suppliers/{id}/reveal', { params: { path: { id: supplier.id } }, body: { reason: reason! } }))) as RevealedDetails,
    onSuccess: onRevealed,
  })
  return (
    <Dialog
      open onClose={onClose} title="Reveal the account" description={`The whole number is shown for ${SHOWN_S} seconds, and the audit keeps who asked and why.`}
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="eye" busy={reveal.isPending} disabledReason={reason === null ? 'Say why first.' : null} onClick={() => reveal.mutate()}>Reveal</Button></>}
    >
      <Field label="Why it is needed"><Select value={reason} placeholder="Choose" options={REASONS} onChange={setReason} /></Field>
      <ErrorNotice error={reveal.error} />
    </Dialog>
  )
}
