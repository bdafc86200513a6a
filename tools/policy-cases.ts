/**
 * One clean candidate and every way to change one fact of it: the rows of policies/verdict-table.txt, the proof that each limit
 * denies by itself, and the recorded inputs that wasm and an OPA server must judge alike.
 */
import type { PolicyFacts, PolicyLimits } from '#contracts/routing.ts'

export const LIMITS: PolicyLimits = {
  max_hops: 4,
  max_cost_microbps: 700_000_000,
  max_route_risk_ppb: 250_000_000,
  allowed_postures: ['verified', 'probation'],
  max_age_ratio_refused_ppm: 10_000_000,
}

export const HOP: PolicyFacts['hops'][number] = {
  provider_id: 'bank', pair_status: 'allowed', posture: 'verified', age_ratio_ppm: 0, connector_id: null, connector_known: true,
}

export const CLEAN: PolicyFacts = {
  candidate_id: 'clean', hop_count: 1, cost_microbps: 100_000_000, route_risk_ppb: 10_000_000, hops: [HOP], rules: [],
}

/** `limit` names what alone denies the case when something does; `open` is that limit out of the way. */
export type PolicyCase = { readonly name: string; readonly facts: PolicyFacts; readonly alone?: { readonly code: string; readonly without: PolicyFacts; readonly limits: PolicyLimits } }

const hop = (change: object): PolicyFacts => ({ ...CLEAN, hops: [{ ...HOP, ...change }] })
const hops = (count: number): PolicyFacts => ({ ...CLEAN, hop_count: count, hops: Array.from({ length: count }, () => HOP) })
const rule = (status: string): PolicyFacts => ({ ...CLEAN, rules: [{ id: 'rule', status }] })
const denied = (name: string, facts: PolicyFacts, code: string, without: PolicyFacts, limits: Partial<PolicyLimits> = {}): PolicyCase =>
  ({ name, facts, alone: { code, without, limits: { ...LIMITS, ...limits } } })

/** Each case changes the clean candidate in one way. */
export const CASES: readonly PolicyCase[] = [
  { name: 'clean', facts: CLEAN },
  denied('pair: no exact entry', hop({ pair_status: null }), 'pair_not_allowed:bank', CLEAN),
  { name: 'pair: conditional', facts: hop({ pair_status: 'conditional' }) },
  { name: 'pair: review', facts: hop({ pair_status: 'review' }) },
  { name: 'pair: a status nobody knows', facts: hop({ pair_status: 'tolerated' }) },
  denied('rule: prohibited', rule('prohibited'), 'prohibited:rule', CLEAN),
  denied('rule: restricted', rule('restricted'), 'restricted:rule', CLEAN),
  { name: 'rule: review', facts: rule('review') },
  { name: 'rule: conditional', facts: rule('conditional') },
  { name: 'rule: allowed', facts: rule('allowed') },
  { name: 'rule: a status nobody knows', facts: rule('frowned_upon') },
  { name: 'posture: probation', facts: hop({ posture: 'probation' }) },
  denied('posture: unverified', hop({ posture: 'unverified' }), 'provider_unverified:bank', hop({ posture: 'unverified' }),
    { allowed_postures: ['verified', 'probation', 'unverified'] }),
  denied('posture: suspended', hop({ posture: 'suspended' }), 'provider_suspended:bank', CLEAN),
  { name: 'posture: one nobody knows', facts: hop({ posture: 'famous' }) },
  { name: 'hops: at the limit', facts: hops(4) },
  denied('hops: over the limit', hops(5), 'excessive_hops', hops(5), { max_hops: 5 }),
  { name: 'hops: count and list differ', facts: { ...CLEAN, hop_count: 2 } },
  { name: 'hops: none', facts: { ...CLEAN, hop_count: 0, hops: [] } },
  { name: 'cost: at the limit', facts: { ...CLEAN, cost_microbps: 700_000_000 } },
  denied('cost: over the limit', { ...CLEAN, cost_microbps: 700_000_001 }, 'excessive_cost', { ...CLEAN, cost_microbps: 700_000_001 }, { max_cost_microbps: 700_000_001 }),
  { name: 'cost: below zero', facts: { ...CLEAN, cost_microbps: -1 } },
  { name: 'cost: not a number', facts: { ...CLEAN, cost_microbps: Number.NaN } },
  { name: 'risk: at the limit', facts: { ...CLEAN, route_risk_ppb: 250_000_000 } },
  denied('risk: over the limit', { ...CLEAN, route_risk_ppb: 250_000_001 }, 'excessive_risk', { ...CLEAN, route_risk_ppb: 250_000_001 }, { max_route_risk_ppb: 250_000_001 }),
  { name: 'age: at ten times', facts: hop({ age_ratio_ppm: 10_000_000 }) },
  denied('age: over ten times', hop({ age_ratio_ppm: 10_000_001 }), 'quote_stale:bank', hop({ age_ratio_ppm: 10_000_001 }), { max_age_ratio_refused_ppm: 10_000_001 }),
  { name: 'connector: known', facts: hop({ connector_id: 'evm_status' }) },
  denied('connector: unknown', hop({ connector_id: 'mystery', connector_known: false }), 'connector_unknown:bank', hop({ connector_id: 'mystery', connector_known: true })),
  { name: 'hops: below zero', facts: { ...CLEAN, hop_count: -1, hops: [] } },
  { name: 'risk: zero', facts: { ...CLEAN, route_risk_ppb: 0 } },
  { name: 'risk: below zero', facts: { ...CLEAN, route_risk_ppb: -1 } },
  { name: 'risk: not a number', facts: { ...CLEAN, route_risk_ppb: Number.NaN } },
  { name: 'age: zero', facts: hop({ age_ratio_ppm: 0 }) },
  { name: 'age: below zero', facts: hop({ age_ratio_ppm: -1 }) },
  { name: 'age: not a number', facts: hop({ age_ratio_ppm: Number.NaN }) },
  { name: 'posture: missing', facts: hop({ posture: undefined }) },
  { name: 'provider: no name', facts: hop({ provider_id: '' }) },
  { name: 'rule: no name', facts: { ...CLEAN, rules: [{ id: '', status: 'allowed' }] } },
  { name: 'connector: an empty name', facts: hop({ connector_id: '' }) },
  { name: 'connector: known is no yes or no', facts: hop({ connector_known: 'true' }) },
  {
    name: 'everything at once',
    facts: {
      ...hops(5), cost_microbps: 700_000_001, route_risk_ppb: 250_000_001,
      hops: Array.from({ length: 5 }, (_, index) => ({
        provider_id: index % 2 === 0 ? 'bank' : 'desk', pair_status: null, posture: index === 4 ? 'suspended' : 'unverified',
        age_ratio_ppm: 10_000_001, connector_id: 'mystery', connector_known: false,
      })),
      rules: [{ id: 'b', status: 'restricted' }, { id: 'a', status: 'prohibited' }],
    },
  },
]

/** The cases as one batch, each under its own candidate id. */
export const CASE_FACTS: readonly PolicyFacts[] = CASES.map(({ name, facts }) => ({ ...facts, candidate_id: name }))

/** The clean candidate under other limits: at the edge of each, beyond it, and limits that cannot be read. */
export const LIMIT_CASES: readonly { readonly name: string; readonly facts: PolicyFacts; readonly limits: unknown }[] = [
  { name: 'limits: hops 1, has 1', facts: CLEAN, limits: { ...LIMITS, max_hops: 1 } },
  { name: 'limits: hops 0, has 1', facts: CLEAN, limits: { ...LIMITS, max_hops: 0 } },
  { name: 'limits: cost as it is', facts: CLEAN, limits: { ...LIMITS, max_cost_microbps: CLEAN.cost_microbps } },
  { name: 'limits: cost one less', facts: CLEAN, limits: { ...LIMITS, max_cost_microbps: CLEAN.cost_microbps - 1 } },
  { name: 'limits: risk as it is', facts: CLEAN, limits: { ...LIMITS, max_route_risk_ppb: CLEAN.route_risk_ppb } },
  { name: 'limits: risk one less', facts: CLEAN, limits: { ...LIMITS, max_route_risk_ppb: CLEAN.route_risk_ppb - 1 } },
  { name: 'limits: age 0, has 0', facts: CLEAN, limits: { ...LIMITS, max_age_ratio_refused_ppm: 0 } },
  { name: 'limits: age 0, has 1', facts: hop({ age_ratio_ppm: 1 }), limits: { ...LIMITS, max_age_ratio_refused_ppm: 0 } },
  { name: 'limits: no posture allowed', facts: CLEAN, limits: { ...LIMITS, allowed_postures: [] } },
  { name: 'limits: probation not allowed', facts: hop({ posture: 'probation' }), limits: { ...LIMITS, allowed_postures: ['verified'] } },
  { name: 'limits: suspended allowed', facts: hop({ posture: 'suspended' }), limits: { ...LIMITS, allowed_postures: ['verified', 'suspended'] } },
  { name: 'limits: a posture nobody knows', facts: CLEAN, limits: { ...LIMITS, allowed_postures: ['verified', 'famous'] } },
  ...(Object.keys(LIMITS) as (keyof PolicyLimits)[]).flatMap((name) => [
    { name: `limits: ${name} missing`, facts: CLEAN, limits: { ...LIMITS, [name]: undefined } },
    { name: `limits: ${name} a text`, facts: CLEAN, limits: { ...LIMITS, [name]: '4' } },
    { name: `limits: ${name} below zero`, facts: CLEAN, limits: { ...LIMITS, [name]: -1 } },
  ]),
  { name: 'limits: none', facts: CLEAN, limits: {} },
]
