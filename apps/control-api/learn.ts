/** What outcomes taught, laid over the market that the next route stands on. */
import { holdMarket, layEstimates, readEvidenceTotals, type Tx } from '#database/index.ts'
import { estimatesToLay } from '#orchestrator/learned.ts'
import { learnedEstimates } from '#route-cases/index.ts'
import { importedData, readMarket } from './market.ts'
import type { AppDeps } from './deps.ts'

/**
 * Lays all evidence that counts over the market and answers its digest; null without corridor data. In the transaction that changed the evidence, after
 * it: whoever comes second waits here for the first and reads what both have written, so that of two closes at once neither is lost. The priors are those
 * of the imported data, never of what was learned before.
 */
export async function layLearned(deps: Pick<AppDeps, 'snapshots'>, tx: Tx): Promise<string | null> {
  await holdMarket(tx)
  const { snapshot } = await readMarket(deps, tx)
  if (snapshot === null) return null
  const { dataset } = importedData(snapshot)
  const laid = await layEstimates(tx, estimatesToLay(dataset, learnedEstimates(await readEvidenceTotals(tx), dataset.estimates.providers)))
  return laid?.to ?? null
}
