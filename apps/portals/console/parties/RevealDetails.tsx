import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { RevealedDetails, Supplier } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button } from '../../shared/ui/index.ts'
import { RevealDialog, type Revealed } from '../../shared/ui/RevealDialog.tsx'

const REASONS = [
  { value: 'pay_by_hand', label: 'Pay by hand' }, { value: 'check_with_supplier', label: 'Check with the supplier' }, { value: 'question_of_bank', label: 'Question of a bank' },
  { value: 'check_against_invoice', label: 'Check against the invoice' }, { value: 'dispute', label: 'Dispute' },
] as const

/** A button that shows the whole bank details for a minute, for a reason that the audit keeps. */
export function RevealDetails({ supplier }: { supplier: Supplier }) {
  const denied = useCan()('supplier:reveal')
  const [asking, setAsking] = useState(false)
  const reveal = async (reason: (typeof REASONS)[number]['value']): Promise<readonly Revealed[]> => {
    const details = (await answer(api.POST('/api/suppliers/{id}/reveal', { params: { path: { id: supplier.id } }, body: { reason } }))) as RevealedDetails
    const all: readonly (readonly [string, string | null, boolean])[] = [['Account', details.account_number, false], ['CNAPS', details.cnaps, false], ['Bank', details.bank_name, true], ['BIC', details.bic, false]]
    return all.flatMap(([label, value, words]) => (value === null ? [] : [{ label, value, words }]))
  }
  return (
    <>
      <Button icon="eye" disabledReason={denied} onClick={() => setAsking(true)}>Reveal the account</Button>
      {asking && <RevealDialog title="Reveal the account" description="The whole number is shown for a minute, to you alone." reasons={REASONS} reveal={reveal} onClose={() => setAsking(false)} />}
    </>
  )
}
