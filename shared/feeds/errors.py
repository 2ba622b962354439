"""What is refused of a feed as a whole; single records are refused in `Refused`, not raised."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class UnknownFeedError(NotFoundError):
    """There is no such department and kind."""

    code = "unknown_feed"
    title = "没有这类数据"


class MalformedBodyError(InvalidError):
    """The body is no JSON at all."""

    status = 400
    code = "malformed_json"
    title = "不是有效的 JSON"


class BodyShapeError(InvalidError):
    """The body is JSON but not `{"records": [...]}`."""

    code = "invalid_body"
    title = "请求体格式不对"


class TooManyRecordsError(InvalidError):
    """More records than one body may hold."""

    status = 413
    code = "too_many_records"
    title = "一次发送的记录过多"
