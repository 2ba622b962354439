"""assets (项目资产, port 8004): what public money built, from the project to the household it serves.

Owns: projects of the 扶贫项目资产 and what they cost by source; assets, rights, upkeep, income and
disposals join them as rooms of their own.
Topics in: none yet. Topics out: `assets.ledger.v1`, keyed by project id.
Tables: project, project_fund, outbox, broker_log, inbox, idempotency_key.
Rooms: ledger (register and read projects).
"""
