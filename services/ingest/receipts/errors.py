"""The refusals of this room."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class UnknownSubmissionError(NotFoundError):
    """No such submission, or another department's."""

    code = "unknown_submission"
    title = "没有这次报送"


class EverythingRejectedError(InvalidError):
    """No record passed; the problem carries the receipt. The refused records are in the quarantine."""

    code = "all_rejected"
    title = "全部记录未通过校验"
