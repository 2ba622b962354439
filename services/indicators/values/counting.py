"""Coverages for a pass: only marked banners are counted, the others' counts are kept from the pass before.

Every number of a count is a sum over banners and what is known to the city only, so that the city's count is
that of the kept and the fresh ones; a pass runs alone, so nobody else writes the kept ones. What may move
without its banner being marked is counted everywhere every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import Count, Coverage
from services.indicators.values import repository
from services.indicators.values.domain import Frame
from shared.codes import divisions

_EVERYWHERE = frozenset({"enrolled_disabled"})
"""A child whom no household names is counted where the certificate says, or for the city only: a household record
that names the child later moves it out of there without saying so."""

Kept = Mapping[tuple[date, str], Count]
"""By day and banner; under the city's code what is known to the city only."""


async def coverages(
    conn: AsyncConnection, name: str, days: Sequence[date], frame: Frame
) -> dict[tuple[date, str], Coverage]:
    """Coverage by (day, division of the frame); a frame without marks counts everything and keeps nothing."""
    if frame.marked is None:
        above = {divisions.banner_of(code) for code in frame.codes}
        banners = None if divisions.CITY in above else above
        return await cohort.coverage(conn, name, days, frame.known_at, frame.codes, banners)
    marked = frame.marked
    kept: Kept = {}
    if divisions.CITY not in marked and name not in _EVERYWHERE:
        kept = await repository.kept_counts(conn, name, days)
    if all((day, divisions.CITY) in kept for day in days) and kept:
        fresh = await cohort.counts(conn, name, days, frame.known_at, marked)
        counted = [*fresh, *_others(kept, marked), *_city(kept, fresh, days, marked)]
        await repository.keep_counts(conn, name, days, marked, _banners(fresh))
    else:
        counted = await cohort.counts(conn, name, days, frame.known_at)
        rest = _rest(counted, days)
        await repository.keep_counts(conn, name, days, None, [*_banners(counted), *rest])
    return await cohort.judge(conn, name, counted, days, frame.known_at, frame.codes)


def _is_banner(code: str) -> bool:
    place = divisions.get(code)
    return place is not None and place.level == "banner"


def _banners(counts: Iterable[Count]) -> list[Count]:
    return [count for count in counts if _is_banner(count.division_code)]


def _others(kept: Kept, marked: frozenset[str]) -> list[Count]:
    """The kept counts of banners that are not marked."""
    return [count for (_, code), count in kept.items() if code != divisions.CITY and code not in marked]


def _city(kept: Kept, fresh: Sequence[Count], days: Sequence[date], marked: frozenset[str]) -> list[Count]:
    parts = [*_banners(fresh), *_others(kept, marked)]
    return [_sum(day, [kept[day, divisions.CITY], *(part for part in parts if part.day == day)]) for day in days]


def _rest(counted: Sequence[Count], days: Sequence[date]) -> list[Count]:
    """What is known to the city only: the city's count less its banners'."""
    cities = {count.day: count for count in counted if count.division_code == divisions.CITY}
    return [
        _sum(
            day,
            [cities[day]] if day in cities else [],
            [count for count in _banners(counted) if count.day == day],
        )
        for day in days
    ]


def _sum(day: date, more: Sequence[Count], less: Sequence[Count] = ()) -> Count:
    numbers = [0] * len(astuple(_NOBODY)[2:])
    for sign, counts in ((1, more), (-1, less)):
        for count in counts:
            numbers = [number + sign * one for number, one in zip(numbers, astuple(count)[2:], strict=True)]
    return Count(day, divisions.CITY, *numbers)


_NOBODY = Count(date.min, divisions.CITY, 0, 0, 0, 0, 0, 0, 0)
