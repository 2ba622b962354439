"""The refusals of this room."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class UnknownManifestError(NotFoundError):
    """No such manifest, or another department's."""

    code = "unknown_manifest"
    title = "没有这份数据清单"


class WhichScopeError(InvalidError):
    """Neither a day nor a period was given, or both."""

    code = "which_scope"
    title = "请给出日期或报送期之一"
