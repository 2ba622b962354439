"""A department's feedback as it is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one record version; `body` is the event's."""

    position: int
    event_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """Feedback in order, and the cursor after which to go on. Nothing is missing behind `retained_from` - 1;
    `newest` is the greatest position there was."""

    items: list[Feedback]
    next: str
    retained_from: int
    newest: int

    @property
    def at_end(self) -> bool:
        """Whether there was nothing behind `next`."""
        return int(self.next) >= self.newest
