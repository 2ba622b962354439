"""ingest (数据接入, port 8001): what the departments send is taken, checked, kept and put on the bus.

Owns: the feed catalogue, submissions and their parts, record versions (which are also the outbox),
receipts, the quarantine of refused records, the vault of ID numbers and names.
Topics in: none. Topics out: `feeds.<department>.v1`, keyed by person key or household number.
Tables: submission, part, record_version, receipt_line, quarantine, person, idempotency_key, broker_log.
Rooms, each importing only rooms after it: relay (publishes committed parts) → submissions (receives,
decides, stores, gives receipts) → quarantine, vault → catalogue (what may be sent).
"""
