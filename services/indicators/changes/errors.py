"""Refusals of this room."""

from __future__ import annotations

from shared.errors import AppError


class ValueCursorAheadError(AppError):
    """The cursor lies beyond the newest change: it is of another database, or of one before a restore."""

    status = 410
    code = "cursor_ahead"
    title = "游标已失效"

    @classmethod
    def at(cls, after: int, newest: int) -> ValueCursorAheadError:
        """For a cursor that was never given out."""
        return cls(
            f"游标 {after} 大于最新位置 {newest}，不是本系统现在的游标。请从 after=0 重新读取，按事件编号去重。",
            extra={"newest": newest},
        )


class ValueCursorExpiredError(AppError):
    """Changes behind the cursor were purged: reading on would lose them silently."""

    status = 410
    code = "cursor_expired"
    title = "游标已过保留期"

    @classmethod
    def at(cls, after: int, retained_from: int) -> ValueCursorExpiredError:
        """For a cursor before `retained_from` - 1."""
        return cls(
            f"游标 {after} 之后的变更已过保留期，现在保留的从位置 {retained_from} 开始。请先读 /v1/values 的现行数值，"
            f"再用 after={retained_from - 1} 继续读取，按事件编号去重。",
            extra={"retained_from": retained_from},
        )
