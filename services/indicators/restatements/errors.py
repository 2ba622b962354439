"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class RestatementNotFoundError(NotFoundError):
    """No restatement published this value, or not in the caller's division."""

    code = "restatement_not_found"
    title = "没有这次重述"
