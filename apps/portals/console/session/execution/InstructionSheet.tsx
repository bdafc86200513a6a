import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { INSTRUCTION_REVEAL_REASONS } from '#contracts/api/execution.ts'
import { answer, api } from '../../../api/client.ts'
import type { DeskRouteSession, ExecutionStep } from '../../../api/types.ts'
import { copyText } from '../../../shared/copy.ts'
import { useClock } from '../../../shared/clock.ts'
import { useCan, useSession } from '../../../shared/session/session.ts'
import { formatHour, formatInstant, zoneCity } from '../../../shared/time.ts'
import { Button, Dialog, ErrorNotice, Field, Icon, Select } from '../../../shared/ui/index.ts'
import { untilCutOff } from './cut-off.ts'
import { asText, linesOf, type Line, type Opened } from './instruction-lines.ts'
import { isSimulation } from './Simulation.tsx'
import { useTick } from './use-tick.ts'
import { doerWords, stepWords } from './words.ts'

/** Long enough to type a number off or to print it, short enough not to stand on a screen that was left. */
const SHOWN_S = 120
type Reason = (typeof INSTRUCTION_REVEAL_REASONS)[number]
const REASONS: readonly { readonly value: Reason; readonly label: string }[] = [{ value: 'pay_by_hand', label: 'Pay by hand' }, { value: 'print_for_bank', label: 'Print for the bank' }, { value: 'check_with_bank', label: 'Check with the bank' }]

/**
 * What whoever carries a step out is told, line by line to copy, and as one sheet to print. The account is masked until somebody says why the whole of it is
 * needed; the number then lives in this component alone and is gone with it.
 */
export function InstructionSheet({ session, step }: { session: DeskRouteSession; step: ExecutionStep }) {
  const { tenant } = useSession()
  const can = useCan()
  const [opened, setOpened] = useState<Opened>(null)
  const [asking, setAsking] = useState(false)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (opened === null) return undefined
    const timer = setTimeout(() => { setOpened(null); setSaid('The account is masked again.') }, SHOWN_S * 1_000)
    return () => clearTimeout(timer)
  }, [opened])
  useEffect(() => {
    document.documentElement.toggleAttribute('data-sheet', true)
    return () => { document.documentElement.toggleAttribute('data-sheet', false) }
  }, [])
  const lines = linesOf(step.instruction, opened)
  const masked = lines.some(({ whole }) => !whole)
  const over = session.state !== 'executing' && session.state !== 'paused'
  const copy = async (what: string, text: string) => setSaid((await copyText(text)) ? `${what} copied.` : 'The browser did not let us copy. Select it and copy it by hand.')
  return (
    <section aria-labelledby="instruction-title" data-print className="min-w-0 rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 id="instruction-title" className="font-semibold">Payment instruction</h2>
        <span className="text-muted">step {step.position}, for {doerWords(step.done_by)}</span>
        <span className="ml-auto flex flex-wrap gap-1.5 print:hidden">
          {opened === null
            ? (masked || step.instruction.account_masked !== null) && <Button icon="eye" disabledReason={can('payment_instruction:reveal') ?? (over ? 'Only while it is executed is there anything to pay.' : null)} onClick={() => setAsking(true)}>Reveal</Button>
            : <Button icon="lock" onClick={() => { setOpened(null); setSaid('The account is masked again.') }}>Hide</Button>}
          <Button icon="copy" onClick={() => { void copy('All lines', asText(lines)) }}>Copy all</Button>
          <Button icon="document" onClick={() => print()}>Print</Button>
        </span>
      </div>
      <p className="hidden border-b border-line px-3 py-2 print:block">{tenant.name} · {session.reference} · {stepWords(step.kind)}{isSimulation(session) && ' · SIMULATION, do not pay'}</p>
      <dl className="divide-y divide-line">{lines.map((line) => <LineRow key={line.key} line={line} copy={() => { void copy(line.term, line.key === 'amount' ? step.instruction.money.amount : line.value) }} />)}</dl>
      <p role="status" className="px-3 text-12 text-muted print:hidden">{said}</p>
      {step.instruction.cut_off !== null && <CutOff cut_off={step.instruction.cut_off} />}
      {asking && <AskReveal session={session} step={step} onOpened={(now) => { setOpened(now); setAsking(false); setSaid('The whole account stands here for two minutes.') }} onClose={() => setAsking(false)} />}
    </section>
  )
}

function LineRow({ line, copy }: { line: Line; copy: () => void }) {
  return (
    <div className="flex items-center gap-2 px-3 py-1">
      <dt className="w-26 shrink-0 text-muted">{line.term}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-2">
        <span className="min-w-0 flex-1 wrap-anywhere"><span lang={line.lang} className={`${line.mono ? 'font-mono text-12' : 'font-medium'} tabular-nums`}>{line.value}</span>{line.note && <span className="ml-1.5 text-12 text-muted">{line.note}</span>}</span>
        <Button kind="quiet" icon="copy" className="min-h-7! px-1.5! max-md:min-h-11! print:hidden" disabledReason={line.whole ? null : 'Reveal the whole number first.'} onClick={copy}>Copy<span className="sr-only"> {line.term}</span></Button>
      </dd>
    </div>
  )
}

const cutLook = { info: 'bg-info-bg text-info', attention: 'bg-attention-bg text-attention', danger: 'bg-danger-bg text-danger' } as const

/** The countdown, and the moment on the provider's clock and on the desk's. */
function CutOff({ cut_off: { at, time_zone } }: { cut_off: NonNullable<ExecutionStep['instruction']['cut_off']> }) {
  const desk = useClock().time_zone
  const { text, tone } = untilCutOff(at, useTick())
  return (
    <p className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-b-lg px-3 py-2 ${cutLook[tone]}`}>
      <Icon name="clock" size={18} /><b className="font-semibold tabular-nums" role="timer">{text}</b>
      <span className="ml-auto tabular-nums">{formatInstant(at, time_zone)} {time_zone}{desk !== time_zone && ` · ${formatHour(at, desk)} ${zoneCity(desk)}`}</span>
    </p>
  )
}

function AskReveal({ session, step, onOpened, onClose }: { session: DeskRouteSession; step: ExecutionStep; onOpened: (opened: Opened) => void; onClose: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null)
  // The answer is handed on and not returned, so that no mutation keeps it.
  const ask = useMutation({ mutationFn: async () => { onOpened((await answer(api.POST('/api/route-sessions/{id}/steps/{position}/instruction/reveal', { params: { path: { id: session.id, position: step.position } }, body: { reason: reason! } }))) as NonNullable<Opened>) } })
  return (
    <Dialog
      open onClose={onClose} title="Reveal the account" description="The whole number stands in the instruction for two minutes, and can be copied and printed."
      footer={<><Button onClick={onClose}>Leave it</Button><Button kind="filled" icon="eye" busy={ask.isPending} disabledReason={reason === null ? 'Say what it is needed for first.' : null} onClick={() => ask.mutate()}>Show it</Button></>}
    >
      <Field label="What it is needed for" hint="The audit keeps this reason with your name, each time."><Select value={reason} options={REASONS} onChange={setReason} /></Field>
      <ErrorNotice error={ask.error} />
    </Dialog>
  )
}
