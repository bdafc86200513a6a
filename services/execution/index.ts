/**
 * Execution: from an accepted route to an outcome. Here: connectors, the programs that FlowClaw speaks to, behind one small interface (connectors/), and a
 * simulation that plays a whole route with nothing real in it (simulation/). It may import contracts, database, platform and policy, and of the
 * orchestrator its exact fractions and durations; what computes alone (the simulation, the payment file, the breaker, every parser) imports contracts and those.
 */
export { makeGuard, systemClock, GUARD_SETTINGS, type Guard, type GuardSettings } from './connectors/guard.ts'
export { ConnectorFault, type CallContext, type Carried, type CarryInstruction, type ObservedMid, type Rates, type RatesConnector } from './connectors/connector.ts'
export { simulate, SIMULATION_SETTINGS, type SimulationRequest, type SimulationSettings } from './simulation/simulate.ts'
export { carryOnce, endOf, requestDigest, CALL_LEASE_S, type CarryDeps, type CarryRequest } from './connectors/carry.ts'
export { isSigned, readSignedQuote, signatureOf, SIGNATURE_WINDOW_S, type QuoteFault, type SignedQuote } from './connectors/signed-quote.ts'
export { pain001 } from './connectors/pain001/document.ts'
export type { DraftFault, Pain001Instruction } from './connectors/pain001/instruction.ts'
export { openRateFeed, type RateFeedSettings } from './connectors/rate-feed.ts'
export { createReadRates, type ReadRates } from './connectors/reference-rates.ts'
export { createCallSweep, type CallSweep } from './connectors/call-sweep.ts'
export { simulatedConnector } from './connectors/simulated.ts'
export { dueBy } from './simulation/pace.ts'
export type { SimulatedEvent, SimulatedOutcome, SimulatedProof, Simulation } from './simulation/events.ts'
