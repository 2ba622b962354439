"""Every statement on the agenda and on manifests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.equations.domain import Scope, Target
from services.ingest.reconciliation.models import agenda, daily_run, manifest
from shared.db import driver

_FIRST = """
SELECT min(first.received_at) FROM unnest($1::smallint[]) AS f (feed), LATERAL (
    SELECT received_at FROM submission WHERE feed = f.feed ORDER BY received_at LIMIT 1
) AS first
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A manifest as it is kept."""

    manifest_id: UUID
    feed: int
    number: int
    scope: Scope
    name: str
    revision: int
    made_at: datetime
    balanced: bool
    content: bytes
    sha256: bytes
    body: bytes


async def first_received(conn: AsyncConnection, feeds: Sequence[int]) -> datetime | None:
    """When the first submission of all came."""
    first: datetime | None = await (await driver(conn)).fetchval(_FIRST, feeds)
    return first


async def put(conn: AsyncConnection, targets: Sequence[Target], due_at: datetime) -> None:
    """Put targets on the agenda, each once; one that is there already keeps the earlier time."""
    if targets:
        once = dict.fromkeys(targets)
        rows = [{"feed": t.feed, "scope": t.scope, "name": t.name, "due_at": due_at} for t in once]
        statement = insert(agenda).values(rows)
        earlier = {"due_at": sa.func.least(agenda.c.due_at, statement.excluded.due_at)}
        await conn.execute(statement.on_conflict_do_update(index_elements=["feed", "scope", "name"], set_=earlier))


async def next_due(conn: AsyncConnection, feeds: Sequence[int], now: datetime) -> Target | None:
    """The target of these feeds that has been due longest."""
    a = agenda.c
    asked = sa.select(a.feed, a.scope, a.name).where(a.due_at <= now, a.feed.in_(feeds)).order_by(a.due_at).limit(1)
    row = (await conn.execute(asked)).one_or_none()
    return None if row is None else Target(*row)


async def strike(conn: AsyncConnection, target: Target) -> None:
    """Take a target off the agenda."""
    a = agenda.c
    await conn.execute(sa.delete(agenda).where(a.feed == target.feed, a.scope == target.scope, a.name == target.name))


async def run_so_far(conn: AsyncConnection) -> tuple[date, date | None] | None:
    """(reconciled through, looked back to); None before the first run."""
    row = (await conn.execute(sa.select(daily_run.c.reconciled_through, daily_run.c.looked_back_to))).one_or_none()
    return None if row is None else (row.reconciled_through, row.looked_back_to)


async def remember_run(conn: AsyncConnection, through: date, looked_back_to: date | None) -> None:
    """Keep how far the daily run has come."""
    values = {"reconciled_through": through, "looked_back_to": looked_back_to}
    statement = insert(daily_run).values(one=1, **values)
    await conn.execute(statement.on_conflict_do_update(index_elements=["one"], set_=values))


async def last_of_feed(conn: AsyncConnection, feed: int) -> tuple[int, bytes | None]:
    """Number and sha256 of the feed's last manifest; (0, None) before the first."""
    m = manifest.c
    asked = sa.select(m.number, m.sha256).where(m.feed == feed).order_by(m.number.desc()).limit(1)
    row = (await conn.execute(asked)).one_or_none()
    return (0, None) if row is None else (row.number, row.sha256)


async def last_of_target(conn: AsyncConnection, target: Target) -> Made | None:
    """The last revision of a target's manifest."""
    m = manifest.c
    asked = sa.select(manifest).where(m.feed == target.feed, m.scope == target.scope, m.name == target.name)
    row = (await conn.execute(asked.order_by(m.revision.desc()).limit(1))).one_or_none()
    return None if row is None else Made(*row)


async def keep(conn: AsyncConnection, made: Made) -> None:
    """Store a manifest."""
    values = {name: getattr(made, name) for name in manifest.c.keys()}  # noqa: SIM118 - not a mapping
    await conn.execute(sa.insert(manifest).values(values))


async def manifest_of(conn: AsyncConnection, manifest_id: UUID) -> Made | None:
    """One manifest."""
    row = (await conn.execute(sa.select(manifest).where(manifest.c.manifest_id == manifest_id))).one_or_none()
    return None if row is None else Made(*row)


async def manifests(
    conn: AsyncConnection, feeds: Sequence[int], scope: Scope | None, name: str | None, below: UUID | None, limit: int
) -> list[Made]:
    """Manifests of these feeds, the last first."""
    m = manifest.c
    asked = sa.select(manifest).where(m.feed.in_(feeds)).order_by(m.manifest_id.desc()).limit(limit)
    for column, value in ((m.scope, scope), (m.name, name)):
        if value is not None:
            asked = asked.where(column == value)
    if below is not None:
        asked = asked.where(m.manifest_id < below)
    return [Made(*row) for row in await conn.execute(asked)]
