"""Data age (数据时效) of a value's sources on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from services.indicators.cohort.domain import Source
from services.indicators.holdings import service as holdings
from shared import clock
from shared.feeds import catalogue
from shared.feeds.freshness import age_days, is_overdue

OBSERVED_OVERDUE_DAYS = 400
"""Observed figures come once a year, and so do the funds of new projects **[ours]**."""


@dataclass(frozen=True, slots=True)
class Age:
    """Days since a feed was last heard of in a division; overdue if any banner of it is (contracts.md)."""

    department: str
    kind: str
    newest_known_at: datetime | None
    age_days: int | None
    overdue: bool


def data_age(sources: Iterable[Source], today: date) -> list[Age]:
    """One entry a source, in the value's order."""
    return [_age(source, today) for source in sources]


def _age(source: Source, today: date) -> Age:
    department, _, kind = source.feed.partition("/")
    if kind == "observation" or source.feed == holdings.FEED:
        limit, days = OBSERVED_OVERDUE_DAYS, _calendar_days
    else:
        feed = catalogue.get(department, kind)
        limit, days = feed.overdue_days, partial(age_days, feed)
    newest, stalest = days(source.newest_known_at, today), days(source.stalest_known_at, today)
    return Age(department, kind, source.newest_known_at, newest, is_overdue(stalest, limit))


def _calendar_days(instant: datetime | None, today: date) -> int | None:
    return None if instant is None else (today - clock.business_date(instant)).days
