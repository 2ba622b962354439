"""Keep what was refused so that it can be corrected: sealed, because it is a person's data unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine import repository
from shared import clock
from shared.privacy import Sealer

KEPT = timedelta(days=90)
"""How long refused content is kept; its receipt line stays."""


async def keep(
    conn: AsyncConnection, sealer: Sealer, feed: int, part_id: UUID, now: datetime, refused: Mapping[int, Any]
) -> None:
    """Seal the refused records of a part, by line, in the caller's transaction."""
    rows = [
        (part_id, line, feed, now, sealer.seal(orjson.dumps(raw), f"{part_id}.{line}")) for line, raw in refused.items()
    ]
    if rows:
        await repository.keep(conn, rows)


async def drop_expired(conn: AsyncConnection) -> int:
    """Delete what is past its 90 days; how many records."""
    return await repository.drop_before(conn, clock.now() - KEPT)
