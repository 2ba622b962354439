"""Refusals of this room."""

from __future__ import annotations

from shared.http import errors

SNAPSHOT = "/v1/warnings/snapshot"


class CursorAheadError(errors.CursorAheadError):
    """Of warnings: the snapshot is where to begin again."""

    @classmethod
    def at(cls, after: int, newest: int) -> CursorAheadError:
        """For a cursor that was never given out."""
        return cls(
            f"游标 {after} 大于最新位置 {newest}，不是本系统现在的游标。请从快照 {SNAPSHOT} 重新开始。",
            extra={"newest": newest, "snapshot": SNAPSHOT},
        )


class CursorExpiredError(errors.CursorExpiredError):
    """Of warnings: the snapshot is where to go on from."""

    @classmethod
    def at(cls, after: int, retained_from: int) -> CursorExpiredError:
        """For a cursor before `retained_from` - 1."""
        return cls(
            f"游标 {after} 之后的变更已过保留期，现在保留的从位置 {retained_from} 开始。请从快照 {SNAPSHOT} 重新开始："
            "读完各页，再用其中的 cursor 作为 after 继续读变更流，中间不会有遗漏。",
            extra={"retained_from": retained_from, "snapshot": SNAPSHOT},
        )
