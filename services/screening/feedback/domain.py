"""A department's feedback as it is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from services.screening.delivery.domain import FeedPage


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one record version; `body` is the event's."""

    position: int
    event_id: str
    body: dict[str, Any]


FeedbackPage: TypeAlias = FeedPage[Feedback]
