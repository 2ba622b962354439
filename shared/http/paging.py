"""Keyset pages: `?after=&limit=`, answered `{"items": […], "next": …}`.

A cursor is the sort key of the last row, opaque to the caller. Ask the repository for `limit + 1`
rows after `position(…)` and give them to `cut`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import FieldError, InvalidError

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
_MAX_BIGINT = 2**63 - 1

AfterQuery = Annotated[
    str | None, Query(title="续页位置", description="上一页的 `next`；不填从头开始。", min_length=1, max_length=512)
]
LimitQuery = Annotated[int, Query(title="每页条数", ge=1, le=MAX_LIMIT, examples=[DEFAULT_LIMIT])]

T = TypeVar("T")
Part = str | int | date | datetime | UUID


class Page(BaseModel, Generic[T]):
    """一页"""

    model_config = ConfigDict(title="一页")

    items: list[T] = Field(title="内容")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")


class BadCursorError(InvalidError):
    """`after` is not a value that we gave out for this list."""

    code = "bad_cursor"
    title = "续页位置无效"


def cursor(*parts: Part) -> str:
    """The opaque form of a sort key."""
    values = [part if isinstance(part, int | str) else _text(part) for part in parts]
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def position(after: str | None, *kinds: type[Part]) -> tuple[Any, ...] | None:
    """The sort key in `after`, one value for each of `kinds`; None at the start.

    Raises BadCursorError.
    """
    if after is None:
        return None
    try:
        return _decode(after, kinds)
    except (ValueError, TypeError, binascii.Error):
        message = "“续页位置”应为上一页返回的 next"
        error = FieldError(pointer="/query/after", code=BadCursorError.code, message=message, value_masked=None)
        raise BadCursorError("续页位置无效，请使用上一页返回的 next。", errors=[error]) from None


def cut(rows: Sequence[T], limit: int, key: Callable[[T], tuple[Part, ...]]) -> tuple[list[T], str | None]:
    """The first `limit` of `limit + 1` rows asked for, and the cursor when there are more."""
    page = list(rows[:limit])
    return page, cursor(*key(page[-1])) if len(rows) > limit else None


def _decode(after: str, kinds: Sequence[type[Part]]) -> tuple[Part, ...]:
    raw = base64.b64decode(after.encode("ascii") + b"=" * (-len(after) % 4), altchars=b"-_", validate=True)
    values = orjson.loads(raw)
    if not isinstance(values, list) or len(values) != len(kinds):
        raise ValueError("another number of parts")
    return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))


def _text(part: date | datetime | UUID) -> str:
    return str(part) if isinstance(part, UUID) else part.isoformat()


def _value(value: object, kind: type[Part]) -> Part:
    if kind is int:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_BIGINT:
            raise ValueError("not an integer that a table can hold")
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    if kind is str:
        return value
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError("an instant without an offset")
        return instant
    return date.fromisoformat(value)
