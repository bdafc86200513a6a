import type { Candidate } from '../../api/types.ts'
import { scoreBar } from '../score.ts'

const saidOf = (parts: ReturnType<typeof scoreBar>) => parts.filter((part) => part.value !== '0.0').map((part) => `${part.group.label} ${part.value}`).join(', ')

/** A score as a stacked bar of its inputs. The values are in the accessible label; the recommended lane prints them too. */
export function ScoreBar({ candidate, scale }: { candidate: Candidate; scale: bigint }) {
  const parts = scoreBar(candidate, scale)
  return (
    <span role="img" aria-label={`Score inputs: ${saidOf(parts)}`} title={saidOf(parts)} className="flex h-2 w-full gap-px">
      {parts.map((part) => part.width_pct > 0 && <span key={part.group.key} className={`h-full ${part.group.fill}`} style={{ width: `${part.width_pct}%` }} />)}
    </span>
  )
}

/** Every group's value, with its colour. */
export function ScoreLegend({ candidate, scale }: { candidate: Candidate; scale: bigint }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-12">
      {scoreBar(candidate, scale).map((part) => (
        <li key={part.group.key} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <span aria-hidden="true" className={`size-2 rounded-xs ${part.group.fill}`} /><span className="text-muted">{part.group.label}</span><b className="font-semibold tabular-nums">{part.value === '0.0' ? '0' : part.value}</b>
        </li>
      ))}
    </ul>
  )
}
