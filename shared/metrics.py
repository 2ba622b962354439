"""Metrics (prometheus-client): declared here once, so that a name has one meaning everywhere."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

HTTP_SECONDS = Histogram(
    "xianjie_http_request_seconds",
    "Time to answer, by route template and status class",
    ["method", "route", "status"],
)
RECORDS = Counter("xianjie_ingest_records_total", "Records by feed and outcome", ["feed", "outcome"])
OUTBOX_ROWS = Gauge("xianjie_outbox_unpublished_rows", "Committed rows that wait for the broker")
OUTBOX_AGE_SECONDS = Gauge("xianjie_outbox_oldest_age_seconds", "Age of the oldest row that waits")
PUBLISHED = Counter("xianjie_published_messages_total", "Messages acknowledged by the broker", ["topic"])
CONSUMED = Counter("xianjie_consumed_messages_total", "Messages taken from the bus", ["topic", "result"])
AMNESIA = Counter("xianjie_broker_amnesia_total", "Times the broker was found to have lost its log")
BATCH_SECONDS = Histogram("xianjie_worker_batch_seconds", "Time of one consumed batch, commit included")
WARNING_CHANGES = Counter("xianjie_warning_changes_total", "Warning changes by type and rule", ["type", "rule"])
WEBHOOK_ATTEMPTS = Counter("xianjie_webhook_attempts_total", "Attempts to send a webhook, by how they went", ["result"])
FEED_AGE_DAYS = Gauge(
    "xianjie_feed_age_days", "Days since a feed last came, as its cadence counts them", ["feed", "division"]
)
FEED_OVERDUE = Gauge("xianjie_feed_overdue", "1 when a feed is overdue or was never delivered", ["feed", "division"])
UNCOUNTED_SECONDS = Gauge(
    "xianjie_ingest_uncounted_seconds", "Age of the oldest received part that is not published and counted"
)
INCIDENTS = Gauge("xianjie_ingest_open_incidents", "Reconciliation equations that fail now", ["equation"])
