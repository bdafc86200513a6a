import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endsAtP50, endsAtP90 } from '../timing.ts'
import { localTime } from './clock.ts'
import { intents, route, snapshot } from './harness.ts'
import { randomFrom } from './prng.ts'

const NINE = 9 * 3600

test('a leg started later never ends earlier, at p50 or p90, on any leg of any candidate', async () => {
  // The page's own rule has one hole: a leg that missed its cut-off waits until 09:00, and one that starts before 09:00 of that day does not.
  const seenLegs = new Set<string>()
  let checked = 0
  for (const intent of intents) {
    const { decided } = await route(snapshot, intent)
    const { corridor } = decided.proposal.context
    const used = new Set(decided.judged.flatMap(({ candidate }) => candidate.legs))
    for (const leg of used) {
      const key = `${intent.corridor_id} ${leg.ordinal}`
      if (seenLegs.has(key)) continue
      seenLegs.add(key)
      const random = randomFrom(leg.ordinal)
      const zone = 'timezone' in leg.provider.cut_off ? leg.provider.cut_off.timezone : 'Africa/Lagos'
      let start = Date.UTC(2026, 4, 1) / 1000 + random.integer(0, 86_400)
      for (let step = 0; step < 300; step++) {
        const next = start + random.pick([1, 60, 1_800, 3 * 3600, 14 * 3600, 2 * 86_400])
        if (localTime(zone, next).seconds >= NINE) {
          for (const [name, ends] of [['p50', endsAtP50([leg], start)[0]! <= endsAtP50([leg], next)[0]!], ['p90', endsAtP90(corridor, [leg], start)[0]! <= endsAtP90(corridor, [leg], next)[0]!]] as const) {
            assert.ok(ends, `${leg.provider.id}: started at ${start} it ends later than at ${next}, ${name}`)
          }
          checked++
        }
        start = next
      }
    }
  }
  assert.ok(checked > 10_000, `only ${checked} pairs of starts`)
})
