"""The shadow schema: made, filled beside what stands, and put in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import models as facts
from services.screening.rebuild.domain import MENDED, REPLACED, SHADOW
from services.screening.register import models as register
from services.screening.runs import models as runs
from services.screening.status import models as status
from services.screening.warnings import models as warnings
from shared.db import driver
from shared.versions import models as versions

STANDING = "public"

_THERE = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p')
"""
_SEEN = "SELECT event_id FROM inbox WHERE event_id = ANY($1::text[])"
_ANY_SEEN = "SELECT EXISTS (SELECT FROM inbox)"
# Whoever writes warnings or facts locks households first, so this waits for all of them, and they for us.
_HOLD = f"LOCK TABLE {STANDING}.household IN EXCLUSIVE MODE"


class _Statements:
    """Takes what the rooms' models would have alembic execute."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def execute(self, statement: str) -> None:
        """Keep it."""
        if statement.strip():
            self.texts.append(statement)


def _statements() -> list[str]:
    """Every statement that makes the tables of the projection, as the migrations do."""
    op: Any = _Statements()
    for room in (versions, facts, warnings):
        room.create(op)
    for upgraded in (versions, register, facts, warnings, runs):
        upgraded.upgrade_0002(op)
    status.upgrade_0004(op)
    texts: list[str] = op.texts
    return texts


async def begin(conn: AsyncConnection) -> None:
    """An empty projection in the shadow schema; what an earlier rebuild left there is dropped."""
    raw = await driver(conn)
    await raw.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await raw.execute(f"CREATE SCHEMA {SHADOW}")
    await raw.execute(f"SET LOCAL search_path = {SHADOW}")  # nothing here may reach what stands
    for text in _statements():
        await raw.execute(text)
    made = {row["relname"] for row in await raw.fetch(_THERE, SHADOW)}
    for table in sorted(made - {*REPLACED, *MENDED}):
        await raw.execute(f"DROP TABLE {SHADOW}.{table} CASCADE")


async def end(conn: AsyncConnection) -> None:
    """Drop the shadow schema."""
    await (await driver(conn)).execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")


async def missing(conn: AsyncConnection) -> list[str]:
    """Tables of the projection that do not stand."""
    there = {row["relname"] for row in await (await driver(conn)).fetch(_THERE, STANDING)}
    return [table for table in (*REPLACED, *MENDED) if table not in there]


async def hold_everybody(conn: AsyncConnection, absent: Iterable[str]) -> None:
    """Until this transaction ends nobody else changes warnings, facts or records."""
    if "household" not in absent:
        await (await driver(conn)).execute(_HOLD)


@asynccontextmanager
async def on_standing(conn: AsyncConnection, absent: Collection[str]) -> AsyncIterator[bool]:
    """Until the end of the block statements reach what stands, not the shadow; whether all of it is there."""
    raw = await driver(conn)
    await raw.execute(f"SET LOCAL search_path = {STANDING}")
    yield set(absent).isdisjoint(REPLACED)
    await raw.execute(f"SET LOCAL search_path = {SHADOW}, {STANDING}")


async def stand_in(conn: AsyncConnection, absent: Iterable[str]) -> None:
    """Tables that are mended in place: those that are absent are there again, empty; of the others no shadow."""
    raw = await driver(conn)
    for table in MENDED:
        if table in absent:
            await raw.execute(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA {STANDING}")
    for table in reversed(MENDED):
        if table not in absent:
            await raw.execute(f"DROP TABLE {SHADOW}.{table}")


async def replace_standing(conn: AsyncConnection) -> None:
    """What was made again stands from this transaction's end on."""
    raw = await driver(conn)
    parents = [table for table in REPLACED if not table.startswith("record_version_")]
    await raw.execute(f"DROP TABLE IF EXISTS {', '.join(f'{STANDING}.{table}' for table in parents)}")
    for table in REPLACED:
        await raw.execute(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA {STANDING}")


async def seen(conn: AsyncConnection, ids: Sequence[str]) -> set[str] | None:
    """Which of these events the service has applied; None when it remembers none at all."""
    raw = await driver(conn)
    if not await raw.fetchval(_ANY_SEEN):
        return None
    return {row["event_id"] for row in await raw.fetch(_SEEN, list(ids))}


async def count_households(conn: AsyncConnection) -> int:
    """Households with facts in the projection that was made."""
    return int(await (await driver(conn)).fetchval("SELECT count(*) FROM household_facts"))
