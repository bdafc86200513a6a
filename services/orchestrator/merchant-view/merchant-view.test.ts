import { before, test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Compile } from 'typebox/compile'
import { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import type { Candidate, Decision, PaymentIntent } from '#contracts/routing.ts'
import { compileSnapshot } from '#orchestrator/index.ts'
import { routeIntent } from '#orchestrator/route-intent.ts'
import { merchantView, type PageFacts, type Tracking } from '#orchestrator/merchant-view/index.ts'
import { deskFee, allIn, rateOf } from './price.ts'
import { openPolicy } from '#policy/index.ts'
import { readDataset } from '#tools/read-dataset.ts'
import { fromDecimal } from '../rational.ts'

type Case = { intent: PaymentIntent; decision: Decision; recommended: Candidate | null; view: MerchantRouteSession }
const CLOCK = '2026-09-29T09:00:00+01:00'
const cases: Case[] = []
let providers: { id: string; name: string }[] = []
let actors: { id: string; name: string }[] = []

before(async () => {
  const dataset = readDataset()
  providers = dataset.providers.map(({ id, name }) => ({ id, name }))
  actors = dataset.estimates.manual_actors.map(({ id, name }) => ({ id, name }))
  const snapshot = compileSnapshot(dataset)
  const policy = await openPolicy()
  for (const file of ['requests', 'requests-generated']) {
    for (const { expect: _e, note: _n, pain_point: _p, synthetic: _s, ...intent } of JSON.parse(readFileSync(new URL(`../../../data/${file}.json`, import.meta.url), 'utf8'))) {
      const routed = await routeIntent(snapshot, intent, (facts, limits) => policy.judge(facts, limits, intent.id), { data_age: 'of_the_moment', simulation: false })
      assert.ok(routed.ok)
      const { decision } = routed.value
      const recommended = decision.candidates.find((candidate) => candidate.id === decision.recommended_id) ?? null
      cases.push({ intent, decision, recommended, view: merchantView(session(recommended), intent, { recommended, degraded: [], flags: decision.flags, openings: decision.openings }, UNTRACKED, CLOCK, 'Asia/Shanghai') })
    }
  }
})

const session = (recommended: Candidate | null): PageFacts => ({
  id: '00000000-0000-4000-8000-000000000001', reference: 'R-001', version: 1, state: recommended ? 'recommended' : 'no_route',
  supplier: { id: '00000000-0000-4000-8000-000000000002', legal_name: 'Sample Supplier Ltd', legal_name_zh: '深圳示范电子有限公司' },
  requested_at: CLOCK, valid_until: '2026-09-30T09:00:00+01:00', desk_fee: null, payee_details: 'confirmed', new_offer: null, incident: null, unread_by_merchant: 0, asks: [], simulation: false,
})
const UNTRACKED: Tracking = { moves: [], steps: [], closed: [], endsBy: (_hop, from) => from, expected: null, instruction: null, before: null }

// Guarantee: every answer to a merchant has exactly the fields of the merchant-safe list; the schema is closed all the way down.
test('the view of every intent is what the contract says, and the contract leaves no object open', () => {
  const check = Compile(MerchantRouteSession)
  for (const { intent, view } of cases) assert.deepEqual([...check.Errors(view)], [], intent.id)
  const open: string[] = []
  const walk = (schema: unknown, path: string): void => {
    if (schema === null || typeof schema !== 'object') return
    const node = schema as { type?: string; additionalProperties?: unknown; properties?: unknown }
    if (node.type === 'object' && node.properties !== undefined && node.additionalProperties !== false) open.push(path)
    for (const [key, value] of Object.entries(schema)) walk(value, `${path}/${key}`)
  }
  walk(MerchantRouteSession, '')
  assert.deepEqual(open, [])
})

// Guarantee: a merchant never reads a provider's id or name (but for a step it performs itself), an actor's name, a candidate id, a code of a rule or policy, or a score word.
test('nothing internal stands anywhere in the view', () => {
  for (const { intent, decision, recommended, view } of cases) {
    const own = new Set(recommended?.hops.filter((hop) => hop.human_steps.some((step) => step.done_by === 'merchant')).map((hop) => hop.provider_id))
    const { documents_needed, ...rest } = view
    const text = JSON.stringify({ ...rest, papers: documents_needed.map(({ code: _code, ...paper }) => paper) })
    for (const { id, name } of providers) {
      assert.ok(!text.includes(id), `${intent.id}: ${id}`)
      if (!own.has(id)) assert.ok(!text.includes(name.replace(/\s*\([^)]*\)\s*/g, ' ').trim()), `${intent.id}: ${name}`)
    }
    for (const { id, name } of actors) assert.ok(!text.includes(id) && !text.includes(name), `${intent.id}: ${name}`)
    for (const candidate of decision.candidates) assert.ok(!text.includes(candidate.id), intent.id)
    for (const code of Object.keys(decision.refusals)) assert.ok(!text.includes(code), `${intent.id}: ${code}`)
    assert.doesNotMatch(text, /bps|basis point|score|weight|liquidity|trust score|posture|policy_|probation|outranked|spread|slippage|risk class/i, intent.id)
  }
})

// Guarantee: "cheapest" is never claimed, and the merchant gets three sentences of why, or three reasons and a way out.
test('a recommendation says why in three sentences, a refusal says why not and what would help', () => {
  for (const { intent, recommended, view } of cases) {
    assert.doesNotMatch(JSON.stringify(view), /cheapest/i, intent.id)
    if (recommended) {
      assert.equal(view.why.length, 3)
      assert.ok(view.why.every((sentence) => sentence.endsWith('.')))
      assert.deepEqual(view.steps.map((step) => step.number), view.steps.map((_step, index) => index + 1))
      assert.equal(view.steps.at(-1)!.title, 'Your supplier confirms that it arrived')
      assert.equal(view.can_accept, true)
    } else {
      assert.ok(view.warnings.length >= 1 && view.warnings.length <= 3)
      assert.ok(view.would_make_possible.length >= 1)
      assert.equal(view.can_accept, false)
      assert.equal(view.supplier_gets, null)
    }
  }
  assert.ok(cases.some(({ view }) => view.message_to_supplier !== null))
})

// Guarantee: bad news stands before the price: a route that is late at p90 says so first, and one that is not never says it.
test('lateness is the first warning', () => {
  for (const { intent, recommended, view } of cases) {
    if (!recommended) continue
    const late = Date.parse(recommended.arrival_p90) > Date.parse(intent.needed_by)
    assert.equal(/^This (will|may) not arrive by /.test(view.warnings[0]?.title ?? ''), late, intent.id)
  }
})

// Guarantee: the words of the first reference picture are the engine's answer to its intent.
test('the deposit of req-001 reads as in the design', () => {
  const { view } = cases.find(({ intent }) => intent.id === 'req-001')!
  assert.deepEqual(view.you_pay, { amount: '37102190.14', currency: 'NGN' })
  assert.deepEqual(view.all_in_cost, { money: { amount: '526708.42', currency: 'NGN' }, pct_against_mid: '1.42' })
  assert.deepEqual(view.rate, { base: 'CNY', quote: 'NGN', value: '200.55', mid: '197.71' })
  assert.deepEqual(view.arrives, { earliest: '2026-10-16', latest: '2026-10-21', time_zone: 'Asia/Shanghai' })
  assert.equal(view.documents_needed.filter((paper) => paper.when === 'before_payment').length, 6)
  assert.equal(view.warnings[0]!.title, 'This will not arrive by 30 September.')
  assert.deepEqual(view.steps.map((step) => step.title), [
    'You get the six papers', 'You approve the payment order at your bank', 'Your bank turns naira into yuan and sends it to China',
    'The supplier’s bank puts it on the company’s account', 'Your supplier confirms that it arrived',
  ])
})

// Guarantee: an expired or degraded recommendation is shown and cannot be accepted.
test('expiry and degradation close the door and say why', () => {
  const { intent, recommended, decision } = cases.find(({ intent: { id } }) => id === 'req-001')!
  const facts = { recommended, degraded: [] as string[], flags: decision.flags, openings: [] }
  const expired = merchantView(session(recommended), intent, facts, UNTRACKED, '2026-09-30T09:00:00+01:00', 'Asia/Shanghai')
  assert.equal(expired.can_accept, false)
  assert.equal(expired.cannot_accept_because, 'The price has run out. Ask for a fresh one.')
  const degraded = merchantView(session(recommended), intent, { ...facts, degraded: ['policy_unavailable'] }, UNTRACKED, CLOCK, 'Asia/Shanghai')
  assert.equal(degraded.can_accept, false)
  assert.equal(degraded.warnings[0]!.title, 'This is a trial answer.')
})

// Guarantee: the desk's fee is inside what the merchant pays, inside the cost and inside the rate, to the minor unit, rounded up.
test('the all-in price holds the desk fee', () => {
  const candidate = { sent: { amount: '1000000.00', currency: 'NGN' }, cost: { amount: '14000.00', currency: 'NGN' }, received: { amount: '5000.00', currency: 'CNY' }, mid_rate: '197.2' }
  const mid = (): { n: bigint; d: bigint } => fromDecimal('1326.164')
  const rule = { fixed: { amount: '10', currency: 'USD' }, bps: '25.5', minimum: { amount: '5000', currency: 'NGN' } }
  const fee = deskFee(rule, candidate.sent, mid)
  assert.deepEqual(fee, { amount: '15811.64', currency: 'NGN' })
  assert.deepEqual(allIn(candidate, fee), { merchant_pays: { amount: '1015811.64', currency: 'NGN' }, cost: { amount: '29811.64', currency: 'NGN' }, pct: '2.93' })
  assert.deepEqual(rateOf(candidate, { amount: '1015811.64', currency: 'NGN' }), { base: 'CNY', quote: 'NGN', value: '203.16', mid: '197.20' })
  assert.deepEqual(deskFee({ ...rule, fixed: { amount: '0', currency: 'NGN' }, bps: '1' }, candidate.sent, mid), { amount: '5000.00', currency: 'NGN' })
  assert.deepEqual(deskFee(null, candidate.sent, mid), { amount: '0.00', currency: 'NGN' })
})

// Guarantee: of an incident a merchant is told what happened, who acts and by when, in the fields that its view has: the view still fits its closed schema, and nothing of the desk's side stands in it.
test('an incident is told in plain words', () => {
  const { intent, decision, recommended } = cases.find((each) => each.recommended !== null)!
  const incident = { kind: 'returned' as const, chaser: 'provider' as const, action: 'ask_the_bank' as const, due_at: '2026-10-02T16:00:00Z', merchant_text: 'sent_back' as const, merchant_note: null, note: 'MT199 of Tuesday', opened_by: 'A. Okafor' }
  const facts = { recommended, degraded: [], flags: decision.flags, openings: decision.openings }
  const view = merchantView({ ...session(recommended), state: 'executing', incident }, intent, facts, UNTRACKED, CLOCK, 'Asia/Shanghai')
  assert.ok(Compile(MerchantRouteSession).Check(view))
  assert.deepEqual([view.headline, view.next, view.warnings[0]?.title], ['The bank in China sent the money back.', { whom: null, who: 'desk', what: 'Ask the bank what happened', by: '2026-10-02T16:00:00Z' }, 'The bank in China sent the money back.'])
  const plain = merchantView({ ...session(recommended), state: 'executing' }, intent, facts, UNTRACKED, CLOCK, 'Asia/Shanghai')
  assert.deepEqual(Object.keys(view), Object.keys(plain))
  for (const hidden of ['MT199', 'Okafor', 'provider', 'ask_the_bank', 'sent_back']) assert.equal(JSON.stringify(view).includes(hidden), false, hidden)
})
