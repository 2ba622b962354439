"""What may be asked of the board and of values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.indicators.definitions.domain import Family
from services.indicators.definitions.periods import PATTERN
from shared import clock
from shared.http.errors import FutureDayError
from shared.http.paging import DEFAULT_LIMIT, MAX_LIMIT

_DATE_LENGTH = len("2026-06-30")
_YEARS = range(2000, 9999)
_D = TypeVar("_D", date, datetime)


def _day(value: str | None) -> Any:
    """A day is written as one: a number would be read as seconds since 1970."""
    if value is None:
        return value
    try:
        return _sane(date.fromisoformat(value if len(value) == _DATE_LENGTH else ""))
    except ValueError:
        raise ValueError("应为真实的日期，例如 2026-06-30，年份在 2000 至 9998 之间") from None


def _instant(value: str | None) -> Any:
    """An instant is written as one too; a bare date means the end of that day in Shanghai (contracts)."""
    if value is None:
        return value
    try:
        if len(value) == _DATE_LENGTH:
            return clock.end_of_day(_sane(date.fromisoformat(value)))
        return _sane(datetime.fromisoformat(value))
    except ValueError:
        raise ValueError("应为日期或带时区的时刻，年份在 2000 至 9998 之间") from None


def _sane(value: _D) -> _D:
    if value.year not in _YEARS:
        raise ValueError
    return value


class _DivisionQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    division: str | None = Field(
        None,
        title="行政区划代码",
        description="12 位代码；不填为本人权限范围",
        pattern=r"^[0-9]{12}$",
        examples=["150625000000"],
    )


class BoardQuery(_DivisionQuery):
    """哪一张指标表"""

    as_of: Annotated[date | None, BeforeValidator(_day)] = Field(
        None, title="截至日期", description="不填为今天（北京时间）"
    )
    family: Family = Field("main", title="指标族", description="main 专栏1的十六项；other 规划的其他目标")


class ValuesQuery(_DivisionQuery):
    """哪些指标数值"""

    indicator: str | None = Field(None, title="指标代码", max_length=64, examples=["medical_insurance"])
    period: str | None = Field(
        None, title="期间", description="年 `2025`、季度 `2025-Q1` 或月 `2025-03`", pattern=PATTERN
    )
    family: Family | None = Field(
        None, title="指标族", description="main 专栏1的十六项；other 规划的其他目标；不填为两者"
    )
    known_at: Annotated[AwareDatetime | None, BeforeValidator(_instant)] = Field(
        None,
        title="知悉时间",
        description=(
            "只给出这一时刻已经发布并且当时现行的数值，不填为现在，不能晚于现在；带时区的时刻"
            "（例如 2026-06-30T12:00:00+08:00），或一个日期（指北京时间当天结束时，今天即指现在）"
        ),
    )

    def instant(self) -> datetime | None:
        """The instant asked of, None for the present; FutureDayError for one that has not come."""
        if self.known_at is None or self.known_at == clock.end_of_day(clock.today()):
            return None
        if self.known_at > clock.now():
            raise FutureDayError("知悉时间不能晚于现在。")
        return self.known_at


class ValuePageQuery(ValuesQuery):
    """哪些指标数值，一页"""

    after: str | None = Field(
        None, title="续页位置", description="上一页的 `next`；不填从头开始。", min_length=1, max_length=512
    )
    limit: int = Field(DEFAULT_LIMIT, title="每页条数", ge=1, le=MAX_LIMIT, examples=[DEFAULT_LIMIT])
