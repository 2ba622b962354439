"""Taking a snapshot, and reading one after its hash was tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.assessments import repository
from services.indicators.assessments.domain import Assessment, Head, Row, Wish, canonical, digest
from services.indicators.assessments.errors import AssessmentAlteredError, AssessmentNotFoundError
from services.indicators.assessments.freezing import Found, Moment, freeze
from services.indicators.closing import service as closing
from services.indicators.definitions import service as definitions
from services.indicators.observations import service as observations
from services.indicators.restatements import service as restatements
from services.indicators.restatements.domain import Restated
from services.indicators.values import closable
from services.indicators.values import service as values
from shared import clock
from shared.codes import divisions
from shared.ids import uuid7


async def make(conn: AsyncConnection, wish: Wish, made_by: str) -> Assessment:
    """Freeze every target of the year for the city and its banners. Raises AssessmentInvalidError.

    The values are those published when this is asked; what a pass has not yet computed is not waited for, but said.
    """
    catalogue, now, period = definitions.catalogue(), clock.now(), f"{wish.year:04d}"
    wish.check(catalogue.plan, clock.today())
    places = [division for division in divisions.all_divisions() if division.level in ("city", "banner")]
    found = await _found(conn, [division.code for division in places], wish.year, now)
    closed = (await closing.closed_at(conn, [period])).get(period)
    waiting = (await closable.readiness(conn, period)).waiting
    moment = Moment(now, clock.today(), made_by, closed, waiting)
    content = canonical(freeze(wish, moment, catalogue, places, found))
    froze = {
        (number, code): stored.value_id
        for (number, code, of_period), stored in found.standing.items()
        if of_period == period
    }
    kept = json.loads(content)
    sha256 = digest(content)
    head = Head(uuid7(), wish.kind, wish.year, wish.title, made_by, now, len(kept["rows"]), sha256.hex())
    await repository.add(conn, head, content, sha256, froze)
    return Assessment(head, kept, froze)


async def _found(conn: AsyncConnection, codes: Sequence[str], year: int, now: datetime) -> Found:
    """The current values of the year, and of the year before for what must rise; the year's published figures; and
    the reason of each place that has no value."""
    indicators, period = definitions.catalogue().indicators, f"{year:04d}"
    current = await values.current_of(conn, codes, [i.number for i in indicators], [period, f"{year - 1:04d}"])
    official = await observations.official(conn, [i.code for i in indicators], codes, [period], now)
    missing = await closable.missing(conn, period)
    return Found(
        {stored.value.place: stored for stored in current},
        {(o.indicator, o.division_code): o for o in official},
        {(one.number, code): one.reason for one in missing for code in one.divisions},
    )


async def get(conn: AsyncConnection, assessment_id: UUID) -> Assessment:
    """One snapshot whose content is what was hashed. Raises AssessmentNotFoundError, AssessmentAlteredError."""
    found = await repository.find(conn, assessment_id)
    if found is None:
        raise AssessmentNotFoundError("没有这份考核快照。")
    head, content = found
    if digest(content).hex() != head.sha256:
        raise AssessmentAlteredError("这份考核快照的内容与生成时的摘要（SHA-256）不符，不能作为依据，请报告管理员。")
    return Assessment(head, json.loads(content), await repository.values_of(conn, assessment_id))


async def listed(conn: AsyncConnection, after: UUID | None, limit: int) -> Sequence[Head]:
    """Snapshots, newest first."""
    return await repository.page(conn, after, limit)


async def restated(conn: AsyncConnection, found: Assessment, rows: Sequence[Row]) -> Sequence[Restated]:
    """What was restated of these rows after they were frozen, oldest first within a place."""
    wanted = {(row["number"], row["division_code"]) for row in rows}
    since = await restatements.since(conn, f"{found.head.year:04d}", found.head.made_at)
    return [item for item in since if (item.number, item.division_code) in wanted]
