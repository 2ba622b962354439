"""How far everybody has been looked at once since a status was defined as it is."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

_CURSOR = "SELECT cursor FROM status_walk WHERE definition = $1"
_BEGIN = """
INSERT INTO status_walk (definition, cursor) VALUES ($1, $2)
ON CONFLICT (definition) DO UPDATE SET cursor = EXCLUDED.cursor WHERE status_walk.cursor = ''
"""
_ADVANCE = "UPDATE status_walk SET cursor = $3 WHERE definition = $1 AND cursor = $2"
_AGAIN = "DELETE FROM status_walk"


async def walked_to(conn: AsyncConnection, definition: str) -> str | None:
    """The last household that was looked at, "" before the first; None when all were."""
    found = await (await driver(conn)).fetchrow(_CURSOR, definition)
    return "" if found is None else found["cursor"]


async def advance(conn: AsyncConnection, definition: str, since: str, until: str | None) -> None:
    """Households from `since` to `until` were looked at (None: to the last), unless another was faster, or
    everybody is to be looked at again."""
    db = await driver(conn)
    if since:
        await db.execute(_ADVANCE, definition, since, until)
    else:
        await db.execute(_BEGIN, definition, until)


async def begin_again(conn: AsyncConnection) -> None:
    """Everybody is to be looked at."""
    await (await driver(conn)).execute(_AGAIN)
