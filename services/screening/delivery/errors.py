"""Refusals of this room."""

from __future__ import annotations

from shared.errors import AppError


class CursorAheadError(AppError):
    """The cursor lies beyond the newest change: it is of another database, or of one before a restore."""

    status = 410
    code = "cursor_ahead"
    title = "游标已失效"
