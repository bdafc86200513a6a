/**
 * Route intelligence: which route do we recommend for this intent, and what proof do we have?
 *
 * The pure files here (all but request-route.ts) import contracts alone: no clock, no randomness, no I/O, so that a stored
 * decision can be computed again anywhere and give the same bytes.
 *
 *   dataset → snapshot → propose (search, pricing, timing, documents, rules) → policy judges → decide (score, flags, explanation)
 */
export { parseDataset, type Dataset, type DatasetFiles } from './dataset.ts'
export { compileSnapshot, type Snapshot } from './snapshot.ts'
export { decide, propose, type Decided, type Proposal, type ProposeOptions, type Ruling } from './engine.ts'
export { routeIntent, type Judge, type Routed } from './route-intent.ts'
