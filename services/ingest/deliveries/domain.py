"""Periods (报送期), and what their closings amount to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.ingest.outcomes.domain import PERIOD
from shared.codes import divisions
from shared.errors import FieldError

CITY = "150600000000"
BANNERS = frozenset(place.code for place in divisions.all_divisions() if place.level == "banner")
_UNIT_MONTHS = {"Q": 3, "H": 6}

Attribution = Literal["named", "since_last_closing"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A closing as it is asked for."""

    period: str
    division_code: str
    records_sent: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The last closing of a period for a division."""

    feed: int
    period: str
    division_code: str
    revision: int
    records_sent: int
    first_closed_at: datetime
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing that waits to become effective."""

    feed: int
    period: str
    division_code: str
    revision: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Which submissions a period is made of: those that name it; when none does, the unnamed ones in (after, until],
    from the closing of the period before to its own."""

    attribution: Attribution
    period: str
    after: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Declared:
    """What the closings of a period say together. The city's covers all banners; without it the banners add up, and
    the period is complete once each has closed."""

    sent: int
    complete: bool


def begins(period: str) -> date:
    """The first day of a period. ValueError when it is not one."""
    if re.fullmatch(PERIOD, period) is None:
        raise ValueError(period)
    year, _, rest = period.partition("-")
    unit, _, third = rest.partition("-")
    if not unit:
        return date(int(year), 1, 1)
    if unit[0] in _UNIT_MONTHS:
        return date(int(year), (int(unit[1]) - 1) * _UNIT_MONTHS[unit[0]] + 1, 1)
    return date(int(year), int(unit), 1 + (int(third[1]) - 1) * 10 if third else 1)


def faults(wanted: Wanted, today: date) -> list[FieldError]:
    """What is wrong with a closing."""
    found: list[FieldError] = []
    try:
        early = begins(wanted.period) > today
    except ValueError:  # the year 0
        early = True
    if early:
        found.append(_fault("/period", "period_in_future", "“报送期”尚未开始，只能关闭已经开始的报送期", wanted.period))
    if wanted.division_code != CITY and wanted.division_code not in BANNERS:
        message = f"“行政区划代码”应为全市（{CITY}）或一个旗区的 12 位代码"
        found.append(_fault("/division_code", "division_not_a_banner", message, wanted.division_code))
    return found


def declared(deliveries: Sequence[Delivery]) -> Declared:
    """See Declared."""
    for one in deliveries:
        if one.division_code == CITY:
            return Declared(one.records_sent, complete=True)
    closed = {one.division_code for one in deliveries}
    return Declared(sum(one.records_sent for one in deliveries), complete=closed >= BANNERS)


def explanation(declared: Declared, received: int, period: str) -> str:
    """What the counts mean for the clerk."""
    sent = declared.sent
    if sent == received:
        return f"申报 {sent:,} 条，收到 {received:,} 条，一致。"
    if received < sent:
        return (
            f"申报 {sent:,} 条，收到 {received:,} 条，少 {sent - received:,} 条："
            f"请补报（注明 delivery={period}），或更正申报条数。"
        )
    if not declared.complete:
        return f"已关闭的旗区申报 {sent:,} 条，收到 {received:,} 条；尚有旗区未关闭。"
    return f"申报 {sent:,} 条，收到 {received:,} 条，多 {received - sent:,} 条：如属补报，请更正申报条数。"


def _fault(pointer: str, code: str, message: str, value: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, message=message, value_masked=value)
