"""What the edge itself refuses, whatever the service."""

from __future__ import annotations

from typing import Self

from shared.errors import AppError, InvalidError, NotFoundError


class BadRequestError(AppError):
    """The request is not one: bytes that no service should have to look at."""

    status = 400
    code = "bad_request"
    title = "请求无法识别"


class UnauthorizedError(AppError):
    """No token, or one that does not hold."""

    status = 401
    code = "unauthorized"
    title = "身份未确认"


class ForbiddenError(AppError):
    """The caller is known and lacks the permission of this route."""

    status = 403
    code = "forbidden"
    title = "没有权限"


class BodyTooLargeError(AppError):
    """The body is over this service's limit; the problem carries it as `limit_bytes`."""

    status = 413
    code = "body_too_large"
    title = "内容过大"


class TooBusyError(AppError):
    """No connection became free in time; the caller waits and sends again."""

    status = 429
    code = "too_busy"
    title = "请求过多"


class UnavailableError(AppError):
    """Something we stand on is away; nothing was stored."""

    status = 503
    code = "unavailable"
    title = "服务暂时不可用"


class UnsupportedMediaError(AppError):
    """The body is not of a kind that the route takes."""

    status = 415
    code = "unsupported_media_type"
    title = "不支持的内容类型"


class BodyTimeoutError(AppError):
    """The rest of the body did not come."""

    status = 408
    code = "body_timeout"
    title = "接收超时"


class DivisionNotFoundError(NotFoundError):
    """The division asked for does not exist or is outside the caller's scope."""

    code = "division_not_found"
    title = "未找到行政区划"


class FutureDayError(InvalidError):
    """A question about a day or an instant that has not come: nobody knows its facts."""

    code = "as_of_in_future"
    title = "日期尚未到来"


class CursorAheadError(AppError):
    """The cursor lies beyond the newest change: it is of another database, or of one before a restore."""

    status = 410
    code = "cursor_ahead"
    title = "游标已失效"

    @classmethod
    def at(cls, after: int, newest: int) -> Self:
        """For a cursor that was never given out."""
        return cls(
            f"游标 {after} 大于最新位置 {newest}，不是本系统现在的游标。请从 after=0 重新读取，按事件编号去重。",
            extra={"newest": newest},
        )


class CursorExpiredError(AppError):
    """Changes behind the cursor were purged: reading on would lose them silently."""

    status = 410
    code = "cursor_expired"
    title = "游标已过保留期"
