"""Use cases of the facts room. One definition for live, sweep and history (screening §2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import repository
from services.screening.facts.domain import FACTS, GROUPS, SILENCE_KINDS, groups_fed_by, kinds_of, wire_value
from services.screening.facts.repository import Relation
from services.screening.register import service as register
from shared import clock
from shared.codes import divisions
from shared.feeds import catalogue
from shared.feeds.freshness import age_days, is_overdue
from shared.versions.domain import RecordRef


@dataclass(frozen=True, slots=True)
class FactRow:
    """The facts of one household at (D, T): values by name, and the kinds that are silent for it."""

    household_no: str
    division_code: str
    values: dict[str, Any]
    silent: frozenset[int]

    def complete(self, name: str) -> bool:
        """Whether every feed that the fact needs has spoken in time, and no parameter of it is missing."""
        fact = FACTS[name]
        return not self.lacking(name) and (fact.silence == "none" or not self.silent & set(fact.kinds))

    def lacking(self, name: str) -> tuple[str, ...]:
        """The parameters for want of which the fact is unknown; a fact that reads some is NULL for nothing else."""
        return FACTS[name].parameters if self.values[name] is None else ()


@dataclass(frozen=True, slots=True)
class Renewed:
    """What of the stored rows was computed again: everything of the households in `whole`, of others these groups."""

    whole: frozenset[str]
    groups: frozenset[str]

    def has(self, household_no: str, names: Iterable[str]) -> bool:
        """Whether one of these facts of the household may be another than before."""
        return household_no in self.whole or any(FACTS[name].group in self.groups for name in names)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact as an answer gives it; see `wire_value`. `lacking` are parameters, by name."""

    name: str
    title: str
    value: bool | int | str | None
    label: str | None
    unit: str
    complete: bool
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """All facts of a household at (D, T)."""

    household_no: str
    division_code: str
    as_of: date
    known_at: datetime
    facts: list[FactLine]
    data_age: list[DataAge]


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old a department's newest record for a banner is; `newest_known_at` None = never delivered."""

    department: str
    kind: str
    newest_known_at: datetime | None
    age_days: int | None
    overdue: bool


async def refresh(
    conn: AsyncConnection, households: Sequence[str] | None, kinds: set[int] | None, as_of: date, known_at: datetime
) -> Renewed:
    """Bring the stored rows to (D, T): only the groups that `kinds` feed where the row is of today.

    A household that is not visible any more loses its row: its rules are no longer hit.
    """
    if households is None or kinds is None:
        await repository.store(conn, households, GROUPS, as_of, known_at)
        await repository.forget_gone(conn, households, as_of, known_at)
        return Renewed(frozenset(households or ()), frozenset(GROUPS))
    groups = groups_fed_by(kinds)
    current = await repository.current(conn, households, as_of) if groups != GROUPS else set()
    stale = [h for h in households if h not in current]
    if stale:
        await repository.store(conn, stale, GROUPS, as_of, known_at)
        await repository.forget_gone(conn, stale, as_of, known_at)
    if current and groups:
        await repository.store(conn, sorted(current), groups, as_of, known_at)
    return Renewed(frozenset(stale), frozenset(groups))


def stored(households: Sequence[str] | None, known_at: datetime) -> Relation:
    """The relation `f` of the compiled rules over the stored rows: SQL and its arguments."""
    return repository.stored_relation(households, known_at)


def computed(households: Sequence[str] | None, as_of: date, known_at: datetime) -> Relation:
    """The same relation computed from the versions at any (D, T)."""
    return repository.computed_relation(households, as_of, known_at)


async def rows(conn: AsyncConnection, relation: Relation) -> dict[str, FactRow]:
    """The facts of the relation's households."""
    found = await repository.rows(conn, relation)
    return {
        r["household_no"]: FactRow(
            r["household_no"],
            r["division_code"],
            {name: r[name] for name in FACTS},
            frozenset(kind for kind in SILENCE_KINDS if r[f"silent_{kind}"]),
        )
        for r in found
    }


async def contributions(
    conn: AsyncConnection, households: Sequence[str], groups: Sequence[str], as_of: date, known_at: datetime
) -> dict[str, dict[str, list[RecordRef]]]:
    """Household → group → the record versions its facts were computed from."""
    if not groups or not households:
        return {household_no: {} for household_no in households}
    found = await repository.records(conn, households, groups, as_of, known_at)
    return {household_no: found.get(household_no, {}) for household_no in households}


async def data_ages(conn: AsyncConnection, known_at: datetime) -> dict[tuple[str, int], datetime]:
    """(banner, kind) → newest arrival known at T; read once for a batch, then `data_age` per household."""
    return await repository.newest_arrivals(conn, known_at)


def data_age(
    arrivals: dict[tuple[str, int], datetime], division_code: str, kinds: Sequence[int], known_at: datetime
) -> list[DataAge]:
    """The age of each feed of `kinds` for the household's banner."""
    ages = []
    for kind in kinds:
        feed = catalogue.BY_NUMBER[kind]
        newest = arrivals.get((divisions.banner_of(division_code), kind))
        days = age_days(feed, newest, clock.business_date(known_at))
        ages.append(DataAge(feed.department, feed.kind, newest, days, is_overdue(days, feed.overdue_days)))
    return ages


async def of_household(
    conn: AsyncConnection, household_no: str, scope: str, as_of: date, known_at: datetime
) -> HouseholdFacts:
    """The facts of one household, computed; HouseholdNotFoundError when not there or out of scope."""
    await register.household(conn, household_no, scope, as_of, known_at)
    row = (await rows(conn, computed([household_no], as_of, known_at)))[household_no]
    lines = [
        FactLine(
            name,
            fact.title,
            wire_value(fact, row.values[name]),
            fact.label(row.values[name]),
            fact.unit,
            row.complete(name),
            row.lacking(name),
        )
        for name, fact in FACTS.items()
    ]
    ages = data_age(await data_ages(conn, known_at), row.division_code, kinds_of(GROUPS), known_at)
    return HouseholdFacts(household_no, row.division_code, as_of, known_at, lines, ages)


def declarations() -> list[dict[str, Any]]:
    """The catalogue of facts for rule authors."""
    return [
        {
            "name": fact.name,
            "title": fact.title,
            "group": fact.group,
            "type": fact.type,
            "unit": fact.unit,
            "labels": {str(value): words for value, words in fact.labels.items()},
            "feeds": [catalogue.BY_NUMBER[kind].name for kind in fact.kinds],
            "silence": fact.silence,
            "parameters": list(fact.parameters),
            "definition": fact.definition,
        }
        for fact in FACTS.values()
    ]
