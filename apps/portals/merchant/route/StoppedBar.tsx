import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MerchantRouteSession } from '../../api/types.ts'
import { useCopy } from '../../shared/copy.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { ActionBar } from '../parts.tsx'

/** After a stop: take the message to the supplier, or ask again with what has changed. */
export function StoppedBar({ session }: { session: MerchantRouteSession }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [copied, copyText] = useCopy()
  const message = session.message_to_supplier
  const copy = () => copyText(message!.zh)
  // A person who closes the share sheet has decided; that is no error to show.
  const share = async () => { await navigator.share({ text: message!.zh }).catch(() => undefined) }
  return (
    <ActionBar>
      {copied === 'failed' && <Notice tone="attention" live="polite" className="mb-2">{t('copy_failed')}</Notice>}
      <div className="flex flex-col gap-2 lg:flex-row">
        {message && <Button kind="filled" icon={copied === 'yes' ? 'check' : 'copy'} onClick={() => { void copy() }}><span aria-live="polite">{copied === 'yes' ? t('copied') : t('copy')}</span></Button>}
        {message && typeof navigator.share === 'function' && <Button icon="send" onClick={() => { void share() }}>{t('share')}</Button>}
        <Button kind={message ? 'quiet' : 'filled'} icon="refresh" onClick={() => { void navigate({ to: '/new', search: { from: session.id } }) }}>{t('again_details')}</Button>
      </div>
    </ActionBar>
  )
}
