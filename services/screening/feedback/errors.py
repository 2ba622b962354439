"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError
from shared.http.errors import CursorExpiredError


class DepartmentNotFoundError(NotFoundError):
    """There is no such department, or it is not the caller's."""


class FeedbackExpiredError(CursorExpiredError):
    """Feedback behind the cursor was purged: reading on would lose it silently."""

    @classmethod
    def at(cls, after: int, retained_from: int) -> FeedbackExpiredError:
        """For a cursor before `retained_from` - 1."""
        start = retained_from - 1
        return cls(
            f"游标 {after} 之后的反馈已过保留期，现在保留的从位置 {retained_from} 开始。请用 after={start} 继续读取；"
            "更早的反馈不再提供。",
            extra={"retained_from": retained_from},
        )
