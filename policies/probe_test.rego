# Guarantees of the policy for probes, one a test. Run: opa test policies
package flowclaw.probe_test

import data.flowclaw
import data.flowclaw.probe

cap(whose) := {
	"whose": whose,
	"per_probe_usd_cents": 10000,
	"per_day_usd_cents": 50000,
	"probes_per_day": 10,
	"reserved_usd_cents": 20000,
	"probes": 3,
}

asked := {"request_id": "r1", "probe": {"provider_id": "bank", "amount_usd_cents": 10000, "caps": [cap("*"), cap("bank")]}}

with_probe(change) := object.union(asked, {"probe": change})

with_caps(company, provider) := with_probe({"caps": [object.union(cap("*"), company), object.union(cap("bank"), provider)]})

denials(question) := answer.denials if {
	answer := probe.result with input as question
	answer.request_id == "r1"
	answer.policy_revision == flowclaw.revision
	agrees(answer)
}

agrees(answer) if {
	answer.allow == true
	answer.denials == []
}

agrees(answer) if {
	answer.allow == false
	answer.denials != []
}

test_a_probe_within_every_cap_is_allowed if {
	denials(asked) == []
	denials(with_caps({"reserved_usd_cents": 40000, "probes": 9}, {})) == []
}

test_each_cap_of_company_and_provider_denies_alone if {
	every change in [{"per_probe_usd_cents": 9999}, {"reserved_usd_cents": 40001}, {"probes": 10}, {"probes_per_day": 0}] {
		denials(with_caps(change, {})) == ["probe_cap_exceeded"]
		denials(with_caps({}, change)) == ["probe_cap_exceeded"]
	}
}

test_a_cap_that_is_not_there_denies if {
	every caps in [[], [cap("*")], [cap("bank")], [cap("*"), cap("other")], [cap("*"), cap("*")], [cap("*"), cap("bank"), cap("bank")], [cap("*"), cap("bank"), cap("other")]] {
		denials(with_probe({"caps": caps})) == ["probe_cap_missing"]
	}
}

test_what_cannot_be_read_denies if {
	every change in [{"amount_usd_cents": null}, {"amount_usd_cents": 0}, {"amount_usd_cents": -1}, {"amount_usd_cents": "1"}, {"provider_id": ""}, {"provider_id": "*"}, {"provider_id": 1}, {"caps": null}, {"caps": {}}] {
		denials(with_probe(change)) == ["probe_facts_invalid"]
	}
	every name in ["per_probe_usd_cents", "per_day_usd_cents", "probes_per_day", "reserved_usd_cents", "probes"] {
		every value in [null, "5", -1, true] {
			denials(with_caps({}, {name: value})) == ["probe_facts_invalid"]
		}
		denials(with_probe({"caps": [cap("*"), object.remove(cap("bank"), [name])]})) == ["probe_facts_invalid"]
	}
	denials({"request_id": "r1"}) == ["probe_facts_invalid"]
}
