/**
 * Governance: providers, corridors and the sources of their numbers, as they are read. It may import contracts and the orchestrator's
 * dataset types; it changes nothing and asks no database. Readiness, limits and oversight come with their own issues.
 */
export { corridorDetail, corridorRow } from './corridors.ts'
export { accountMisfit, providerDetail, providerRow } from './providers.ts'
export { factOf, type FactRecord } from './facts.ts'
