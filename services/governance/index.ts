/**
 * Governance: providers, corridors and the sources of their numbers, as they are read and as they come in. It may import contracts and the
 * orchestrator's dataset; the store that an import goes to is an argument. Readiness, limits and oversight come with their own issues.
 */
export { corridorDetail, corridorRow } from './corridors.ts'
export { accountMisfit, providerDetail, providerRow } from './providers.ts'
export { factOf, type FactRecord } from './facts.ts'
export { factsOf } from './fact-table.ts'
export { CHANGED_KINDS, type DatasetChanges, type RecordChanges } from './dataset-changes.ts'
export { importMarketData, parseMarketData, type Imported, type MarketData, type MarketDataTexts } from './market-data.ts'
