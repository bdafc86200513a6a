/**
 * Route cases: what became of a route beside what was said of it, and what that teaches. It may import contracts and the pure files of the
 * orchestrator; the store that outcomes go to is the caller's. Nothing here reads a clock or touches the world.
 */
export { predictionOf } from './outcome/prediction.ts'
export { actualsIssue, outcomeOf } from './outcome/outcome.ts'
export { observationsOf, type Observation } from './outcome/observations.ts'
export {
  estimateOf, MINIMUM_SAMPLE, moveOf, NO_EVIDENCE, priorOf, proposesSuspension, RANGES, valueText, type Prior, type Total,
} from './outcome/estimates.ts'
export { learnedEstimates, type EvidenceTotal } from './outcome/learned-estimates.ts'
