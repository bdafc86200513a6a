import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { copyText } from '../copy.ts'
import { Button, Dialog, ErrorNotice, Field, IconButton, Notice, Select, type Option } from './index.ts'

/** One opened value under its name. */
export type Revealed = { readonly label: string; readonly value: string; /** running words and not something to type off */ readonly words?: boolean }

/** Long enough to type a number off, short enough not to stand on a screen that was left. */
const SHOWN_S = 60

/**
 * Asks why, has the server open what is sealed, and shows it for a minute. The values are in this component's state alone: never in a query's or a
 * mutation's memory, so nothing of them is left when it closes.
 */
export function RevealDialog<Reason extends string>({ title, description, reasons, reveal, onClose }: {
  title: ReactNode
  description: ReactNode
  reasons: readonly Option<Reason>[]
  /** asks the server; every call leaves an audit row */
  reveal: (reason: Reason) => Promise<readonly Revealed[]>
  onClose: () => void
}) {
  const [reason, setReason] = useState<Reason | null>(null)
  const [shown, setShown] = useState<readonly Revealed[] | null>(null)
  const [ended, setEnded] = useState(false)
  const ask = useMutation({ mutationFn: async () => { setEnded(false); setShown(await reveal(reason!)) } })
  const hide = () => { setShown(null); setEnded(true) }
  if (shown !== null) return <Shown title={title} values={shown} onEnd={hide} onClose={onClose} />
  return (
    <Dialog
      open onClose={onClose} title={title} description={description}
      footer={<><Button onClick={onClose}>{ended ? 'Close' : 'Leave it'}</Button><Button kind="filled" icon="eye" busy={ask.isPending} disabledReason={reason === null ? 'Say what it is needed for first.' : null} onClick={() => ask.mutate()}>{ended ? 'Show it again' : 'Show it'}</Button></>}
    >
      {ended && <Notice tone="info" live="polite">A minute has passed, so it is hidden again.</Notice>}
      <Field label="What it is needed for" hint="The audit keeps this reason with your name, each time."><Select value={reason} options={reasons} onChange={setReason} /></Field>
      <ErrorNotice error={ask.error} />
    </Dialog>
  )
}

function Shown({ title, values, onEnd, onClose }: { title: ReactNode; values: readonly Revealed[]; onEnd: () => void; onClose: () => void }) {
  const [left_s, setLeft_s] = useState(SHOWN_S)
  const [copied, setCopied] = useState<{ readonly label: string; readonly done: boolean } | null>(null)
  useEffect(() => {
    // Not by counting: a tab in the background gets its ticks late.
    const until_ms = performance.now() + SHOWN_S * 1000
    const timer = setInterval(() => {
      const rest_s = Math.ceil((until_ms - performance.now()) / 1000)
      if (rest_s <= 0) onEnd()
      else setLeft_s(rest_s)
    }, 1000)
    return () => clearInterval(timer)
  }, [])
  const copy = async ({ label, value }: Revealed) => setCopied({ label, done: await copyText(value) })
  return (
    <Dialog open onClose={onClose} title={title} description="Shown to you alone. Do not put it into a chat or a note." footer={<Button kind="filled" onClick={onClose}>Hide it now</Button>}>
      <dl className="flex flex-col divide-y divide-line rounded-lg border border-line">
        {values.map((each) => (
          <div key={each.label} className="px-3 py-2">
            <dt className="text-12 text-muted">{each.label}</dt>
            <dd className="flex items-center gap-2">
              <span className={`min-w-0 flex-1 wrap-anywhere ${each.words ? '' : 'font-mono text-15'}`}>{each.value}</span>
              <IconButton icon="copy" label={`Copy ${each.label}`} onClick={() => { void copy(each) }} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-muted tabular-nums">Hidden again in {left_s} s.</p>
      {copied && <Notice tone={copied.done ? 'success' : 'attention'} live="polite">{copied.done ? `${copied.label} copied.` : 'The browser did not let us copy. Select it and copy it by hand.'}</Notice>}
    </Dialog>
  )
}
