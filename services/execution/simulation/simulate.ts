/**
 * Plays a chosen route through, hop by hop, on a simulated clock: how long each hop takes, what the market does meanwhile, who is out, what people do and
 * get wrong, in how many parts it is filled, and now and then a failure or a return. Pure: candidate, seed and settings in, events and outcome out; the same in
 * gives the same bytes. Money is exact, and what a rounding leaves over stays with the provider.
 */
import { minorDigits, type Money } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { Candidate, Hop } from '#contracts/routing.ts'
import { compare, div, floorScaled, fromDecimal, minorToDecimal, mul, type Rational, sub, toDecimalDown, ZERO } from '#orchestrator/rational.ts'
import { chanceFrom, type Chance } from './chance.ts'
import type { SimulatedEvent, SimulatedEventKind, SimulatedOutcome, Simulation } from './events.ts'
import { drawLatency, hopLatency } from './latency.ts'
import { marketFrom, type Market } from './prices.ts'
import { mistaken, proofFor } from './proofs.ts'

/** How often what goes wrong, as probabilities of each hop (of each proof for the last), and how long an outage lasts at the median. */
export type SimulationSettings = {
  readonly outage: number
  readonly outage_p50_s: number
  readonly outage_p90_s: number
  readonly partial_fills: number
  readonly failure: number
  readonly return: number
  readonly wrong_proof: number
  /** 1 is a market as it moves on most days, 0 one that stands still */
  readonly market: number
}
export const SIMULATION_SETTINGS: SimulationSettings =
  { outage: 0.05, outage_p50_s: 5_400, outage_p90_s: 21_600, partial_fills: 0.25, failure: 0.01, return: 0.01, wrong_proof: 0.05, market: 1 }

export type SimulationRequest = {
  readonly candidate: Candidate
  readonly seed: string
  /** ISO 8601: when it starts on the simulated clock */
  readonly starts_at: string
  readonly settings?: SimulationSettings
}

type Ended = { readonly kind: 'confirmed' | 'failed' | 'returned'; readonly at_ms: number; readonly amount: Money }
type Say = (at_ms: number, hop: number | null, step: number | null, kind: SimulatedEventKind, more?: Partial<Pick<SimulatedEvent, 'facts' | 'amounts' | 'proof'>>) => void

/** To the second, as every instant of the API is written. */
const iso = (at_ms: number): string => `${new Date(at_ms).toISOString().slice(0, 19)}Z`
const payable = (value: Rational, currency: string): Money => ({ amount: toDecimalDown(compare(value, ZERO) > 0 ? value : ZERO, minorDigits(currency)), currency })

/** The route of a candidate, played. Refused with `connector_wrong_mode` in every mode but simulation: what is real is never simulated, and the other way round. */
export function simulate(mode: 'simulation', request: SimulationRequest): Result<Simulation, { readonly code: 'connector_wrong_mode' }> {
  // The type says so already; a caller that lost its types is refused here.
  if (mode !== 'simulation') return err({ code: 'connector_wrong_mode' })
  const { candidate, seed, starts_at, settings = SIMULATION_SETTINGS } = request
  const chance = chanceFrom(seed)
  const start_ms = Date.parse(starts_at)
  const market = marketFrom(start_ms, chance.of('market'), settings.market)
  const said: SimulatedEvent[] = []
  const say: Say = (at_ms, hop, step, kind, { facts = {}, amounts = {}, proof = null } = {}) =>
    void said.push({ simulated: true, seq: 0, at: iso(at_ms), hop, step, kind, facts, amounts, proof })

  const sent = { amount: candidate.sent.amount, currency: candidate.sent.currency }
  say(start_ms, null, null, 'route_started', { amounts: { sent } })
  let at_ms = start_ms
  let money: Money = sent
  let ended: SimulatedOutcome['status'] = 'completed'
  let stopped_at = 0
  for (const [index, hop] of candidate.hops.entries()) {
    const end = playHop({ hop, index, money, at_ms, settings, market, say }, chance.of(`hop ${index}`))
    at_ms = end.at_ms
    money = end.amount
    if (end.kind !== 'confirmed') {
      ended = end.kind
      stopped_at = index
      break
    }
  }
  const done = ended === 'completed'
  const cost = done ? costOf(candidate, sent, money) : null
  say(at_ms, null, null, `route_${ended}`, { amounts: done ? { sent, received: money } : { sent, held: money } })
  // Fills and people share the time of a hop; said one after the other, they happened side by side. The sort is stable.
  const events = said.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map((event, i) => ({ ...event, seq: i + 1 }))
  return ok({
    mode, seed, candidate_id: candidate.id, events,
    outcome: {
      status: ended, sent, received: done ? money : null, held: done ? null : { amount: money, hop: stopped_at }, cost, started_at: iso(start_ms), ended_at: iso(at_ms),
      predicted: { received: candidate.received, cost: candidate.cost, arrival_p50: candidate.arrival_p50, arrival_p90: candidate.arrival_p90 },
    },
  })
}

/** mid_rate is units of the sent currency for one received. */
function costOf(candidate: Candidate, sent: Money, received: Money): Money {
  const digits = minorDigits(sent.currency)
  const lost = sub(fromDecimal(sent.amount), mul(fromDecimal(received.amount), fromDecimal(candidate.mid_rate)))
  return { amount: minorToDecimal(floorScaled(lost, digits), digits), currency: sent.currency }
}

type HopPlay = {
  readonly hop: Hop; readonly index: number; readonly money: Money; readonly at_ms: number; readonly settings: SimulationSettings; readonly market: Market; readonly say: Say
}

function playHop(play: HopPlay, chance: Chance): Ended {
  const { hop, index, money, settings, say } = play
  say(play.at_ms, index, null, 'hop_started', { facts: { provider: hop.provider_id }, amounts: { in: money } })
  const ready_ms = outage(play, chance.of('outage'))
  const lasts_ms = Math.max(1, hopLatency(hop, chance.of('latency'))) * 1000
  const luck = chance.of('luck')
  // People act within the hop's own time: what is drawn is how long hops of this provider took, waiting for people included.
  const acted_ms = people(play, ready_ms, lasts_ms, chance.of('people'))
  const end_ms = Math.max(ready_ms + lasts_ms, acted_ms)
  if (luck.happens(settings.failure)) {
    say(end_ms, index, null, 'hop_failed', { facts: { provider: hop.provider_id, cause: luck.pick(['beneficiary_bank_refused', 'limit_reached', 'compliance_hold']) }, amounts: { held: money } })
    return { kind: 'failed', at_ms: end_ms, amount: money }
  }
  if (luck.happens(settings.return)) {
    // What comes back comes without the fixed fee, and takes as long again.
    const back = payable(sub(fromDecimal(money.amount), fromDecimal(hop.fixed_fee.amount)), money.currency)
    say(end_ms + lasts_ms, index, null, 'hop_returned', { facts: { provider: hop.provider_id, cause: luck.pick(['account_name_differs', 'account_closed', 'recalled']) }, amounts: { in: money, returned: back } })
    return { kind: 'returned', at_ms: end_ms + lasts_ms, amount: back }
  }
  const out = fills(play, ready_ms, end_ms, chance.of('fills'))
  say(end_ms, index, null, 'hop_confirmed', { facts: { provider: hop.provider_id }, amounts: { in: money, out } })
  return { kind: 'confirmed', at_ms: end_ms, amount: out }
}

/** When the provider can be reached: at once, or after an outage. */
function outage({ hop, index, at_ms, settings, say }: HopPlay, chance: Chance): number {
  if (!chance.happens(settings.outage)) return at_ms
  const back_ms = at_ms + Math.max(60, drawLatency(settings.outage_p50_s, settings.outage_p90_s, chance)) * 1000
  say(at_ms, index, null, 'provider_outage', { facts: { provider: hop.provider_id } })
  say(back_ms, index, null, 'provider_restored', { facts: { provider: hop.provider_id } })
  return back_ms
}

/** The human steps of a hop, one after another, each with its proofs; answers when the last was confirmed. */
function people({ hop, index, money, settings, say }: HopPlay, ready_ms: number, lasts_ms: number, chance: Chance): number {
  const share_ms = Math.floor(lasts_ms / (hop.human_steps.length + 1))
  let at_ms = ready_ms
  for (const [step, asked] of hop.human_steps.entries()) {
    say(at_ms, index, step, 'human_step_asked', { facts: { kind: asked.kind, done_by: asked.done_by, typical: asked.typical } })
    at_ms += share_ms
    for (const [nth, kind] of asked.proof_kinds.entries()) {
      const proof = proofFor(kind, hop, money, iso(at_ms), `${hop.provider_id}/${index}/${step}/${nth}/${chance.integer(0, 0x7fffffff)}`)
      if (chance.happens(settings.wrong_proof)) {
        const wrong = mistaken(proof, chance)
        say(at_ms, index, step, 'proof_refused', { facts: { kind, differs: wrong.differs.join(' ') }, proof: wrong })
        at_ms += chance.integer(300, 3_600) * 1000
      }
      say(at_ms, index, step, 'proof_given', { facts: { kind }, proof: { ...proof, at: iso(at_ms) } })
    }
    say(at_ms, index, step, 'human_step_confirmed', { facts: { kind: asked.kind } })
  }
  return at_ms
}

/** What leaves the hop: its fees off, then in one to three parts, each at the price of its moment. */
function fills({ hop, index, money, settings, market, say }: HopPlay, ready_ms: number, end_ms: number, chance: Chance): Money {
  const [from, to] = [money.currency, hop.to.currency]
  const digits = minorDigits(from)
  const sent = fromDecimal(money.amount)
  const predicted_in = fromDecimal(hop.amount_in)
  // The decision's own fee and rate, so that a market that stands still gives the decision's own amount.
  const variable = compare(predicted_in, ZERO) > 0 ? mul(sent, div(fromDecimal(hop.variable_fee.amount), predicted_in)) : ZERO
  const net = sub(sub(sent, fromDecimal(hop.fixed_fee.amount)), variable)
  const predicted_net = sub(sub(predicted_in, fromDecimal(hop.fixed_fee.amount)), fromDecimal(hop.variable_fee.amount))
  if (compare(net, ZERO) <= 0 || compare(predicted_net, ZERO) <= 0) return payable(ZERO, to)
  const rate = div(fromDecimal(hop.amount_out), predicted_net)

  const net_minor = floorScaled(net, digits)
  const parts = from !== to && chance.happens(settings.partial_fills) ? chance.integer(2, 3) : 1
  let left = net_minor
  let total: bigint = 0n
  for (let part = 1; part <= parts; part++) {
    const take = part === parts ? left : (left * BigInt(chance.integer(30, 70))) / 100n
    left -= take
    const at_ms = part === parts ? end_ms : ready_ms + Math.floor(((end_ms - ready_ms) * part) / parts)
    const move = market.move(from, to, at_ms)
    const out = floorScaled(mul(mul({ n: take, d: 10n ** BigInt(digits) }, rate), move), minorDigits(to))
    total += out
    if (from !== to) say(at_ms, index, null, 'price_moved', { facts: { pair: `${from}/${to}`, by_bps: bpsOf(move) } })
    if (parts > 1) say(at_ms, index, null, 'filled', { facts: { part: `${part}/${parts}` }, amounts: { in: { amount: minorToDecimal(take, digits), currency: from }, out: { amount: minorToDecimal(out, minorDigits(to)), currency: to } } })
  }
  return { amount: minorToDecimal(total, minorDigits(to)), currency: to }
}

const bpsOf = (move: Rational): string => minorToDecimal(((move.n - move.d) * 1_000_000n) / move.d, 2)
