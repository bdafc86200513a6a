/** A simulated event in one sentence. */
import type { SimulationRun } from '../../../api/types.ts'
import { plain, titled } from '../../words.ts'

export type SimulationEvent = SimulationRun['events'][number]

/** `provider` is the name of whoever carries the leg; empty where the event is of no leg. */
export function eventWords({ kind, facts }: SimulationEvent, provider: string): string {
  const fact = (name: string): string => facts[name] ?? ''
  switch (kind) {
    case 'route_started': return 'The route begins'
    case 'hop_started': return `${provider} begins`
    case 'provider_outage': return `${provider} cannot be reached`
    case 'provider_restored': return `${provider} is back`
    case 'price_moved': return `${fact('pair')} moved by ${fact('by_bps')} bps`
    case 'human_step_asked': return `${titled(fact('kind'))}: asked of the ${plain(fact('done_by'))}`
    case 'proof_given': return `Proof given: ${plain(fact('kind'))}`
    case 'proof_refused': return `Proof refused: ${plain(fact('kind'))}, the ${fact('differs')} differs`
    case 'human_step_confirmed': return `${titled(fact('kind'))}: done`
    case 'filled': return `${provider} filled part ${fact('part').replace('/', ' of ')}`
    case 'hop_confirmed': return `${provider} is done`
    case 'hop_failed': return `${provider} failed: ${plain(fact('cause'))}`
    case 'hop_returned': return `${provider} sent it back: ${plain(fact('cause'))}`
    case 'route_completed': return 'The supplier has the money'
    case 'route_failed': return 'The route failed'
    case 'route_returned': return 'The money came back'
  }
}

const WRONG: ReadonlySet<SimulationEvent['kind']> = new Set(['provider_outage', 'proof_refused', 'hop_failed', 'hop_returned', 'route_failed', 'route_returned'])
/** Whether something went wrong in it. */
export const isTrouble = ({ kind }: Pick<SimulationEvent, 'kind'>): boolean => WRONG.has(kind)
