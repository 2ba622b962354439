"""What is known at T, what of it is visible on a day, and who lived where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from services.screening.parameters.domain import ParameterValue
from shared import clock
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery
from shared.events.records import RecordRetractedV1
from shared.feeds import catalogue

Member = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of a record. `first_known` is the day on which the record was first heard of."""

    kind: int
    source_id: str
    number: int
    known_at: datetime
    effective_on: date
    retracted: bool
    subject: str | None
    household_no: str | None
    division: str | None
    data: dict[str, Any]
    first_known: date

    @property
    def rank(self) -> tuple[date, int, str]:
        """Which of several visible ones counts: the greatest."""
        return (self.effective_on, self.number, self.source_id)


class Known:
    """Everything known at T."""

    def __init__(
        self,
        deliveries: Iterable[Delivery],
        known: datetime,
        parameters: Sequence[ParameterValue] = (),
    ) -> None:
        self.stops: list[IncomeStoppedV1] = []
        self.parameters = [value for value in parameters if value.known_at <= known]
        heard: dict[tuple[int, str], dict[int, Delivery]] = defaultdict(dict)
        for delivery in deliveries:
            if isinstance(delivery.event, IncomeStoppedV1):
                self.stops += [delivery.event] if delivery.event.known_at <= known else []
                continue
            meta = delivery.event.meta
            if meta.known_at <= known:
                kind = catalogue.get(meta.department, meta.kind).number
                heard[kind, meta.source_id].setdefault(meta.version, delivery)
        self.records: dict[int, dict[str, list[Version]]] = defaultdict(dict)
        for (kind, source_id), found in heard.items():
            first = clock.business_date(min(d.event.meta.known_at for d in found.values()))
            self.records[kind][source_id] = [_version(kind, d, first) for d in found.values()]
        self.on = cache(self._on)

    def _on(self, day: date) -> Day:
        return Day(self, day)

    def first_said(self, version: Version, field: str) -> date:
        """The day on which a record was first heard to say what it says in `field`: a change may be reported late in
        a record that has been known for years."""
        record = self.records[version.kind][version.source_id]
        same = (v.known_at for v in record if not v.retracted and v.data.get(field) == version.data[field])
        return clock.business_date(min(same))

    def parameter(self, name: str, division: str, day: date) -> Decimal | None:
        """The adopted value in force on a day, or else the example's; the most local of several, None of none."""
        newest: dict[tuple[str, date], ParameterValue] = {}
        for value in sorted(self.parameters, key=lambda v: v.version):
            if value.name == name:
                newest[value.division_code, value.valid_from] = value
        in_force = [
            value
            for value in newest.values()
            if value.valid_from <= day
            and (value.valid_to is None or day <= value.valid_to)
            and value.division_code in _places(division)
        ]
        if not in_force:
            return None
        places = _places(division)
        return max(in_force, key=lambda v: (v.status == "adopted", places.index(v.division_code), v.valid_from)).value


def _places(division: str) -> list[str]:
    """Region, city, banner, township and village of a place, the widest first."""
    return [division[:length].ljust(12, "0") for length in (2, 4, 6, 9, 12)]


def _version(kind: int, delivery: Delivery, first_known: date) -> Version:
    meta, retracted = delivery.event.meta, isinstance(delivery.event, RecordRetractedV1)
    return Version(
        kind, meta.source_id, meta.version, meta.known_at, meta.effective_on or date.min, retracted,
        meta.subject_key, meta.household_no, meta.division_code, delivery.event.data, first_known,
    )  # fmt: skip


def ever_visible(record: Sequence[Version]) -> list[Version]:
    """The versions of a state record that hold on some day: those that no newer one covers from as early."""
    if max(record, key=lambda v: v.number).retracted:
        return []
    said = [v for v in record if not v.retracted]
    return [v for v in said if not any(o.number > v.number and o.effective_on <= v.effective_on for o in said)]


def visible_on(record: Sequence[Version], day: date) -> Version | None:
    """The version of a record that is visible on a day (screening §1)."""
    newest = max(record, key=lambda v: v.number)
    if newest.retracted:
        return None
    if catalogue.BY_NUMBER[newest.kind].shape == "event":
        return newest if newest.effective_on <= day else None
    begun = [v for v in record if not v.retracted and v.effective_on <= day]
    return max(begun, key=lambda v: v.number, default=None)


class Day:
    """What is visible on one day."""

    def __init__(self, known: Known, day: date) -> None:
        self.known = known
        self.day = day
        self.visible = cache(self._visible)
        self.by_subject = cache(self._by_subject)
        self.by_household = cache(self._by_household)
        self.covering = cache(self._covering)
        self.households: dict[str, Version] = {}
        self.homes: dict[str, tuple[str, Member]] = {}
        for version in sorted(self.visible(17), key=lambda v: v.rank):
            self.households[version.household_no or ""] = version
            for member in version.data["members"]:
                self.homes[member["person_key"]] = (version.household_no or "", member)

    def _visible(self, kind: int) -> list[Version]:
        seen = (visible_on(record, self.day) for record in self.known.records[kind].values())
        return [version for version in seen if version is not None]

    def _by_subject(self, kind: int) -> dict[str, list[Version]]:
        found: dict[str, list[Version]] = defaultdict(list)
        for version in self.visible(kind):
            found[version.subject or ""].append(version)
        return found

    def _by_household(self, kind: int) -> dict[str, list[Version]]:
        found: dict[str, list[Version]] = defaultdict(list)
        for version in self.visible(kind):
            found[version.household_no or ""].append(version)
        return found

    def _covering(self, kind: int) -> dict[str, list[Version]]:
        """Person → the visible records of an allowance that cover the person, whoever they are made out to."""
        if kind == 2:
            return self.by_subject(2)
        found: dict[str, list[Version]] = defaultdict(list)
        for version in self.visible(kind):
            for person in version.data["covered_members"]:
                found[person].append(version)
        return found


@dataclass(frozen=True, slots=True)
class Home:
    """One household on the day that is asked about."""

    no: str
    version: Version
    members: list[Member]
    on: Day

    @property
    def day(self) -> date:
        """D."""
        return self.on.day

    @property
    def keys(self) -> list[str]:
        """The members' keys."""
        return [member["person_key"] for member in self.members]

    @property
    def division(self) -> str:
        """Where the household lives."""
        return self.version.division or ""

    def of(self, person: str, kind: int) -> list[Version]:
        """The visible records about one person."""
        return self.on.by_subject(kind).get(person, [])

    def of_members(self, kind: int) -> list[Version]:
        """The visible records about any member."""
        return [version for key in self.keys for version in self.of(key, kind)]

    def of_household(self, kind: int) -> list[Version]:
        """The visible records about the household."""
        return self.on.by_household(kind).get(self.no, [])

    def parameter(self, name: str) -> Decimal | None:
        """The value in force for this household."""
        return self.on.known.parameter(name, self.division, self.day)
