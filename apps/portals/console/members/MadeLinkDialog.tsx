import type { MadeAccountLink } from '../../api/types.ts'
import { useCopy } from '../../shared/copy.ts'
import { Button, DateTime, Dialog, Field, Input, Notice } from '../../shared/ui/index.ts'

/** The one look at a link. `lasts` says in words how long it works. */
export function MadeLinkDialog({ made, who, lasts, onClose }: { made: MadeAccountLink; who: string; lasts: string; onClose: () => void }) {
  const [copied, copyText] = useCopy()
  if (made.link === null) {
    return (
      <Dialog open onClose={onClose} title="The link was made, and got lost" footer={<Button kind="filled" onClick={onClose}>Close</Button>}
        description="The answer that held it did not arrive, and it is kept nowhere. Make it once more: a newer link ends the older one." />
    )
  }
  const link = `${location.origin}${made.link}`
  const copy = () => copyText(link)
  return (
    <Dialog
      open onClose={onClose} title="Copy the link now" footer={<Button kind="filled" onClick={onClose}>I have handed it over</Button>}
      description={<span className="wrap-anywhere">It is shown this once and kept nowhere. Hand it to {who} yourself: FlowClaw sends no mail, and whoever has the link can use it.</span>}
    >
      <Field label="Link" hint={<>Works once, for {lasts}: until <DateTime at={made.expires_at} absolute className="whitespace-normal!" />.</>}>
        <Input readOnly value={link} className="font-mono text-12" onFocus={(event) => event.target.select()} />
      </Field>
      <Button icon="copy" onClick={() => { void copy() }}>Copy the link</Button>
      {copied === 'yes' && <Notice tone="success" live="polite">Copied.</Notice>}
      {copied === 'failed' && <Notice tone="attention" live="polite">The browser did not let us copy. Select the link and copy it by hand.</Notice>}
    </Dialog>
  )
}
