"""Apply a batch of consumed records to the projection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.codes import divisions
from shared.events.codec import Delivery
from shared.feeds import catalogue
from shared.versions import repository
from shared.versions.domain import Piece, pieces
from shared.versions.rows import Row, member_rows, names_members, row_of, state_row


@dataclass(slots=True)
class Applied:
    """What a batch touched: kinds, persons and households before and after, and by which records."""

    kinds: set[int] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    households: set[str] = field(default_factory=set)
    causes: dict[str, list[Row]] = field(default_factory=dict)


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> Applied:
    """Store the versions and lock what they touch: persons in key order, then households.

    A version that is stored already changes nothing, so a replay older than the inbox is harmless;
    an older version after a newer one lands where it belongs.
    """
    rows = [row_of(delivery) for delivery in deliveries]
    named = [member_rows(d) if names_members(r) else [] for d, r in zip(deliveries, rows, strict=True)]
    previous = {d.event.meta.previous_subject_key for d in deliveries} - {None}
    persons = {row.subject_key for row in rows if row.subject_key} | {m[2] for members in named for m in members}
    persons |= {key for key in previous if key}
    if persons:
        await repository.lock_persons(conn, list(persons))
    new, former = await _store(conn, rows)
    fresh = {(row.source_id, row.version) for row in new if names_members(row)}
    states, members = [], []
    for delivery, row, listed in zip(deliveries, rows, named, strict=True):
        if (row.source_id, row.version) in fresh and names_members(row):
            fresh.discard((row.source_id, row.version))
            states.append(state_row(delivery))
            members += listed
    if states:
        await repository.add_households(conn, states, members)
    touching = [
        {m[2] for m in listed} | ({row.subject_key} if row.subject_key else set())
        for row, listed in zip(rows, named, strict=True)
    ]
    applied = await _touched(conn, list(zip(rows, touching, strict=True)), former, persons)
    if applied.households:
        await repository.lock_households(conn, list(applied.households))
    await _note_arrivals(conn, rows)
    return applied


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
        shape = catalogue.BY_NUMBER[kind].shape
        writes: list[tuple[Row, list[Piece]]] = []
        known: list[str] = []
        for source_id in sorted(records):
            added = [row for version, row in records[source_id].items() if version not in stored[source_id]]
            if not added:
                continue
            new += added
            if stored[source_id]:
                known.append(source_id)
            whole = {row.version: row for row in (*stored[source_id].values(), *added)}
            cut: dict[int, list[Piece]] = defaultdict(list)
            for piece in pieces((row.as_version() for row in whole.values()), shape):
                cut[piece.number].append(piece)
            writes += [(row, cut[version]) for version, row in whole.items()]
        await repository.replace(conn, kind, known, writes)
    return new, former


async def _note_arrivals(conn: AsyncConnection, rows: Iterable[Row]) -> None:
    homeless = {row.subject_key for row in rows if row.division_code is None and row.subject_key}
    homes = await repository.banner_of_persons(conn, list(homeless)) if homeless else {}
    arrivals: set[tuple[int, str, datetime]] = set()
    for row in rows:
        division = row.division_code or homes.get(row.subject_key or "")
        if division and divisions.get(division):
            hour = row.known_at.replace(minute=0, second=0, microsecond=0)
            arrivals.add((row.kind, divisions.banner_of(division), hour))
    if arrivals:
        await repository.add_arrivals(conn, arrivals)


async def _touched(
    conn: AsyncConnection, rows: Sequence[tuple[Row, set[str]]], former: Sequence[Row], persons: set[str]
) -> Applied:
    """Households before and after: named by the records, by their older versions, or by membership.

    Each row comes with the persons it is about (its subject, or the members it names).
    """
    everybody = persons | {row.subject_key for row in former if row.subject_key}
    households = {row.household_no for row in (*(r for r, _ in rows), *former) if row.household_no}
    if households:
        everybody |= await repository.members_of(conn, list(households))
    homes: dict[str, set[str]] = defaultdict(set)
    for person, household_no in await repository.households_naming(conn, list(everybody)) if everybody else []:
        homes[person].add(household_no)
        households.add(household_no)
    causes: dict[str, list[Row]] = defaultdict(list)
    for row, about in rows:
        reached = {row.household_no} if row.household_no else set()
        for household_no in reached.union(*(homes[person] for person in about)):
            causes[household_no].append(row)
    return Applied({row.kind for row, _ in rows}, everybody, households, dict(causes))
