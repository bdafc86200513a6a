# Guarantees of the policy, one a test. Run: opa test policies
package flowclaw_test

import data.flowclaw

limits := {
	"max_hops": 4,
	"max_cost_microbps": 700000000,
	"max_route_risk_ppb": 250000000,
	"allowed_postures": ["verified", "probation"],
	"max_age_ratio_refused_ppm": 10000000,
}

hop := {
	"provider_id": "bank",
	"pair_status": "allowed",
	"posture": "verified",
	"age_ratio_ppm": 0,
	"connector_id": null,
	"connector_known": true,
}

row := ["c1", 1, 100000000, 10000000, [0], []]

batch := {"request_id": "r1", "limits": limits, "hops": [hop], "rules": [], "candidates": [row]}

# Undefined unless there is exactly one verdict and its allow says what its denials say.
denials_of(asked) := verdict.denials if {
	verdicts := flowclaw.verdicts with input as asked
	count(verdicts) == 1
	verdict := verdicts[0]
	consistent(verdict)
}

consistent(verdict) if {
	verdict.allow == true
	verdict.denials == []
}

consistent(verdict) if {
	verdict.allow == false
	verdict.denials != []
}

with_hop(change) := object.union(batch, {"hops": [object.union(hop, change)]})

with_rule(status) := object.union(batch, {
	"rules": [{"id": "rule-1", "status": status}],
	"candidates": [["c1", 1, 100000000, 10000000, [0], [0]]],
})

with_row(changed) := object.union(batch, {"candidates": [changed]})

test_a_clean_candidate_is_allowed if {
	denials_of(batch) == []
}

test_the_answer_names_request_and_revision if {
	answer := flowclaw.result with input as batch
	answer.request_id == "r1"
	answer.policy_revision == flowclaw.revision
	count(answer.verdicts) == 1
}

test_an_empty_batch_has_no_verdicts if {
	verdicts := flowclaw.verdicts with input as object.union(batch, {"candidates": []})
	verdicts == []
}

test_no_exact_pair_denies if {
	denials_of(with_hop({"pair_status": null})) == ["pair_not_allowed:bank"]
}

test_a_pair_that_needs_review_or_has_a_condition_never_denies if {
	every status in ["allowed", "conditional", "review"] {
		denials_of(with_hop({"pair_status": status})) == []
	}
}

test_prohibited_and_restricted_rules_deny if {
	denials_of(with_rule("prohibited")) == ["prohibited:rule-1"]
	denials_of(with_rule("restricted")) == ["restricted:rule-1"]
}

test_other_rules_never_deny if {
	every status in ["allowed", "conditional", "review"] {
		denials_of(with_rule(status)) == []
	}
}

test_a_posture_outside_the_limits_denies if {
	denials_of(with_hop({"posture": "unverified"})) == ["provider_unverified:bank"]
	denials_of(with_hop({"posture": "probation"})) == []
	strict := object.union(with_hop({"posture": "probation"}), {"limits": object.union(limits, {"allowed_postures": ["verified"]})})
	denials_of(strict) == ["provider_unverified:bank"]
}

test_suspended_denies_under_its_own_code_even_if_the_limits_list_it if {
	denials_of(with_hop({"posture": "suspended"})) == ["provider_suspended:bank"]
	lax := object.union(with_hop({"posture": "suspended"}), {"limits": object.union(limits, {"allowed_postures": ["verified", "suspended"]})})
	denials_of(lax) == ["provider_suspended:bank"]
}

test_age_over_the_ratio_denies_and_at_the_ratio_does_not if {
	denials_of(with_hop({"age_ratio_ppm": 10000000})) == []
	denials_of(with_hop({"age_ratio_ppm": 10000001})) == ["quote_stale:bank"]
}

test_an_unknown_connector_denies if {
	denials_of(with_hop({"connector_id": "mystery", "connector_known": false})) == ["connector_unknown:bank"]
	denials_of(with_hop({"connector_id": "evm_status", "connector_known": true})) == []
}

test_hops_cost_and_risk_deny_over_the_limit_and_not_at_it if {
	denials_of(with_row(["c1", 4, 700000000, 250000000, [0, 0, 0, 0], []])) == []
	denials_of(with_row(["c1", 5, 0, 0, [0, 0, 0, 0, 0], []])) == ["excessive_hops"]
	denials_of(with_row(["c1", 1, 700000001, 0, [0], []])) == ["excessive_cost"]
	denials_of(with_row(["c1", 1, 0, 250000001, [0], []])) == ["excessive_risk"]
}

test_a_cost_below_zero_is_a_good_price if {
	denials_of(with_row(["c1", 1, -5, 0, [0], []])) == []
}

test_every_reason_is_given_once_and_sorted if {
	bad := object.union(hop, {"pair_status": null, "posture": "unverified", "age_ratio_ppm": 10000001, "connector_id": "x", "connector_known": false})
	asked := object.union(batch, {
		"hops": [bad, bad],
		"rules": [{"id": "a", "status": "restricted"}, {"id": "b", "status": "prohibited"}],
		"candidates": [["c1", 5, 700000001, 250000001, [0, 1, 0, 1, 0], [0, 1]]],
	})
	denials_of(asked) == [
		"connector_unknown:bank", "excessive_cost", "excessive_hops", "excessive_risk", "pair_not_allowed:bank",
		"prohibited:b", "provider_unverified:bank", "quote_stale:bank", "restricted:a",
	]
}

test_candidates_do_not_share_reasons if {
	asked := object.union(batch, {
		"hops": [hop, object.union(hop, {"provider_id": "desk", "pair_status": null})],
		"candidates": [row, ["c2", 1, 0, 0, [1], []]],
	})
	verdicts := flowclaw.verdicts with input as asked
	verdicts == [
		{"candidate_id": "c1", "allow": true, "denials": []},
		{"candidate_id": "c2", "allow": false, "denials": ["pair_not_allowed:desk"]},
	]
}

test_a_hop_that_cannot_be_read_denies if {
	every change in [
		{"provider_id": ""}, {"provider_id": 7}, {"pair_status": "prohibited"}, {"pair_status": "maybe"}, {"posture": "trusted"},
		{"posture": null}, {"age_ratio_ppm": "0"}, {"age_ratio_ppm": -1}, {"connector_known": "true"}, {"connector_id": 7},
	] {
		"facts_invalid" in denials_of(with_hop(change))
	}
	every field in object.keys(hop) {
		"facts_invalid" in denials_of(object.union(
			object.remove(batch, ["hops"]),
			{"hops": [object.remove(hop, [field])]},
		))
	}
}

test_a_rule_that_cannot_be_read_denies if {
	denials_of(with_rule("unknown")) == ["facts_invalid"]
	denials_of(with_rule(null)) == ["facts_invalid"]
}

test_a_row_that_cannot_be_read_denies if {
	every changed in [
		["c1"], ["c1", 1, 0, 0, [0]], ["c1", 1, 0, 0, [0], [], 1], ["c1", 2, 0, 0, [0], []], ["c1", 1, 0, 0, [9], []],
		["c1", 1, 0, 0, ["0"], []], ["c1", 1, 0, 0, [0], [0]], ["c1", "1", 0, 0, [0], []], ["c1", 1, "0", 0, [0], []],
		["c1", 1, null, 0, [0], []], ["c1", 1, 0, -1, [0], []], ["c1", 1, 0, null, [0], []], ["c1", 0, 0, 0, [], []],
		["c1", 1, 0, 0, null, []], [7, 1, 0, 0, [0], []], ["c1", 1, 0, 0, [0], null],
	] {
		denials_of(with_row(changed)) == ["facts_invalid"]
	}
}

test_tables_that_cannot_be_read_deny_everything if {
	every field in ["hops", "rules"] {
		denials_of(object.remove(batch, [field])) == ["facts_invalid"]
		denials_of(object.union(batch, {field: {"0": hop}})) == ["facts_invalid"]
	}
}

test_limits_that_cannot_be_read_deny_everything if {
	every field in object.keys(limits) {
		asked := object.union(object.remove(batch, ["limits"]), {"limits": object.remove(limits, [field])})
		denials_of(asked) == ["limits_invalid"]
	}
	every change in [
		{"max_hops": "6"}, {"max_cost_microbps": null}, {"max_route_risk_ppb": -1}, {"allowed_postures": "verified"},
		{"allowed_postures": ["trusted"]}, {"max_age_ratio_refused_ppm": true},
	] {
		denials_of(object.union(batch, {"limits": object.union(limits, change)})) == ["limits_invalid"]
	}
}
