/** Which of the corridor's rules match a candidate. Rules are facts here; only policy denies on them. */
import type { Target } from './intent-context.ts'
import type { RuleMatch } from './dataset.ts'
import type { Leg } from './leg.ts'
import type { Rule } from './snapshot.ts'

export type MatchedRule = { readonly rule: Rule; /** the first hop it speaks of; null for the whole route */ readonly hop: number | null }

function legKeysHold(match: RuleMatch, leg: Leg): boolean {
  return (match.from === undefined || match.from.includes(leg.from))
    && (match.to === undefined || match.to.includes(leg.to))
    && (match.kind === undefined || match.kind.includes(leg.kind))
    && (match.country === undefined || match.country === leg.to_country)
    && (match.provider_category === undefined || match.provider_category.includes(leg.provider.category))
    && (match.licence_status === undefined || match.licence_status === leg.provider.licence_status)
    && (match.provider_id === undefined || match.provider_id.includes(leg.provider.id))
    // No token of today has a peg in the data, so a rule on a peg cannot match one.
    && match.token_peg === undefined
}

function routeKeysHold(match: RuleMatch, legs: readonly Leg[]): boolean {
  return (match.requires === undefined || legs.some((leg) => leg.documents.includes(match.requires!)))
    && (match.uses_token === undefined || match.uses_token === legs.some((leg) => leg.moves_token))
    && (match.payer_matches_buyer === undefined || match.payer_matches_buyer === (legs.at(-1)!.kind !== 'agent_payout'))
}

/** Every rule whose leg and route keys hold on a path, in the corridor's order. Keys of the intent are not looked at here. */
export function rulesOfPath(rules: readonly Rule[], legs: readonly Leg[], target: Target): MatchedRule[] {
  const matched: MatchedRule[] = []
  for (const rule of rules) {
    if (rule.has_route_keys && !routeKeysHold(rule.match, legs)) continue
    if (rule.speaks_of_payout) {
      const last = legs.length - 1
      if (target.method === 'token_wallet' && legKeysHold(rule.match, legs[last]!)) matched.push({ rule, hop: last })
    } else if (!rule.has_leg_keys) matched.push({ rule, hop: null })
    else {
      const hop = legs.findIndex((leg) => legKeysHold(rule.match, leg))
      if (hop >= 0) matched.push({ rule, hop })
    }
  }
  return matched
}
