"""What this room refuses."""

from __future__ import annotations

from shared.errors import ConflictError, NotFoundError


class FindingNotFoundError(NotFoundError):
    """No such finding, or none in the caller's division."""

    code = "finding_not_found"
    title = "没有这个问题"


class FindingClosedError(ConflictError):
    """The finding is closed: what it named is so no longer."""

    code = "finding_closed"
    title = "问题已销号"
