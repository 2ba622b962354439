"""ingest (数据接入, port 8001): what the departments send is taken, checked, kept and put on the bus.

Owns: the feed catalogue, submissions and their parts, record versions (which are also the outbox),
receipts, the quarantine of refused records, the vault of ID numbers and names.
Topics in: none. Topics out: `feeds.<department>.v1`, keyed by person key or household number;
`ingest.reconciliation.v1`, keyed by department: manifests and changes of freshness.
Tables: submission, part, record_version, confirmation, receipt_line, quarantine, person, idempotency_key,
broker_log; delivery, closing, tally, published_total, freshness, manifest, incident, agenda; upload.
Rooms, each importing only rooms after it: overview (the page), reading (files, in the worker) → relay (publishes),
files, resubmissions, reconciliation (manifests) → equations → freshness → deliveries (closed periods) → tally (counts
what was published) → submissions (the door) → streams, flow (NDJSON in parts) → lines, receipts → intake (stores) →
outcomes (decides) → quarantine, vault, admission → catalogue.
"""
