"""The day and the instant that a question may ask for: one rule on every address that asks of the past."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from shared import clock
from shared.errors import FieldError
from shared.http.errors import FutureDayError

_DATE_LENGTH = len("2026-06-30")
_YEARS = range(2000, 9999)
_D = TypeVar("_D", date, datetime)


def _end_of_a_bare_date(value: Any) -> Any:
    """A bare date means the end of that day in Shanghai (contracts)."""
    if not isinstance(value, str) or len(value) != _DATE_LENGTH:
        return value
    try:
        return clock.end_of_day(_sane(date.fromisoformat(value)))
    except ValueError:
        raise ValueError("应为日期或带时区的时刻，年份在 2000 至 9998 之间") from None


def _sane(value: _D) -> _D:
    if value.year not in _YEARS:
        raise ValueError("年份应在 2000 至 9998 之间")
    return value


AsOf = Annotated[date, AfterValidator(_sane)]
KnownAt = Annotated[AwareDatetime, BeforeValidator(_end_of_a_bare_date), AfterValidator(_sane)]


class MomentQuery(BaseModel):
    """哪一天的情况，以哪一刻所知为准"""

    model_config = ConfigDict(extra="forbid")

    as_of: AsOf | None = Field(
        None, title="截至日期", description="按这一天的情况（北京时间），缺省为今天，不能晚于今天"
    )
    known_at: KnownAt | None = Field(
        None,
        title="知悉时间",
        description=(
            "只按平台在这一时刻已经知道的内容，缺省为现在，不能晚于现在；带时区的时刻"
            "（例如 2026-06-30T12:00:00+08:00），或一个日期（指北京时间当天结束时，今天即指现在）"
        ),
    )

    def moment(self) -> tuple[date, datetime]:
        """(D, T) of the question; see `moment`."""
        return moment(self.as_of, self.known_at)

    def of_the_present(self) -> bool:
        """Whether today is asked about, by what is known now."""
        today = clock.today()
        return self.as_of in (None, today) and self.known_at in (None, clock.end_of_day(today))


def moment(as_of: date | None, known_at: datetime | None) -> tuple[date, datetime]:
    """(D, T) of a question: today and now by default. The end of today, which a bare date means, is now.

    FutureDayError for a day or an instant that has not come, naming each.
    """
    now, today = clock.now(), clock.today()
    wrong: list[FieldError] = []
    if as_of is not None and as_of > today:
        wrong.append(_not_yet("as_of", f"截至日期 {as_of.isoformat()} 还没有到，今天是 {today.isoformat()}"))
    if known_at is not None and known_at > now and known_at != clock.end_of_day(today):
        wrong.append(_not_yet("known_at", f"知悉时间 {_minute(known_at)} 还没有到，现在是 {_minute(now)}"))
    if wrong:
        raise FutureDayError("；".join(fault["message"] for fault in wrong) + "。", errors=wrong)
    return as_of or today, min(known_at or now, now)


def _not_yet(name: str, message: str) -> FieldError:
    return FieldError(pointer=f"/query/{name}", code=FutureDayError.code, message=message, value_masked=None)


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
