import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OracleData } from './data.ts'
import { dataset, hopsOf, intents, route, snapshot } from './harness.ts'
import { knownEstimate } from './missing.ts'
import { mutated } from './mutations.ts'
import { atMid, minorDigits, priceHop, priceRoute, type Hop } from './price.ts'
import { randomFrom } from './prng.ts'
import { compare, decimal, type Fraction } from './rational.ts'
import type { Judged } from './harness.ts'

const data = dataset as unknown as OracleData
const unitOf = (currency: string): bigint => 10n ** BigInt(minorDigits(currency))
const hops: Hop[] = data.providers.flatMap((provider) => provider.legs.map((leg) => ({ provider, leg, estimate: knownEstimate(data, provider) })))
/** The legs of an engine's candidate as the oracle prices them. */
const oracleHops = ({ candidate }: Judged): Hop[] => candidate.legs.map(({ provider, record }) =>
  hops.find((hop) => hop.provider.id === provider.id && (hop.leg as unknown) === record) ?? assert.fail(`no leg of ${provider.id}`))

test('one more minor unit into a leg never brings less out of it', () => {
  const random = randomFrom(1)
  for (const hop of hops) {
    for (let i = 0; i < 40; i++) {
      const units = BigInt(Math.round(10 ** (1 + random.next() * 10)))
      const out = (n: bigint): Fraction => priceHop(data, hop, { n, d: unitOf(hop.leg.from) }).out
      assert.ok(compare(out(units + 1n), out(units)) >= 0, `${hop.provider.id} ${hop.leg.from} > ${hop.leg.to} at ${units}`)
    }
  }
})

test('what the engine sends is the smallest amount that delivers: a minor unit less does not', async () => {
  let checked = 0
  for (let seed = 0; seed < 120; seed++) {
    const random = randomFrom(20_000 + seed)
    const intent = mutated(random, data, random.pick(intents), `smallest-${seed}`)
    if (intent.amount.side !== 'supplier_receives') continue
    const judged = (await route(snapshot, intent)).decided.judged
    for (const one of random.some(judged, Math.min(1, 6 / Math.max(1, judged.length)))) {
      const route = oracleHops(one)
      const [first, last] = [route[0]!.leg.from, route.at(-1)!.leg.to]
      const units = BigInt(Math.round(one.candidate.price.sent * Number(unitOf(first))))
      const wanted = atMid(data, decimal(intent.amount.value), intent.amount.currency, last)
      const delivers = (n: bigint): boolean => compare(priceRoute(data, route, { n, d: unitOf(first) }).at(-1)!.out, wanted) >= 0
      assert.ok(delivers(units), `seed ${seed}: ${hopsOf(one)} does not deliver`)
      assert.ok(!delivers(units - 1n), `seed ${seed}: ${hopsOf(one)} would deliver for less`)
      checked++
    }
  }
  assert.ok(checked > 200, `only ${checked} candidates checked`)
})

test('one more minor unit sent never lets less arrive, on any candidate', async () => {
  for (const base of intents.filter((intent) => intent.amount.side === 'merchant_sends')) {
    const more = { ...base, amount: { ...base.amount, value: `${base.amount.value}.01` } }
    const [before, after] = [await route(snapshot, base), await route(snapshot, more)]
    const received = new Map(before.decided.judged.map((one) => [hopsOf(one), one.candidate.price.received]))
    for (const one of after.decided.judged) {
      const then = received.get(hopsOf(one))!
      assert.ok(one.candidate.price.received >= then - Math.abs(then) * 1e-14, `${base.id}: ${hopsOf(one)}`)
    }
  }
})
