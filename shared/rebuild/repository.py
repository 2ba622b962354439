"""The shadow schema: made, filled beside what stands, compared row by row, and put in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver
from shared.rebuild.domain import PARTITIONS, PLACE, SHADOW, STANDING, Compared, Difference
from shared.versions import models as versions

_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position
"""
_THERE = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p')
"""
_SEEN = "SELECT event_id FROM inbox WHERE event_id = ANY($1::text[])"
_ANY_SEEN = "SELECT EXISTS (SELECT FROM inbox)"


class _Statements:
    """Takes what the rooms' models would have alembic execute."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def execute(self, statement: str) -> None:
        """Keep it."""
        if statement.strip():
            self.texts.append(statement)


async def begin(conn: AsyncConnection, models: Iterable[Callable[[Any], None]], tables: Collection[str]) -> None:
    """An empty projection in the shadow schema, made as the migrations make it: the tables of `shared.versions`, and
    of those of `models` the ones named in `tables`. What an earlier rebuild left there is dropped."""
    made: Any = _Statements()
    for model in (versions.create, versions.upgrade_0002, *models):
        model(made)
    raw = await driver(conn)
    await raw.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await raw.execute(f"CREATE SCHEMA {SHADOW}")
    await raw.execute(f"SET LOCAL search_path = {SHADOW}")  # nothing here may reach what stands
    for text in made.texts:
        await raw.execute(text)
    for table in sorted(await _there(conn, SHADOW) - {*tables, *PARTITIONS}):
        await raw.execute(f"DROP TABLE {SHADOW}.{table} CASCADE")


async def end(conn: AsyncConnection) -> None:
    """Drop the shadow schema."""
    await (await driver(conn)).execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")


async def missing(conn: AsyncConnection, tables: Iterable[str]) -> list[str]:
    """Which of the tables do not stand."""
    there = await _there(conn, STANDING)
    return [table for table in tables if table not in there]


async def _there(conn: AsyncConnection, schema: str) -> set[str]:
    return {row["relname"] for row in await (await driver(conn)).fetch(_THERE, schema)}


@asynccontextmanager
async def on_standing(conn: AsyncConnection) -> AsyncIterator[None]:
    """Until the end of the block statements reach what stands, not the shadow."""
    raw = await driver(conn)
    await raw.execute(f"SET LOCAL search_path = {STANDING}")
    yield
    await raw.execute(f"SET LOCAL search_path = {SHADOW}, {STANDING}")


async def replace_standing(conn: AsyncConnection, tables: Collection[str]) -> None:
    """What was made again stands from this transaction's end on."""
    raw = await driver(conn)
    parents = [table for table in tables if table not in PARTITIONS]
    await raw.execute(f"DROP TABLE IF EXISTS {', '.join(f'{STANDING}.{table}' for table in parents)}")
    for table in (*parents, *PARTITIONS):
        await raw.execute(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA {STANDING}")


async def seen(conn: AsyncConnection, ids: Sequence[str]) -> set[str] | None:
    """Which of these events the service has applied; None when it remembers none at all."""
    raw = await driver(conn)
    if not await raw.fetchval(_ANY_SEEN):
        return None
    return {row["event_id"] for row in await raw.fetch(_SEEN, list(ids))}


async def differences(
    conn: AsyncConnection, tables: Mapping[str, Compared], absent: Collection[str], today: date
) -> list[Difference]:
    """The tables that do not stand as they were made again."""
    found = []
    for table, compared in tables.items():  # bounded by the number of tables, each statement is set-based
        if table not in absent and (difference := await _difference(conn, table, compared, today)):
            found.append(difference)
    return found


async def _difference(conn: AsyncConnection, table: str, compared: Compared, today: date) -> Difference | None:
    raw = await driver(conn)
    columns = compared.columns or [row["column_name"] for row in await raw.fetch(_COLUMNS, SHADOW, table)]
    wanted = [f'"{column}"' for column in columns if column not in PLACE]
    relation = compared.relation or f"SELECT {', '.join(wanted)} FROM {{schema}}.{table}"
    where, arguments = ("", []) if compared.where is None else (f" WHERE {compared.where}", [today])
    on = " AND ".join(f"s.{column} = r.{column}" for column in compared.key)
    same = f"ROW({', '.join(f's.{c}' for c in wanted)}) IS NOT DISTINCT FROM ROW({', '.join(f'r.{c}' for c in wanted)})"
    first = compared.key[0]
    counted = await raw.fetchrow(
        f"""SELECT count(*) FILTER (WHERE s.{first} IS NOT NULL AND NOT ({same})) AS standing,
            count(*) FILTER (WHERE r.{first} IS NOT NULL AND NOT ({same})) AS rebuilt
        FROM ({relation.format(schema=STANDING)}{where}) s
        FULL JOIN ({relation.format(schema=SHADOW)}{where}) r ON {on}""",
        *arguments,
    )
    if counted is None or not (counted["standing"] or counted["rebuilt"]):
        return None
    return Difference(compared.title, counted["standing"], counted["rebuilt"])
