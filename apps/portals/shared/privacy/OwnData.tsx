import { useTranslation } from 'react-i18next'
import type { PrivacyRequestKind } from '../../api/types.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorNotice } from '../ui/ErrorNotice.tsx'
import { Notice } from '../ui/Notice.tsx'
import { AskButton } from './AskButton.tsx'
import { useCopyOfMyData } from './own-data.ts'
import { OwnRequests } from './OwnRequests.tsx'

const KINDS: readonly PrivacyRequestKind[] = ['correction', 'erasure', 'copy']

/** The own data in the account dialog of every portal: the copy, what one may ask for, and what was asked. */
export function OwnData() {
  const { t } = useTranslation('shared')
  const copy = useCopyOfMyData()
  return (
    <>
      <p className="text-13 text-muted">{t('own_data_why')}</p>
      <div className="flex flex-wrap gap-2">
        <Button icon="download" busy={copy.isPending} onClick={() => copy.mutate()}>{t('own_data_download')}</Button>
        {KINDS.map((kind) => <AskButton key={kind} kind={kind} />)}
      </div>
      <ErrorNotice error={copy.error} />
      {copy.isSuccess && <Notice tone="success" live="polite">{t('own_data_file')}</Notice>}
      <OwnRequests />
    </>
  )
}
