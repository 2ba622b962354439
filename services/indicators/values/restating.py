"""What a new value of a closed period says: the one it was closed with, the one it replaces, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import ChangedUnit, RecordRef
from services.indicators.definitions import service as definitions
from services.indicators.definitions.periods import end_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.restatements.domain import Cause, Figures, Restated
from services.indicators.values import repository
from services.indicators.values.domain import Stored
from services.indicators.values.entering import causes
from services.indicators.values.ledgers import LEDGERS

Place = tuple[int, str, str]
"""Number, division, period."""

REASONS = {
    "record": "期间审定后收到的记录改变了数值",
    "observation": "期间审定后更正或补报的观测值改变了数值",
    "method": "期间审定后计算方法或数据时效改变了数值",
}


class Why(NamedTuple):
    """One Chinese sentence, and what made the difference."""

    reason: str
    causes: Sequence[Cause]


async def restate(
    conn: AsyncConnection,
    stored: Sequence[Stored],
    current: Mapping[Place, Stored],
    closed_at: Mapping[str, datetime],
) -> list[Restated]:
    """One restatement for each new value of a closed period, with its causes."""
    if not stored:
        return []
    ids = sorted({one.restates for one in stored if one.restates is not None})
    closed = {one.value_id: one for one in await repository.by_ids(conn, ids)}
    why = await _causes(conn, stored, current, closed_at)
    return [
        _restated(one, closed.get(one.restates) if one.restates else None, current, closed_at, why[one.value_id])
        for one in stored
    ]


def _restated(
    now: Stored,
    closed: Stored | None,
    current: Mapping[Place, Stored],
    closed_at: Mapping[str, datetime],
    why: Why,
) -> Restated:
    value, previous = now.value, current.get(now.value.place)
    return Restated(
        number=value.number,
        code=value.code,
        division_code=value.division_code,
        period=value.period,
        closed_at=closed_at[value.period],
        published_at=now.published_at,
        now=_figures(now),
        closed=None if closed is None else _figures(closed),
        previous=None if previous is None else _figures(previous),
        reason=why.reason,
        causes=why.causes,
    )


def _figures(stored: Stored) -> Figures:
    value = stored.value
    return Figures(stored.value_id, value.value, value.numerator, value.denominator, value.status)


async def _causes(
    conn: AsyncConnection,
    stored: Sequence[Stored],
    current: Mapping[Place, Stored],
    closed_at: Mapping[str, datetime],
) -> dict[UUID, Why]:
    """The records of units that count otherwise now, and the observations that the value before did not use;
    when there are none of either it was the method, or what is known of a feed's freshness."""
    records = await _records(conn, stored, current, closed_at)
    fresh = {one.value_id: _fresh(one, current.get(one.value.place)) for one in stored}
    known = await observations.by_ids(conn, sorted({i for ids in fresh.values() for i in ids}))
    by_id = {one.observation_id: one for one in known}
    return {
        one.value_id: _why(records[one.value_id], [by_id[i] for i in sorted(fresh[one.value_id])]) for one in stored
    }


def _why(records: Sequence[Cause], fresh: Sequence[Observation]) -> Why:
    """What people gave as the reason of a late figure belongs to the sentence."""
    seen = [Cause("observation", one.in_force_from, observation_id=one.observation_id) for one in fresh]
    causes = [*records, *seen] or [Cause("method", None)]
    given = "；".join(dict.fromkeys(one.restatement_reason for one in fresh if one.restatement_reason))
    reason = REASONS[causes[0].kind]
    return Why(f"{reason}：{given}" if given else reason, causes)


def _fresh(now: Stored, before: Stored | None) -> set[UUID]:
    return set(now.value.used) - (set(before.value.used) if before else set())


async def _records(
    conn: AsyncConnection,
    stored: Sequence[Stored],
    current: Mapping[Place, Stored],
    closed_at: Mapping[str, datetime],
) -> dict[UUID, list[Cause]]:
    """Asked once for all places of an indicator and period whose values before were as old; the ledger for each."""
    groups: dict[tuple[str, str, datetime], list[Stored]] = defaultdict(list)
    found: dict[UUID, list[Cause]] = {one.value_id: [] for one in stored}
    for one in stored:
        name, before = definitions.get(one.value.code).formula.name, current.get(one.value.place)
        earlier = closed_at[one.value.period] if before is None else before.value.known_at
        if name in LEDGERS:
            found[one.value_id] += await causes(conn, one.value, earlier)
        if name in cohort.CALCULATIONS or name in cohort.INCOMES:
            groups[name or "", one.value.period, earlier].append(one)
    for (name, period, earlier), values in groups.items():
        codes, later = [one.value.division_code for one in values], values[0].value.known_at
        units = await cohort.changed(conn, name, end_of(period), earlier, later, codes)
        for one in values:
            own = [unit for unit in units if unit.concerns(one.value.division_code)]
            found[one.value_id] += [_cause(unit, record) for unit in own for record in unit.records]
    return found


def _cause(unit: ChangedUnit, record: RecordRef) -> Cause:
    return Cause(
        kind="record",
        known_at=record.known_at,
        household_no=unit.household_no or None,
        person_key=unit.person_key,
        event_id=record.event_id,
        department=record.department,
        record_kind=record.kind,
        source_id=record.source_id,
        version=record.version,
        submission_id=record.submission_id,
    )
