"""Why a number is what it is: its units with their records, what changed since, and what a record is evidence for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import repository
from services.indicators.cohort.domain import KINDS, ChangedUnit, Contribution, RecordRef, Unit, UnitOfRecord
from services.indicators.cohort.repository import (
    EVERYTHING,
    INCOMES,
    Calculation,
    Evidence,
    Reached,
    Scope,
    Slice,
)
from shared.codes import divisions

_FEEDS = {feed: kind for kind, feed in KINDS.items()}
_Key = tuple[str, str | None]


async def contributions(
    conn: AsyncConnection,
    name: str,
    day: date,
    known_at: datetime,
    division_code: str,
    *,
    counted: bool | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Contribution]:
    """The next `limit` units of a number by (household_no, person_key or ""), with the records each was judged by.

    `counted` True: of the numerator; False: of the denominator only; None: of the denominator. Over all pages there
    are as many as the number has. For incomes: the households with both reports, those without, all; the day says the
    year. KeyError for an unknown `name` or division.
    """
    asked = _day_of(name, day)
    wanted = Slice(divisions.prefix(division_code), counted, after, limit)
    found = await repository.page(conn, name, asked, known_at, _scope_of(division_code), wanted)
    scope = _touching({unit.household_no for unit in found}, {unit.person_key for unit in found})
    behind = _by_unit(await repository.evidence(conn, name, [asked], known_at, scope)) if found else {}
    return [
        Contribution(
            unit.household_no,
            unit.person_key,
            unit.division_code,
            unit.covered,
            unit.recorded,
            tuple(one.reference for one in _behind(behind, unit)),
            unit.detail,
        )
        for unit in found
    ]


async def changed(
    conn: AsyncConnection,
    name: str,
    day: date,
    earlier: datetime,
    later: datetime,
    division_codes: Sequence[str],
) -> list[ChangedUnit]:
    """The units that count otherwise as known at `later` than as known at `earlier`, in any of these divisions, in
    order, each with the records that became known in between and touch it. KeyError for an unknown `name`."""
    asked, calculation = _day_of(name, day), repository.ALL[name]
    reached = await repository.known_between(conn, calculation.kinds, asked, earlier, later)
    scope = _touching({one.household_no for one in reached}, {one.person_key for one in reached})
    before = {unit.place: unit for unit in await repository.units(conn, name, [asked], earlier, scope)}
    now = {unit.place: unit for unit in await repository.units(conn, name, [asked], later, scope)}
    causes = _Causes(reached, calculation)
    units = [_changed(place, before.get(place), now.get(place), causes) for place in sorted(before.keys() | now.keys())]
    return [unit for unit in units if unit is not None and any(unit.concerns(code) for code in division_codes)]


async def units_of_record(
    conn: AsyncConnection, department: str, kind: str, source_id: str, days: Collection[date], known_at: datetime
) -> list[UnitOfRecord]:
    """The units that a record is evidence for on any of these days, as known at T, in every calculation that reads
    its kind; none for a record or a kind that is not kept here."""
    number = _FEEDS.get(f"{department}/{kind}")
    if number is None or not days:
        return []
    reached = await repository.of_record(conn, number, source_id)
    scope = _touching({one.household_no for one in reached}, {one.person_key for one in reached})
    found: list[UnitOfRecord] = []
    for name, calculation in repository.ALL.items():  # ten at most, whatever is asked
        if number not in calculation.kinds or not reached:
            continue
        asked = sorted({_day_of(name, day) for day in days})
        records = await repository.evidence(conn, name, asked, known_at, scope)
        behind = {
            (one.day, one.household_no, one.person_key)
            for one in records
            if one.kind == number and one.reference.source_id == source_id
        }
        units = await repository.units(conn, name, asked, known_at, scope)
        found += [
            UnitOfRecord(name, unit.day, unit.division_code, unit.household_no, unit.person_key, unit.covered)
            for unit in units
            if {(unit.day, unit.household_no, None), (unit.day, unit.household_no, unit.person_key)} & behind
        ]
    return found


class _Causes:
    """The records that touch a household or person, oldest first. One that speaks for its person only is none of the
    others' in the household."""

    def __init__(self, reached: Iterable[Reached], calculation: Calculation) -> None:
        self._at: dict[str, dict[RecordRef, None]] = defaultdict(dict)
        for one in reached:
            kind = _FEEDS[f"{one.record.department}/{one.record.kind}"]
            keys = {one.person_key} if kind in calculation.persons else {one.household_no, one.person_key}
            for key in keys - {None}:
                self._at[key or ""][one.record] = None

    def of(self, household_no: str, person_key: str | None) -> tuple[RecordRef, ...]:
        """Those of a unit: a person's own and those of the household."""
        return tuple(dict.fromkeys([*self._at.get(household_no, ()), *self._at.get(person_key or "", ())]))


def _day_of(name: str, day: date) -> date:
    """Incomes are those of a whole year, told of its last day."""
    return date(day.year, 12, 31) if repository.ALL[name] is INCOMES else day


def _scope_of(division_code: str) -> Scope:
    in_city = divisions.banner_of(division_code) == divisions.CITY
    return EVERYTHING if in_city else Scope("banners", (division_code[:6],))


def _touching(households: Collection[str | None], persons: Collection[str | None]) -> Scope:
    return Scope("touched", tuple(sorted(filter(None, households))), tuple(sorted(filter(None, persons))))


def _by_unit(records: Iterable[Evidence]) -> Mapping[_Key, list[Evidence]]:
    found: dict[_Key, list[Evidence]] = defaultdict(list)
    for one in records:
        found[one.household_no, one.person_key].append(one)
    return found


def _behind(records: Mapping[_Key, list[Evidence]], unit: Unit) -> list[Evidence]:
    own = records.get((unit.household_no, unit.person_key), []) if unit.person_key else []
    return [*records.get((unit.household_no, None), []), *own]


def _changed(place: tuple[str, str], old: Unit | None, new: Unit | None, causes: _Causes) -> ChangedUnit | None:
    """What became of a unit; None if it counts as it did."""
    if _counts(old) == _counts(new):
        return None
    household_no, person_key = place[0], place[1] or None
    return ChangedUnit(
        household_no,
        person_key,
        None if old is None else old.division_code,
        None if new is None else new.division_code,
        None if old is None else old.covered,
        None if new is None else new.covered,
        causes.of(household_no, person_key),
    )


def _counts(unit: Unit | None) -> object:
    return None if unit is None else (unit.division_code, unit.covered, unit.detail)
