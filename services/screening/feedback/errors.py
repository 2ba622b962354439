"""Refusals of this room."""

from __future__ import annotations

from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from shared.errors import NotFoundError


class DepartmentNotFoundError(NotFoundError):
    """There is no such department, or it is not the caller's."""


class FeedbackCursorAheadError(CursorAheadError):
    """The cursor lies beyond the newest position: it is of another database, or of one before a restore."""

    @classmethod
    def at(cls, after: int, newest: int) -> FeedbackCursorAheadError:
        """For a cursor that was never given out."""
        return cls(
            f"游标 {after} 大于最新位置 {newest}，不是本系统现在的游标。请从 after=0 重新读取，按事件编号去重。",
            extra={"newest": newest},
        )


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
