"""The shadow schema: made, filled beside what stands, compared, and put in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.holdings import models as holdings
from services.indicators.rebuild.domain import COMPARED, PLACE, PROJECTION, SHADOW, Compared, Difference
from shared.db import driver
from shared.versions import models as versions

STANDING = "public"

_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position
"""
_THERE = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p')
"""
_SEEN = "SELECT event_id FROM inbox WHERE event_id = ANY($1::text[])"
_ANY_SEEN = "SELECT EXISTS (SELECT FROM inbox)"
# A batch remembers what it takes before anything else, so this waits for all of them, and they for us.
_HOLD = f"LOCK TABLE {STANDING}.inbox IN EXCLUSIVE MODE"
_ALONE = "SELECT pg_try_advisory_lock(hashtext('xianjie.indicators.rebuild'))"
_WAIT_FOR_COMPUTING = "SELECT pg_advisory_xact_lock(hashtext('xianjie.indicators.pass'))"


class _Statements:
    """Takes what the room's models would have alembic execute."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def execute(self, statement: str) -> None:
        """Keep it."""
        if statement.strip():
            self.texts.append(statement)


async def try_alone(conn: AsyncConnection) -> bool:
    """Take the rebuild's lock of this session, unless another has it."""
    return bool(await (await driver(conn)).fetchval(_ALONE))


async def begin(conn: AsyncConnection) -> None:
    """An empty projection in the shadow schema; what an earlier rebuild left there is dropped."""
    made: Any = _Statements()
    versions.create(made)
    versions.upgrade_0002(made)
    holdings.upgrade_0004(made)
    raw = await driver(conn)
    await raw.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await raw.execute(f"CREATE SCHEMA {SHADOW}")
    await raw.execute(f"SET LOCAL search_path = {SHADOW}")  # nothing here may reach what stands
    for text in made.texts:
        await raw.execute(text)


async def end(conn: AsyncConnection) -> None:
    """Drop the shadow schema."""
    await (await driver(conn)).execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")


async def analyse(conn: AsyncConnection) -> None:
    """Let the planner look at what was made."""
    await (await driver(conn)).execute(f"ANALYZE {', '.join(f'{SHADOW}.{table}' for table in PROJECTION)}")


async def hold(conn: AsyncConnection) -> None:
    """Until this transaction ends no pass computes and no batch is taken; waits for those at work."""
    raw = await driver(conn)
    await raw.execute(_WAIT_FOR_COMPUTING)
    await raw.execute(_HOLD)


async def missing(conn: AsyncConnection) -> list[str]:
    """Tables of the projection that do not stand."""
    there = {row["relname"] for row in await (await driver(conn)).fetch(_THERE, STANDING)}
    return [table for table in PROJECTION if table not in there]


@asynccontextmanager
async def on_standing(conn: AsyncConnection) -> AsyncIterator[None]:
    """Until the end of the block statements reach what stands, not the shadow."""
    raw = await driver(conn)
    await raw.execute(f"SET LOCAL search_path = {STANDING}")
    yield
    await raw.execute(f"SET LOCAL search_path = {SHADOW}, {STANDING}")


async def replace_standing(conn: AsyncConnection) -> None:
    """What was made again stands from this transaction's end on."""
    raw = await driver(conn)
    await raw.execute(f"DROP TABLE IF EXISTS {', '.join(f'{STANDING}.{table}' for table in PROJECTION)}")
    for table in (*PROJECTION, *(f"record_version_{kind}" for kind in versions.KINDS)):
        await raw.execute(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA {STANDING}")
    await raw.execute(f"SET LOCAL search_path = {STANDING}")


async def forget_counts(conn: AsyncConnection) -> None:
    """What passes remember of the projection is counted anew by the next one."""
    await (await driver(conn)).execute(f"DELETE FROM {STANDING}.kept_count")


async def seen(conn: AsyncConnection, ids: Sequence[str]) -> set[str] | None:
    """Which of these events the service has applied; None when it remembers none at all."""
    raw = await driver(conn)
    if not await raw.fetchval(_ANY_SEEN):
        return None
    return {row["event_id"] for row in await raw.fetch(_SEEN, list(ids))}


async def count_households(conn: AsyncConnection) -> int:
    """Households that the projection names."""
    return int(await (await driver(conn)).fetchval("SELECT count(*) FROM household"))


async def differences(conn: AsyncConnection, absent: Collection[str]) -> list[Difference]:
    """The tables that do not stand as they were made again."""
    found = []
    for table, compared in COMPARED.items():  # bounded by the number of tables, each statement is set-based
        if table not in absent and (difference := await _difference(conn, table, compared)):
            found.append(difference)
    return found


async def _difference(conn: AsyncConnection, table: str, compared: Compared) -> Difference | None:
    raw = await driver(conn)
    columns = compared.columns or [row["column_name"] for row in await raw.fetch(_COLUMNS, SHADOW, table)]
    wanted = [f'"{column}"' for column in columns if column not in PLACE]
    relation = compared.relation or f"SELECT {', '.join(wanted)} FROM {{schema}}.{table}"
    on = " AND ".join(f"s.{column} = r.{column}" for column in compared.key)
    same = f"ROW({', '.join(f's.{c}' for c in wanted)}) IS NOT DISTINCT FROM ROW({', '.join(f'r.{c}' for c in wanted)})"
    first = compared.key[0]
    counted = await raw.fetchrow(
        f"""SELECT count(*) FILTER (WHERE s.{first} IS NOT NULL AND NOT ({same})) AS standing,
            count(*) FILTER (WHERE r.{first} IS NOT NULL AND NOT ({same})) AS rebuilt
        FROM ({relation.format(schema=STANDING)}) s
        FULL JOIN ({relation.format(schema=SHADOW)}) r ON {on}"""
    )
    if counted is None or not (counted["standing"] or counted["rebuilt"]):
        return None
    return Difference(compared.title, counted["standing"], counted["rebuilt"])
