"""What the page asks beyond what other rooms answer."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine.models import quarantine


async def waiting(conn: AsyncConnection, feeds: Sequence[int]) -> dict[int, int]:
    """Quarantine entries still to be corrected, by feed number; feeds without one are not named."""
    q = quarantine.c
    still = q.closed_at.is_(None) & q.sealed.is_not(None) & q.feed.in_(feeds)
    asked = sa.select(q.feed, sa.func.count()).where(still).group_by(q.feed)
    return {row[0]: row[1] for row in await conn.execute(asked)}
