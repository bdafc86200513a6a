# FlowClaw's route policy. It alone denies a candidate, on facts the engine measured; it computes no facts of its own.
#
# Input: one batch, built by packages/policy/build-input.ts. Hops and rules stand once, in tables, and a candidate names them
# by index, because the candidates of one request share a few dozen hops. A candidate is a row for speed
# (docs/decisions/0002-policy-batch.md has the measurements):
#
#   {request_id, limits, hops: [{provider_id, pair_status, posture, age_ratio_ppm, connector_id, connector_known}],
#    rules: [{id, status}],
#    candidates: [[candidate_id, hop_count, cost_microbps, route_risk_ppb, [hop index], [rule index]]]}
package flowclaw

# METADATA
# description: One verdict for each candidate, with every reason for a denial.
# entrypoint: true
result := {
	"request_id": input.request_id,
	"policy_revision": revision,
	"verdicts": verdicts,
}

verdicts := [verdict(row[0], denials(row, max_hops, max_cost, max_risk)) |
	max_hops := input.limits.max_hops
	max_cost := input.limits.max_cost_microbps
	max_risk := input.limits.max_route_risk_ppb
	some row in input.candidates
] if {
	count(batch_denials) == 0
} else := [verdict(row[0], sort(batch_denials)) | some row in input.candidates]

verdict(candidate_id, codes) := {"candidate_id": candidate_id, "allow": count(codes) == 0, "denials": codes}

denials(row, max_hops, max_cost, max_risk) := sort({code |
	some codes in reasons(row, max_hops, max_cost, max_risk)
	some code in codes
})

# Every reason, not the first. A row that cannot be read is denied as a whole: an index without an entry finds no reason,
# so the counts must agree before "no reason found" may mean "allowed".
reasons(row, max_hops, max_cost, max_risk) := array.concat(
	by_hop,
	array.concat(by_rule, by_measure(hop_count, cost, risk, max_hops, max_cost, max_risk)),
) if {
	[candidate_id, hop_count, cost, risk, hops, rules] := row
	is_string(candidate_id)
	is_number(hop_count)
	is_number(cost)
	is_number(risk)
	risk >= 0
	hop_count > 0
	count(hops) == hop_count
	by_hop := [codes | some index in hops; codes := hop_denials[index]]
	count(by_hop) == hop_count
	by_rule := [codes | some index in rules; codes := rule_denials[index]]
	count(by_rule) == count(rules)
} else := [["facts_invalid"]]

# The whole route against the limits of this tenant in this corridor.
by_measure(hop_count, cost, risk, max_hops, max_cost, max_risk) := [] if {
	hop_count <= max_hops
	cost <= max_cost
	risk <= max_risk
} else := array.concat(
	over("excessive_hops", hop_count, max_hops),
	array.concat(over("excessive_cost", cost, max_cost), over("excessive_risk", risk, max_risk)),
)

over(code, value, limit) := [[code]] if {
	value > limit
} else := []

# Computed once for each distinct hop of the batch.
hop_denials := [union({
	hop_form(hop),
	pair_denial(hop),
	posture_denial(hop),
	age_denial(hop),
	connector_denial(hop),
}) |
	some hop in input.hops
]

# null says that allowed_pairs has no exact entry. Statuses conditional and review show or ask for something elsewhere, and
# never deny.
pair_denial(hop) := {concat(":", ["pair_not_allowed", hop.provider_id])} if {
	hop.pair_status == null
} else := set()

# One posture, one code. suspended is a refusal of its own, whatever the limits list, and is not also reported as unverified.
posture_denial(hop) := {concat(":", ["provider_suspended", hop.provider_id])} if {
	hop.posture == "suspended"
} else := {concat(":", ["provider_unverified", hop.provider_id])} if {
	not hop.posture in input.limits.allowed_postures
} else := set()

age_denial(hop) := {concat(":", ["quote_stale", hop.provider_id])} if {
	hop.age_ratio_ppm > input.limits.max_age_ratio_refused_ppm
} else := set()

connector_denial(hop) := {concat(":", ["connector_unknown", hop.provider_id])} if {
	hop.connector_known == false
} else := set()

# Computed once for each distinct rule of the batch.
rule_denials := [union({rule_form(rule), rule_denial(rule)}) | some rule in input.rules]

rule_denial(rule) := {concat(":", [rule.status, rule.id])} if {
	rule.status in {"prohibited", "restricted"}
} else := set()

# What cannot be read is denied: a missing, unknown or wrongly typed fact is never taken as harmless.
hop_form(hop) := set() if {
	filled(hop.provider_id)
	hop.pair_status in {null, "allowed", "conditional", "review"}
	hop.posture in postures
	natural(hop.age_ratio_ppm)
	is_boolean(hop.connector_known)
	text_or_null(hop.connector_id)
} else := {"facts_invalid"}

rule_form(rule) := set() if {
	filled(rule.id)
	rule.status in {"allowed", "conditional", "review", "restricted", "prohibited"}
} else := {"facts_invalid"}

# What denies the whole batch.
batch_denials contains "limits_invalid" if not limits_readable

batch_denials contains "facts_invalid" if not tables_readable

tables_readable if {
	is_array(input.hops)
	is_array(input.rules)
	is_array(input.candidates)
}

limits_readable if {
	natural(input.limits.max_hops)
	natural(input.limits.max_cost_microbps)
	natural(input.limits.max_route_risk_ppb)
	natural(input.limits.max_age_ratio_refused_ppm)
	is_array(input.limits.allowed_postures)
	every posture in input.limits.allowed_postures {
		posture in postures
	}
}

postures := {"verified", "probation", "unverified", "suspended"}

filled(value) if {
	is_string(value)
	value != ""
}

text_or_null(value) if value == null

text_or_null(value) if filled(value)

natural(value) if {
	is_number(value)
	value >= 0
}
