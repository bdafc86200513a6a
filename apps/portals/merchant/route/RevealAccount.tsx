import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api/client.ts'
import type { RevealedDetails } from '../../api/types.ts'
import { useCan } from '../../shared/session/session.ts'
import { Button } from '../../shared/ui/index.ts'
import { RevealDialog, type Revealed } from '../../shared/ui/RevealDialog.tsx'

/** The whole account number of the reader's own supplier, for a minute and for a reason that the audit keeps. */
export function RevealAccount({ supplier_id }: { supplier_id: string }) {
  const { t } = useTranslation()
  const denied = useCan()('supplier:reveal')
  const [asking, setAsking] = useState(false)
  const reasons = [{ value: 'pay_by_hand', label: t('i_reveal_pay') }, { value: 'check_against_invoice', label: t('i_reveal_check') }] as const
  const reveal = async (reason: (typeof reasons)[number]['value']): Promise<readonly Revealed[]> => {
    const { account_number, cnaps } = (await answer(api.POST('/api/suppliers/{id}/reveal', { params: { path: { id: supplier_id } }, body: { reason } }))) as RevealedDetails
    return [...(account_number === null ? [] : [{ label: t('i_account'), value: account_number }]), ...(cnaps === null ? [] : [{ label: 'CNAPS', value: cnaps }])]
  }
  return (
    <>
      <Button icon="eye" className="mt-2" disabledReason={denied} onClick={() => setAsking(true)}>{t('i_reveal')}</Button>
      {asking && <RevealDialog title={t('i_reveal')} description={t('i_reveal_text')} reasons={reasons} reveal={reveal} onClose={() => setAsking(false)} />}
    </>
  )
}
