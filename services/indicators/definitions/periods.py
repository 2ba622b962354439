"""Periods (期间) as the plan counts: a year `2026`, a quarter `2026-Q2`, a month `2026-05`. Pure; all days are
business dates of the plan (Asia/Shanghai)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Granularity = Literal["month", "quarter", "year"]

GRANULARITIES: tuple[Granularity, ...] = ("year", "quarter", "month")
"""Longest first: the order in which periods that end on one day are told."""
TITLES: dict[Granularity, str] = {"month": "月", "quarter": "季度", "year": "年"}
SHAPES: dict[Granularity, str] = {"month": "月（如 2025-03）", "quarter": "季度（如 2025-Q1）", "year": "年（如 2025）"}
PATTERN = r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$"
"""A period of any granularity, as a pattern of the API."""

_PERIOD = re.compile(PATTERN)
_MONTHS: dict[Granularity, int] = {"month": 1, "quarter": 3, "year": 12}
_remembered = lru_cache(maxsize=4096)
"""A pass asks the same few hundred periods for every division; a caller's texts must not stay for ever."""


@_remembered
def granularity_of(period: str) -> Granularity | None:
    """The kind of a period; None for a text that is no period."""
    if _PERIOD.match(period) is None or period.endswith("\n"):
        return None
    if len(period) == len("2025"):
        return "year"
    return "quarter" if "Q" in period else "month"


def period_of(day: date, granularity: Granularity) -> str:
    """The period a day lies in."""
    if granularity == "year":
        return f"{day.year:04d}"
    if granularity == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


@_remembered
def start_of(period: str) -> date:
    """The first day of a period; ValueError for a text that is none."""
    granularity = granularity_of(period)
    if granularity is None:
        raise ValueError(f"no period: {period!r}")
    year, _, rest = period.partition("-")
    if granularity == "quarter":
        return date(int(year), 3 * int(rest[1:]) - 2, 1)
    return date(int(year), int(rest or 1), 1)


@_remembered
def end_of(period: str) -> date:
    """The last day of a period; ValueError for a text that is none."""
    start = start_of(period)
    return _add_months(start, _months(period)) - timedelta(days=1)


def year_of(period: str) -> int:
    """The year a period lies in; ValueError for a text that is no period."""
    return start_of(period).year


@_remembered
def previous(period: str) -> str:
    """The period of the same kind just before: December before January; ValueError for a text that is none."""
    granularity = granularity_of(period)
    before = start_of(period) - timedelta(days=1)
    return period_of(before, granularity or "year")


def as_of(period: str, day: date) -> date:
    """The day as of which a period is valued on `day`: that day while it runs, its last afterwards."""
    return min(end_of(period), day)


def running(granularities: Iterable[Granularity], today: date) -> list[str]:
    """The periods today lies in, in the order of `granularities`."""
    return [period_of(today, granularity) for granularity in granularities]


def ended(granularities: Sequence[Granularity], since: date, until: date) -> list[str]:
    """The periods whose last day lies in [since, until]: newest first, of one day the longest first."""
    found: list[str] = []
    wanted = [granularity for granularity in GRANULARITIES if granularity in granularities]
    for index in range(month_index(until), month_index(since) - 1, -1):
        year, month = divmod(index, 12)
        last = _add_months(date(year, month + 1, 1), 1) - timedelta(days=1)
        if since <= last <= until:
            found += [period_of(last, g) for g in wanted if (month + 1) % _MONTHS[g] == 0]
    return found


def month_index(day: date) -> int:
    """Months counted through the years: two days of one month have one index."""
    return day.year * 12 + day.month - 1


def _months(period: str) -> int:
    return _MONTHS[granularity_of(period) or "year"]


def _add_months(first: date, months: int) -> date:
    year, month = divmod(month_index(first) + months, 12)
    return date(year, month + 1, 1)
