# FlowClaw's policy for a controlled probe: one capped live check of a route. It denies a probe over any cap, and one whose caps or counters it cannot read.
# The database counts again when the probe is reserved; both must allow it.
#
# Input, built by packages/policy/judge-probe.ts; money is in whole US cents:
#
#   {request_id, probe: {provider_id, amount_usd_cents,
#    caps: [{whose, per_probe_usd_cents, per_day_usd_cents, probes_per_day, reserved_usd_cents, probes}]}}
#
# There are exactly two caps: of the whole company, named "*", and of the provider.
package flowclaw.probe

import data.flowclaw

# METADATA
# description: Whether the probe may be made, with every reason against it.
# entrypoint: true
result := {
	"request_id": input.request_id,
	"policy_revision": flowclaw.revision,
	"allow": count(denials) == 0,
	"denials": sort(denials),
}

denials contains "probe_facts_invalid" if not readable

denials contains "probe_cap_missing" if {
	readable
	some whose in ["*", input.probe.provider_id]
	count([cap | some cap in input.probe.caps; cap.whose == whose]) != 1
}

denials contains "probe_cap_missing" if {
	readable
	count(input.probe.caps) != 2
}

denials contains "probe_cap_exceeded" if {
	readable
	some cap in input.probe.caps
	over(cap)
}

over(cap) if input.probe.amount_usd_cents > cap.per_probe_usd_cents

over(cap) if cap.reserved_usd_cents + input.probe.amount_usd_cents > cap.per_day_usd_cents

over(cap) if cap.probes + 1 > cap.probes_per_day

readable if {
	is_string(input.probe.provider_id)
	not input.probe.provider_id in {"", "*"}
	natural(input.probe.amount_usd_cents)
	input.probe.amount_usd_cents > 0
	is_array(input.probe.caps)
	every cap in input.probe.caps {
		cap_readable(cap)
	}
}

cap_readable(cap) if {
	is_string(cap.whose)
	natural(cap.per_probe_usd_cents)
	natural(cap.per_day_usd_cents)
	natural(cap.probes_per_day)
	natural(cap.reserved_usd_cents)
	natural(cap.probes)
}

natural(value) if {
	is_number(value)
	value >= 0
}
