import type { Execution, ExecutionStep } from '../../../api/types.ts'
import { Icon, StatusTag } from '../../../shared/ui/index.ts'
import { doerWords, proofWords, stepState, stepWords } from './words.ts'

const RAIL = { merchant: 'the merchant', operator: 'our company', provider: 'the provider' } as const
const GATES: Readonly<Record<string, string>> = { agreed: 'Merchant agreed', approved: 'Approved', payee_confirmed: 'Payee details confirmed', papers: 'Papers before payment', screening: 'Screening cleared' }

/** Gates first, then the numbered steps, each with who carries it, whose rail it runs on and which proof it takes. */
export function StepsList({ execution, shown, choose }: { execution: Execution; shown: number | null; choose: (position: number) => void }) {
  const done = execution.steps.filter(({ state }) => state === 'confirmed').length
  return (
    <section aria-labelledby="steps-title" className="min-w-0 rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 id="steps-title" className="font-semibold">Steps</h2><span className="text-muted">{execution.gates.length} gates, {execution.steps.length} {execution.steps.length === 1 ? 'step' : 'steps'}</span>
        {execution.steps.length > 0 && <span className="ml-auto"><StatusTag tone={done === execution.steps.length ? 'success' : 'progress'} size="small">{done} of {execution.steps.length}</StatusTag></span>}
      </div>
      <ul className="divide-y divide-line" aria-label="Gates">
        {execution.gates.map((gate) => (
          <li key={gate.code} className="flex gap-2.5 px-3 py-2">
            <Icon name={gate.clear ? 'check-circle' : 'alert'} size={18} className={`mt-px ${gate.clear ? 'text-success' : 'text-attention'}`} />
            <div className="min-w-0 flex-1"><p className="font-medium">{GATES[gate.code] ?? gate.code.replaceAll('_', ' ')}</p><p className="text-12 text-muted">{gate.sentence}</p></div>
            <span className="self-start"><StatusTag tone={gate.clear ? 'success' : 'attention'} size="small" icon={null}>{gate.clear ? 'Clear' : 'Open'}</StatusTag></span>
          </li>
        ))}
      </ul>
      {execution.steps.length > 0 && (
        <ol className="divide-y divide-line border-t border-line" aria-label="Steps in order">
          {execution.steps.map((step) => <li key={step.id}><StepRow step={step} shown={step.position === shown} choose={() => choose(step.position)} /></li>)}
        </ol>
      )}
    </section>
  )
}

function StepRow({ step, shown, choose }: { step: ExecutionStep; shown: boolean; choose: () => void }) {
  const { tone, label } = stepState(step.state)
  const proof = step.proof_kinds.length === 0 ? 'found by its reference' : `proof: ${step.proof_kinds.map(proofWords).join(', ')}`
  return (
    <button type="button" aria-current={shown ? 'step' : undefined} onClick={choose} className="flex w-full gap-2.5 px-3 py-2 text-left hover:bg-sunken focus-visible:-outline-offset-2 aria-[current]:border-l-3 aria-[current]:border-l-accent aria-[current]:bg-tint aria-[current]:pl-2.25">
      <span className="w-4.5 shrink-0 text-muted tabular-nums">{step.state === 'confirmed' ? <Icon name="check-circle" size={18} className="text-success" /> : step.position}</span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2"><span className="font-medium">{stepWords(step.kind)}</span><span className="ml-auto"><StatusTag tone={tone} size="small">{label}</StatusTag></span></span>
        <span className="block text-12 text-muted">by {doerWords(step.done_by)} · {step.rail === null ? 'rail owner not said yet' : `rail owner: ${RAIL[step.rail.owner]}, ${step.rail.account_label}`} · {proof}</span>
      </span>
    </button>
  )
}
