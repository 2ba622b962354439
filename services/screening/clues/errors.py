"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class ClueNotFoundError(NotFoundError):
    """The household has no warning that waits for anybody, or lies outside the caller's divisions."""

    code = "clue_not_found"
    title = "未找到线索"
