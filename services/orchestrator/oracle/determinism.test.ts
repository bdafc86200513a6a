import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Dataset } from '../dataset.ts'
import { changed, flagCodes, hopsOf, intents, ranking, route, snapshot } from './harness.ts'
import { randomFrom, type Random } from './prng.ts'

const run = promisify(execFile)

async function digestsUnder(environment: Record<string, string>): Promise<string> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'print-digests.ts')], { env: { ...process.env, ...environment } })
  return stdout
}

test('a decision has the same canonical JSON in another process, time zone and locale', async () => {
  const [here, auckland, istanbul] = await Promise.all([
    digestsUnder({ TZ: 'UTC', LC_ALL: 'C' }),
    digestsUnder({ TZ: 'Pacific/Auckland', LC_ALL: 'en_US.UTF-8' }),
    digestsUnder({ TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }),
  ])
  assert.equal(here.trim().split('\n').length, Math.ceil(intents.length / 4))
  assert.equal(auckland, here)
  assert.equal(istanbul, here)
})

function shuffle<T>(random: Random, list: T[]): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.integer(0, i)
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}

test('providers, legs, pairs, rules and holidays imported in another order give the same answer', async () => {
  const random = randomFrom(7)
  const shuffled = changed((copy: Dataset) => {
    shuffle(random, copy.providers as Dataset['providers'][number][])
    for (const { legs } of copy.providers) shuffle(random, legs)
    shuffle(random, copy.estimates.providers)
    shuffle(random, copy.estimates.manual_actors)
    shuffle(random, copy.corridors.holidays)
    shuffle(random, copy.rates.usd_mids)
    for (const corridor of copy.corridors.corridors) {
      shuffle(random, corridor.allowed_pairs)
      shuffle(random, corridor.prohibited_legs)
      shuffle(random, corridor.required_documents)
    }
  })
  for (const intent of intents) {
    const [before, after] = [await route(snapshot, intent), await route(shuffled, intent)]
    assert.deepEqual(ranking(after), ranking(before), intent.id)
    assert.deepEqual(flagCodes(after), flagCodes(before), intent.id)
    assert.deepEqual(after.decision.refusals, before.decision.refusals, intent.id)
    const scores = (routed: typeof before) => routed.decided.judged.map((one) => `${hopsOf(one)} ${one.candidate.score.toFixed(6)} ${one.candidate.price.sent}`).sort()
    assert.deepEqual(scores(after), scores(before), intent.id)
  }
})

test('asking twice, in any order, gives the same digest: no answer depends on the intents before it', async () => {
  const first = new Map<string, string>()
  for (const intent of intents) first.set(intent.id, (await route(snapshot, intent)).result_digest)
  for (const intent of [...intents].reverse()) assert.equal((await route(snapshot, intent)).result_digest, first.get(intent.id), intent.id)
})
