"""A subscription, a message in its queue, and what an attempt's answer means. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from uuid import UUID

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""Waits between attempts, as the specification of Standard Webhooks advises; then the subscription is disabled."""
JITTER: Final = 0.2
"""A wait is longer by up to this share, so that receivers that failed together are not asked together."""
LONGEST_WAIT: Final = timedelta(hours=24)
"""However long a Retry-After asks for."""
DEFAULT_OVERLAP_HOURS: Final = 24

Ended = Literal["retries_exhausted", "gone", "cursor_expired"]
Why = Literal["owner", "retries_exhausted", "gone", "cursor_expired"]
Failure = Literal[
    "address_refused",
    "not_resolved",
    "connect_failed",
    "timed_out",
    "broken_answer",
    "not_a_success",
    "secret_unreadable",
]
MessageState = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One subscription. `scope_prefix` are the digits of its owner's division, `prefix` those it is narrowed to;
    `cursor` is the position up to which the change feed was taken; `former_secret` counts until `former_until`.
    Secrets are sealed."""

    webhook_id: UUID
    owner: str
    url: str
    description: str | None
    division: str | None
    scope_prefix: str
    prefix: str
    rules: list[str] | None
    severities: list[str] | None
    enabled: bool
    disabled_reason: Why | None
    disabled_at: datetime | None
    not_before: datetime | None
    cursor: int
    secret: str
    former_secret: str | None
    former_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What an owner asks for; `after` is the cursor of the change feed to begin behind, None: from now on."""

    url: str
    description: str | None
    division: str | None
    rules: list[str] | None
    severities: list[str] | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a subscription's queue; `position` is None for a test, which is tried once."""

    message_id: UUID
    webhook_id: UUID
    position: int | None
    event_id: str
    type: str
    household_no: str | None
    payload: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A change on its way into a queue."""

    position: int | None
    event_id: str
    type: str
    household_no: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt went: the response's code or None, the time until it came, and what failed if anything did."""

    code: int | None
    milliseconds: int
    failure: Failure | None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message after an attempt: its state, when it is due again, until when the whole
    subscription is left alone, and why it is disabled."""

    state: MessageState
    due_at: datetime | None = None
    not_before: datetime | None = None
    disable: Ended | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A message as the log shows it, with its attempts, oldest first."""

    message_id: UUID
    position: int | None
    event_id: str
    type: str
    household_no: str | None
    state: MessageState
    due_at: datetime | None
    created_at: datetime
    attempts: list[dict[str, Any]]


def verdict(message: Message, answer: Answer, now: datetime, random: Callable[[], float]) -> Verdict:
    """Delivered with a 2xx; disabled at once by 410; else again after the next wait, or disabled after the last.

    A Retry-After longer than the wait is honoured, up to a day, and with 429 or 503 for the whole subscription.
    `random` gives [0, 1) for the jitter. A test is never tried again and disables nothing.
    """
    if answer.failure is None:
        return Verdict("delivered")
    if message.position is None:
        return Verdict("failed")
    if answer.code == 410:
        return Verdict("pending", now, disable="gone")
    if message.tries >= len(RETRIES):
        return Verdict("pending", now, disable="retries_exhausted")
    wait = RETRIES[message.tries] * (1 + JITTER * random())
    asked = retry_after(answer.retry_after, now)
    busy = asked is not None and answer.code in (429, 503)
    return Verdict("pending", max(now + wait, asked or now), not_before=asked if busy else None)


def retry_after(header: str | None, now: datetime) -> datetime | None:
    """The instant that a Retry-After names, seconds or date, at most a day from now; None when it names none."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return now + timedelta(seconds=min(int(text[:9]), LONGEST_WAIT.total_seconds()))
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        return None
    return min(max(then, now), now + LONGEST_WAIT)
