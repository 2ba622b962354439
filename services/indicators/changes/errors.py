"""Refusals of this room."""

from __future__ import annotations

from shared.http.errors import CursorExpiredError


class ValueCursorExpiredError(CursorExpiredError):
    """Changes of values behind the cursor were purged."""

    @classmethod
    def at(cls, after: int, retained_from: int) -> ValueCursorExpiredError:
        """For a cursor before `retained_from` - 1."""
        return cls(
            f"游标 {after} 之后的变更已过保留期，现在保留的从位置 {retained_from} 开始。请先读 /v1/values 的现行数值，"
            f"再用 after={retained_from - 1} 继续读取，按事件编号去重。",
            extra={"retained_from": retained_from},
        )
