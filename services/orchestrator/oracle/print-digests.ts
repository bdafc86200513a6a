/** Prints the result digest of some intents, one a line; determinism.test.ts runs it in other processes, zones and locales. */
import { intents, route, snapshot } from './harness.ts'

for (const intent of intents.filter((_, i) => i % 4 === 0)) {
  const { result_digest, decision } = await route(snapshot, intent)
  process.stdout.write(`${intent.id} ${result_digest} ${decision.snapshot_digest}\n`)
}
