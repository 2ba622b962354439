"""What the embedded stack itself asks a PostgreSQL server. A service may not read another's database;
the supervisor may, to see from outside whether everything that was taken has also arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")
_NEWEST = 1_000
"""Enough that each of a topic's partitions is among them."""
Question = Callable[["asyncpg.Connection[Any]"], Coroutine[Any, Any, T]]


def ask(url: str, question: Question[T]) -> T:
    """Run one question on a connection of its own, also from inside a running event loop."""

    async def once() -> T:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await question(connection)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, once()).result()


async def alive(connection: asyncpg.Connection[Any]) -> bool:
    """Whether the server answers."""
    return bool(await connection.fetchval("SELECT true"))


def creates(name: str, template: str | None = None) -> Question[bool]:
    """Make the database `name` unless it is there; answers whether it was made."""

    async def question(connection: asyncpg.Connection[Any]) -> bool:
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return False
        source = template or "template0"
        copied = f"TEMPLATE {_name(source)} STRATEGY file_copy"  # by way of the log it takes up to five times as long
        await connection.execute(f"CREATE DATABASE {_name(name)} {copied}")
        return True

    return question


def drops(name: str) -> Question[None]:
    """Drop the database `name` with everybody connected to it."""

    async def question(connection: asyncpg.Connection[Any]) -> None:
        await connection.execute(f"DROP DATABASE IF EXISTS {_name(name)} WITH (FORCE)")

    return question


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def published(since: datetime) -> Question[tuple[int, int]]:
    """Of ingest: (records that belong on the bus, records that the broker has acknowledged) of the
    parts that were committed after `since`."""

    async def question(connection: asyncpg.Connection[Any]) -> tuple[int, int]:
        row = await connection.fetchrow(
            "SELECT coalesce(sum(publishable), 0)::bigint, "
            "coalesce(sum(publishable) FILTER (WHERE published_at IS NOT NULL), 0)::bigint "
            "FROM part WHERE known_at > $1",
            since,
        )
        return int(row[0]), int(row[1])

    return question


def applied(since: datetime) -> Question[int]:
    """Of a consumer: how many events of records took effect after `since`. What else it heard (manifests, changes
    of freshness) has ids without a line."""

    async def question(connection: asyncpg.Connection[Any]) -> int:
        counted = "SELECT count(*) FROM inbox WHERE seen_at > $1 AND position('.' IN event_id) > 0"
        return int(await connection.fetchval(counted, since))

    return question


async def waiting_marks(connection: asyncpg.Connection[Any]) -> int:
    """Of indicators: how many marks wait for the next pass."""
    return int(await connection.fetchval("SELECT count(*) FROM dirty_mark"))


def told(types: Collection[str], since: datetime) -> Question[list[str]]:
    """Of a producer: the ids of its newest events of these types since then; who has these has those before."""

    async def question(connection: asyncpg.Connection[Any]) -> list[str]:
        rows = await connection.fetch(
            f"""SELECT event_id FROM outbox_message WHERE type = ANY($1::text[]) AND timestamp_ms > $2
                ORDER BY id DESC LIMIT {_NEWEST}""",
            list(types),
            int(since.timestamp() * 1000),
        )
        return [row["event_id"] for row in rows]

    return question


def unheard(event_ids: Collection[str]) -> Question[int]:
    """Of a consumer: how many of these events have not taken effect."""

    async def question(connection: asyncpg.Connection[Any]) -> int:
        seen = "SELECT count(*) FROM inbox WHERE event_id = ANY($1::text[])"
        return len(event_ids) - int(await connection.fetchval(seen, list(event_ids)))

    return question


def heard_of(household_nos: Collection[str]) -> Question[int]:
    """Of assets: of how many of these households it has heard what they are."""

    async def question(connection: asyncpg.Connection[Any]) -> int:
        counted = "SELECT count(DISTINCT household_no) FROM household_status WHERE household_no = ANY($1::text[])"
        return int(await connection.fetchval(counted, list(household_nos)))

    return question


async def version(connection: asyncpg.Connection[Any]) -> str:
    """The server's version, for example `18.4`."""
    return str(await connection.fetchval("SHOW server_version"))
