import { reasonSentence } from '#contracts/reason-codes.ts'
import type { ExecutionStep } from '../../../api/types.ts'
import { DateTime } from '../../../shared/ui/index.ts'
import { stepState } from './words.ts'

/** What was decided about a step, newest first. */
export function StepMoves({ step }: { step: ExecutionStep }) {
  return (
    <section aria-labelledby="moves-title" className="min-w-0 rounded-lg border border-line">
      <h2 id="moves-title" className="border-b border-line px-3 py-2 font-semibold">What happened at step {step.position}</h2>
      <ol className="divide-y divide-line">
        {[...step.moves].reverse().map((move, index) => (
          <li key={index} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
            <DateTime at={move.at} absolute className="text-12 text-muted" /><span className="min-w-0 flex-1"><b className="font-semibold">{stepState(move.to).label}</b> <span className="text-muted">by {move.who}{move.reason_code !== null && `: ${reasonSentence(move.reason_code).toLowerCase()}`}</span>{move.note !== null && <span className="block text-12 text-muted">Note: {move.note}</span>}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
