"""Apply a batch of consumed records to the projection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events.codec import Delivery
from shared.feeds import catalogue
from shared.versions import freshness, repository
from shared.versions.domain import Piece, pieces
from shared.versions.freshness import Spoken
from shared.versions.kinds import COVERING, HOUSEHOLD
from shared.versions.rows import Incoming, Row, incoming, state_row

_NOBODY: frozenset[str] = frozenset()
Former = Mapping[tuple[int, str], set[str]]
"""Persons by (kind, source_id) of a record."""


@dataclass(slots=True)
class Applied:
    """What a batch touched: kinds, persons and households before and after, and by which records."""

    kinds: set[int] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    households: set[str] = field(default_factory=set)
    causes: dict[str, list[Row]] = field(default_factory=dict)
    believed: list[Spoken] = field(default_factory=list)
    """Claims of ingest's that became arrivals with this batch."""


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery], households: Collection[str] = ()) -> Applied:
    """Store the versions and lock what they touch: persons in key order, then households, among them
    those that the caller touches by other events.

    A version that is stored already changes nothing, so a replay older than the inbox is harmless;
    an older version after a newer one lands where it belongs.
    """
    taken = [incoming(delivery) for delivery in deliveries]
    persons = {key for one in taken for key in one.persons}
    for formerly in (await _covered(conn, taken)).values():
        persons |= formerly
    if persons:
        await repository.lock_persons(conn, list(persons))
    former = await _covered(conn, taken)
    new, stood = await _store(conn, [one.row for one in taken])
    await _add_named(conn, taken, new)
    applied = await _touched(conn, taken, stood, former, persons)
    applied.households |= set(households)
    if applied.households:
        await repository.lock_households(conn, list(applied.households))
    applied.believed = await freshness.applied(conn, new)
    return applied


async def _covered(conn: AsyncConnection, taken: Iterable[Incoming]) -> Former:
    """Whom stored versions of these records cover."""
    records: dict[int, set[str]] = defaultdict(set)
    for one in taken:
        if one.row.kind in COVERING:
            records[one.row.kind].add(one.row.source_id)
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for kind, source_ids in records.items():  # at most two kinds
        for source_id, person in await repository.covered_by(conn, kind, list(source_ids)):
            found[kind, source_id].add(person)
    return found


async def _store(conn: AsyncConnection, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Write rectangles; returns the versions that were new and those that stood there before."""
    by_kind: dict[int, dict[str, dict[int, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        by_kind[row.kind][row.source_id].setdefault(row.version, row)
    new: list[Row] = []
    former: list[Row] = []
    for kind, records in sorted(by_kind.items()):
        stored: dict[str, dict[int, Row]] = defaultdict(dict)
        for row in await repository.versions_of(conn, kind, list(records)):
            stored[row.source_id][row.version] = row
            former.append(row)
        writes: list[repository.Cut] = []
        known: list[str] = []
        for source_id in sorted(records):
            added = [row for version, row in records[source_id].items() if version not in stored[source_id]]
            if not added:
                continue
            new += added
            if stored[source_id]:
                known.append(source_id)
            writes += _cut(kind, [*stored[source_id].values(), *added])
        await repository.replace(conn, kind, known, writes)
    return new, former


def _cut(kind: int, versions: Sequence[Row]) -> list[repository.Cut]:
    """All versions of one record with their rectangles."""
    shape = catalogue.BY_NUMBER[kind].shape
    if len(versions) == 1:  # nearly every record of a live batch
        only = versions[0]
        return [(only, pieces((only.as_version(),), shape), only.known_at)]
    found: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces((row.as_version() for row in versions), shape):
        found[piece.number].append(piece)
    first_known_at = min(row.known_at for row in versions)
    return [(row, found[row.version], first_known_at) for row in versions]


async def _add_named(conn: AsyncConnection, taken: Iterable[Incoming], new: Iterable[Row]) -> None:
    """Store the attributes, members and covered persons of new versions."""
    fresh = {(row.kind, row.source_id, row.version) for row in new}
    states: list[Any] = []
    members: list[Any] = []
    covered: list[Any] = []
    for one in taken:
        key = (*one.record, one.row.version)
        if key not in fresh:
            continue
        fresh.discard(key)
        if one.row.kind == HOUSEHOLD and not one.row.retracted:
            states.append(state_row(one.delivery))
            members += one.members
        covered += one.covered
    if states:
        await repository.add_households(conn, states, members)
    if covered:
        await repository.add_covered(conn, covered)


async def _touched(
    conn: AsyncConnection, taken: Sequence[Incoming], stood: Sequence[Row], former: Former, persons: set[str]
) -> Applied:
    """Households before and after: named by the records, by their older versions, or by membership.
    A record is a cause in each of them, also where only an older version of it said something."""
    formerly: dict[tuple[int, str], set[str]] = defaultdict(set, {key: set(found) for key, found in former.items()})
    at: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in stood:
        formerly[row.kind, row.source_id] |= _said(row.subject_key)
        at[row.kind, row.source_id] |= _said(row.household_no)
    for one in taken:
        at[one.record] |= _said(one.row.household_no)
    everybody = persons.union(*formerly.values())
    households = set().union(*at.values())
    if households:
        everybody |= await repository.members_of(conn, list(households))
    homes: dict[str, set[str]] = defaultdict(set)
    for person, household_no in await repository.households_naming(conn, list(everybody)) if everybody else []:
        homes[person].add(household_no)
        households.add(household_no)
    causes: dict[str, list[Row]] = defaultdict(list)
    for one in taken:
        about = one.persons | formerly.get(one.record, _NOBODY)
        for household_no in at[one.record].union(*(homes[person] for person in about)):
            causes[household_no].append(one.row)
    return Applied({one.row.kind for one in taken}, everybody, households, dict(causes))


def _said(value: str | None) -> set[str]:
    return set() if value is None else {value}
