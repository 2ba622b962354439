"""assets (项目资产, port 8004): what public money built, from the project to the household it serves.

Owns: projects of the 扶贫项目资产 and their funds by source, and assets, each with its life of entries: rights, upkeep,
income and its distribution, disposal and its proceeds. An entry is never updated or deleted; a state on any day is the
fold of the entries that stand, and every other table but `finding`, `household_status` and `income_stop` can be made
again from them and the projects.
Takes from the bus: `screening.households.v1` (who is lifted or monitored on which day, for whom a plan may pay).
Puts on the bus: `assets.ledger.v1`: projects registered and changed, keyed by project id; assets registered, rights
confirmed, income distributed and stopped, assets disposed of, keyed by asset id.
Rooms in the order of the data: terms → projects, entries → ledger → rights → beneficiaries → upkeep → income → disposal
→ findings → overview; `rules` puts the laws of the rooms together, and every entry is written under all of them.
Tables: `project`, `project_fund`, `project_change`; `entry`; `asset`; `right_share`, `handover`; `household_status`;
`upkeep_state`; `due`, `plan`, `plan_line`, `income_stop`; `proceeds`; `finding`; `idempotency_key`; `outbox`,
`broker_log`, `inbox` (shared.messaging).
"""
