"""The refusals of this room."""

from __future__ import annotations

from shared.errors import AppError, ConflictError, InvalidError, NotFoundError


class EntryClosedError(ConflictError):
    """A correction of this record was taken already."""

    code = "entry_closed"
    title = "这条隔离记录已经更正"


class EntryExpiredError(AppError):
    """The content is past its 90 days; the correction comes by the ordinary way."""

    status = 410
    code = "entry_expired"
    title = "这条隔离记录已过期"


class StillRefusedError(InvalidError):
    """The correction does not pass either; the entry stays as it was."""

    code = "still_rejected"
    title = "更正后的记录仍未通过校验"


class OtherRecordError(InvalidError):
    """The correction is of another record than the entry."""

    code = "other_source_id"
    title = "不是同一条记录"


class NothingToCorrectError(NotFoundError):
    """No such submission, another department's, or nothing of it waits to be corrected."""

    code = "nothing_to_correct"
    title = "没有待更正的记录"

    def __init__(self) -> None:
        super().__init__(
            "没有这次报送，或者不在您的权限范围内，或者其中没有待更正的记录（全部已接收、已更正，或退回已满 90 天）。"
        )
