import { useTranslation } from 'react-i18next'
import { useCopy } from '../copy.ts'
import { saveFile } from '../csv.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'

/** The codes, this one time: to copy, to keep as a file, and to say that they are kept. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useTranslation('shared')
  const [copied, copyText] = useCopy()
  const text = `FlowClaw\n${codes.join('\n')}\n`
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="attention" live="polite" title={t('recovery_codes')}>{t('recovery_codes_once')}</Notice>
      <ul className="flex flex-col gap-1 rounded-lg bg-sunken p-3 font-mono text-13">{codes.map((code) => <li key={code} className="break-all">{code}</li>)}</ul>
      <div className="flex flex-wrap gap-3">
        <Button icon="copy" onClick={() => { void copyText(text) }}>{copied === 'yes' ? t('copied') : t('copy')}</Button>
        <Button icon="download" onClick={() => saveFile('flowclaw-recovery-codes.txt', 'text/plain', text)}>{t('download')}</Button>
        <Button kind="filled" onClick={onKept}>{t('recovery_codes_kept')}</Button>
      </div>
    </div>
  )
}
