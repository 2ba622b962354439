"""筛查 (screening): households at risk, from records to warnings.

Owns the household register (a projection of the feeds), facts, rules and parameters, warnings, what people find of
them, runs, and their delivery. Takes from the bus: all `feeds.<department>.v1`, `ingest.reconciliation.v1` (which feeds
have spoken), `assets.ledger.v1` (whose income stopped). Puts on the bus: `screening.warnings.v1`,
`screening.households.v1` (what lifted and monitored households count as), `screening.feedback.v1` (what became of a
department's records), and `feeds.<department>.v1.dead` for bytes that do not parse.
Rooms in the order of the data: register → status → parameters → facts → rules → warnings → outcomes → clues → runs,
rebuild → workbench → delivery. Tables: `record_version`, `household_state`, `member`, `covered`, `person`, `household`,
`feed_arrival`, `applied_count`, `freshness_claim` (shared.versions); `asset_income_stop`; `household_told`,
`status_walk`; `parameter`, `parameter_proposal`; `household_facts`; `rule_version`; `warning`, `warning_evidence`,
`warning_change`, `warning_sweep`, `warning_snooze`, `clue`, `clue_count`; `warning_outcome`; `run`; `outbox`,
`broker_log`, `inbox` (shared.messaging).
"""
