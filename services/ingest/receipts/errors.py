"""The refusal of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class UnknownSubmissionError(NotFoundError):
    """No such submission, or another department's."""

    code = "unknown_submission"
    title = "没有这次报送"
