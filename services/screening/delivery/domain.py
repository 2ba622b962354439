"""A change of a warning as it is handed over, and a warning with the place in the feed from which it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `warning` is the warning as of then, `record` what superseded it."""

    position: int
    event_id: str
    type: str
    occurred_at: str
    household_seq: int
    reason: str
    warning: dict[str, Any]
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class FeedPage(Generic[T]):
    """What a feed has, in order, and the cursor after which to go on. Nothing is missing behind `retained_from` - 1;
    `newest` is the greatest position there was."""

    items: list[T]
    next: str
    retained_from: int
    newest: int

    @property
    def at_end(self) -> bool:
        """Whether there was nothing behind `next`."""
        return int(self.next) >= self.newest


ChangePage: TypeAlias = FeedPage[Change]


@dataclass(frozen=True, slots=True)
class SnapshotItem:
    """An active warning, and the number of its household's last change that it includes."""

    warning: dict[str, Any]
    household_seq: int


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """Some active warnings; where the next page begins; the feed's cursor, taken before the first page was read."""

    items: list[SnapshotItem]
    next: str | None
    cursor: str
