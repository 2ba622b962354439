"""What is posted: `{"type", "timestamp", "data"}` as Standard Webhooks advises; `data` as the change feed shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from services.screening.delivery.domain import Change
from services.screening.hooks.domain import Queued
from shared import ids

TEST = "xianjie.webhook.test.v1"


def of_changes(changes: Sequence[Change]) -> list[tuple[UUID, Queued]]:
    """Each under an id of its own, in order, so that the log has them as the feed has."""
    order = sorted(ids.uuid7() for _ in changes)
    return list(zip(order, map(of_change, changes), strict=True))


def of_change(change: Change) -> Queued:
    """A change of a warning, under the event's own id and type: the same as on Kafka."""
    type_ = f"xianjie.warning.{change.type}.v1"
    data = {
        "position": change.position,
        "event_id": change.event_id,
        "type": change.type,
        "occurred_at": change.occurred_at,
        "household_seq": change.household_seq,
        "reason": change.reason,
        "warning": change.warning,
        "record": change.record,
    }
    household: str = change.warning["household_no"]
    return Queued(change.position, change.event_id, type_, household, _body(type_, change.occurred_at, data))


def of_test(message_id: UUID, webhook_id: UUID, now: datetime) -> Queued:
    """A test, which says nothing of anybody."""
    event_id = f"test_{message_id}"
    stamp = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    data = {"webhook_id": str(webhook_id), "message": "这是一条测试推送，不含预警。"}
    return Queued(None, event_id, TEST, None, _body(TEST, stamp, data))


def _body(type_: str, timestamp: str, data: dict[str, Any]) -> bytes:
    return orjson.dumps({"type": type_, "timestamp": timestamp, "data": data})
