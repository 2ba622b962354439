"""筛查 (screening): households at risk, from records to warnings.

Owns the household register (a projection of the feeds), facts, rules and parameters, warnings and
their delivery. Takes from the bus: all `feeds.<department>.v1`. Puts on the bus:
`screening.warnings.v1`, and `feeds.<department>.v1.dead` for bytes that do not parse.
Rooms in the order of the data: register → facts → rules → warnings → delivery.
Tables: `record_version`, `household_state`, `member`, `person`, `household`, `feed_arrival`
(shared.versions); `household_facts`; `rule_version`, `parameter`; `warning`, `warning_evidence`,
`warning_change`, `warning_sweep`; `outbox`, `broker_log`, `inbox` (shared.messaging).
"""
