import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PrivacyRequestKind } from '../../api/types.ts'
import { useSession } from '../session/session.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Field, Textarea } from '../ui/Field.tsx'
import { useAskAboutMyData, useOwnRequests } from './own-data.ts'

/** Asks the company for one kind of thing; closed while a request of the kind is open, and says so. */
export function AskButton({ kind, className = '' }: { kind: PrivacyRequestKind; className?: string }) {
  const { t } = useTranslation('shared')
  const [asking, setAsking] = useState(false)
  const open = useOwnRequests().data?.some((one) => one.kind === kind && one.state === 'open') ?? false
  return (
    <>
      <Button className={className} disabledReason={open ? t('ask_asked_already') : null} onClick={() => setAsking(true)}>{t(`ask_${kind}`)}</Button>
      {asking && <AskDialog kind={kind} onClose={() => setAsking(false)} />}
    </>
  )
}

function AskDialog({ kind, onClose }: { kind: PrivacyRequestKind; onClose: () => void }) {
  const { t } = useTranslation('shared')
  const { tenant } = useSession()
  const [note, setNote] = useState('')
  const ask = useAskAboutMyData(kind, onClose)
  return (
    <Dialog
      open onClose={onClose} title={t(`ask_${kind}`)} closeLabel={t('close')} description={t(`ask_${kind}_why`, { company: tenant.name })}
      footer={<><Button onClick={onClose}>{t('ask_leave')}</Button><Button kind="filled" icon="send" busy={ask.isPending} onClick={() => ask.mutate(note.trim())}>{t('ask_send')}</Button></>}
    >
      {/* One line, as everything that people write to people here. */}
      <Field label={t('ask_note')} hint={t('ask_note_hint')}><Textarea value={note} maxLength={500} onChange={(event) => { setNote(event.target.value.replaceAll('\n', ' ')); ask.reset() }} /></Field>
      <ErrorNotice error={ask.error} />
    </Dialog>
  )
}
