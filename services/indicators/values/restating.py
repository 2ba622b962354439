"""What a new value of a closed period says: the one it was closed with, the one it replaces, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations import service as observations
from services.indicators.restatements.domain import Cause, Figures, Restated
from services.indicators.values import repository
from services.indicators.values.domain import Stored

REASONS = {
    "record": "期间关闭后收到的记录改变了数值",
    "observation": "期间关闭后更正或补报的观测值改变了数值",
    "method": "期间关闭后计算方法或数据时效改变了数值",
}


async def restate(
    conn: AsyncConnection,
    rows: Sequence[tuple[Stored, UUID | None]],
    current: Mapping[tuple[int, str, str], Stored],
    closed_at: Mapping[str, datetime],
) -> list[Restated]:
    """One restatement for each new value of a closed period, with its causes."""
    if not rows:
        return []
    ids = sorted({stored.restates for stored, _ in rows if stored.restates is not None})
    closed = {one.value_id: one for one in await repository.by_ids(conn, ids)}
    causes = await _causes(conn, [stored for stored, _ in rows], current)
    found = []
    for stored, _ in rows:
        value, why = stored.value, causes[stored.value_id]
        found.append(
            Restated(
                number=value.number,
                code=value.code,
                division_code=value.division_code,
                period=value.period,
                closed_at=closed_at[value.period],
                published_at=stored.published_at,
                now=_figures(stored),
                closed=None if stored.restates is None else _figures(closed[stored.restates]),
                previous=_figures(current[value.place]) if value.place in current else None,
                reason=REASONS[why[0].kind],
                causes=why,
            )
        )
    return found


def _figures(stored: Stored) -> Figures:
    value = stored.value
    return Figures(stored.value_id, value.value, value.numerator, value.denominator, value.status)


async def _causes(
    conn: AsyncConnection, stored: Sequence[Stored], current: Mapping[tuple[int, str, str], Stored]
) -> dict[UUID, list[Cause]]:
    """Observations that the value before did not use; else the method."""
    fresh = {one.value_id: _fresh(one, current.get(one.value.place)) for one in stored}
    known = {
        one.observation_id: one.in_force_from
        for one in await observations.by_ids(conn, sorted({i for ids in fresh.values() for i in ids}))
    }
    found: dict[UUID, list[Cause]] = {}
    for value_id, ids in fresh.items():
        said = [Cause("observation", known[one], observation_id=one) for one in sorted(ids)]
        found[value_id] = said or [Cause("method", None)]
    return found


def _fresh(now: Stored, before: Stored | None) -> set[UUID]:
    return set(now.value.used) - (set(before.value.used) if before else set())
