"""The refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class UnknownEntryError(NotFoundError):
    """No such entry, or another department's: the two are not told apart."""

    code = "unknown_entry"
    title = "没有这条隔离记录"

    def __init__(self) -> None:
        super().__init__(
            "没有这条隔离记录，或者不在您的权限范围内；编号见 GET /v1/quarantine 或回执中的 quarantine_id。"
        )
