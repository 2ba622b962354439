"""Errors that carry their HTTP status and a stable code (RFC 9457 problem documents).

A room's `errors.py` subclasses `AppError`; one handler in `shared/http` speaks HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict


class FieldError(TypedDict):
    """One thing wrong with one place of a payload; `value_masked` never shows a person."""

    pointer: str
    code: str
    message: str
    value_masked: str | None


class AppError(Exception):
    """A refusal that a person can act on.

    `detail` is a Chinese sentence; `errors` name the places; `headers` go onto the answer
    (such as Retry-After); `extra` are further members of the problem document.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "系统内部错误"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


class NotFoundError(AppError):
    """Nothing there, or nothing that this caller may see: the two are not told apart."""

    status = 404
    code = "not_found"
    title = "未找到"


class InvalidError(AppError):
    """The payload's shape or values are refused."""

    status = 422
    code = "invalid"
    title = "内容不符合要求"


class ConflictError(AppError):
    """The thing is in a state that does not allow this."""

    status = 409
    code = "conflict"
    title = "状态冲突"
