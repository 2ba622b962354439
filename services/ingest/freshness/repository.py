"""Every statement on freshness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.freshness.domain import Place, Standing
from services.ingest.freshness.models import freshness


async def standings(conn: AsyncConnection, feeds: Sequence[int]) -> dict[Place, Standing]:
    """Of each place where something ever came: ten a feed at most."""
    rows = await conn.execute(sa.select(freshness).where(freshness.c.feed.in_(feeds)))
    return {(r.feed, r.division_code): Standing(r.last_at, r.last_by, r.state, r.since) for r in rows}


async def store(conn: AsyncConnection, moved: Mapping[Place, Standing]) -> None:
    """Write these standings in place of what was there."""
    if not moved:
        return
    rows = [
        {"feed": feed, "division_code": code, "last_at": one.last_at, "last_by": one.last_by, "state": one.state,
         "since": one.since}
        for (feed, code), one in moved.items()
    ]  # fmt: skip
    statement = insert(freshness).values(rows)
    values = {name: statement.excluded[name] for name in ("last_at", "last_by", "state", "since")}
    await conn.execute(statement.on_conflict_do_update(index_elements=["feed", "division_code"], set_=values))
