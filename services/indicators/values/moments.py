"""The instant that a list of values may be asked of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator

from shared import clock
from shared.http.errors import FutureDayError

_DATE_LENGTH = len("2026-06-30")


def _end_of_a_bare_date(value: Any) -> Any:
    """A bare date means the end of that day in Shanghai (contracts)."""
    if not isinstance(value, str) or len(value) != _DATE_LENGTH:
        return value
    try:
        return clock.end_of_day(date.fromisoformat(value))
    except (ValueError, OverflowError):
        raise ValueError("应为日期或带时区的时刻") from None


KnownAtQuery = Annotated[
    Annotated[AwareDatetime, BeforeValidator(_end_of_a_bare_date)] | None,
    Query(
        title="知悉时间",
        description=(
            "只给出这一时刻已经发布并且当时现行的数值，不填为现在，不能晚于现在；带时区的时刻"
            "（例如 2026-06-30T12:00:00+08:00），或一个日期（指北京时间当天结束时，今天即指现在）"
        ),
    ),
]


def past(known_at: datetime | None) -> datetime | None:
    """The instant, None for the present; FutureDayError for one that has not come."""
    if known_at is None or known_at == clock.end_of_day(clock.today()):
        return None
    if known_at > clock.now():
        raise FutureDayError("知悉时间不能晚于现在。")
    return known_at
