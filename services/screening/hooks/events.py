"""The event that tells that a subscription was disabled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.screening.hooks.domain import Ended, Failure, Webhook
from shared import ids
from shared.events.codec import encode
from shared.events.message import Message
from shared.events.webhooks import WebhookDisabledV1

SOURCE: Final = "/xianjie/screening"


@dataclass(frozen=True, slots=True)
class Last:
    """Why it was disabled, and the last attempt if that is why."""

    reason: Ended
    event_id: str | None = None
    code: int | None = None
    failure: Failure | None = None


def disabled(webhook: Webhook, last: Last, now: datetime) -> Message:
    """On `screening.webhooks.v1`, keyed by the subscription; it names no secret and no household."""
    event = WebhookDisabledV1(
        webhook_id=str(webhook.webhook_id),
        owner=webhook.owner,
        reason=last.reason,
        disabled_at=now,
        event_id=last.event_id,
        response_code=last.code,
        failure=last.failure,
    )
    return encode(event, event_id=str(ids.uuid7()), source=SOURCE, key=event.webhook_id, time=now)
