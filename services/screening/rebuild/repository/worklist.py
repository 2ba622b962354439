"""The worklist as it stood beside the worklist made again from the warnings."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.rebuild.domain import WORKLIST
from shared.db import driver
from shared.rebuild.domain import Difference

# A count that has come down to nothing may stay or go.
_ONLY = """
SELECT count(*) FROM (SELECT * FROM {one} WHERE warnings <> 0 EXCEPT ALL SELECT * FROM {other} WHERE warnings <> 0) q
"""


async def remember_worklist(conn: AsyncConnection) -> None:
    """Keep the worklist as it stands, to be compared before this transaction ends."""
    raw = await driver(conn)
    for table in WORKLIST:
        await raw.execute(f"CREATE TEMPORARY TABLE was_{table} ON COMMIT DROP AS SELECT * FROM {table}")


async def worklist_differences(conn: AsyncConnection) -> list[Difference]:
    """Where the worklist made again is not as it stood."""
    raw = await driver(conn)
    found = []
    for table, title in WORKLIST.items():
        was = await raw.fetchval(_ONLY.format(one=f"was_{table}", other=table))
        now = await raw.fetchval(_ONLY.format(one=table, other=f"was_{table}"))
        if was or now:
            found.append(Difference(title, was, now))
    return found
