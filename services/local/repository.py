"""The questions that the embedded stack itself asks a PostgreSQL server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


def ask(url: str, question: Callable[[asyncpg.Connection[Any]], Coroutine[Any, Any, T]]) -> T:
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
    return await connection.fetchval("SELECT 1") == 1


def creates(name: str, template: str | None = None) -> Callable[[asyncpg.Connection[Any]], Coroutine[Any, Any, bool]]:
    """Make the database `name` unless it is there; answers whether it was made."""

    async def question(connection: asyncpg.Connection[Any]) -> bool:
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return False
        source = template or "template0"
        await connection.execute(f"CREATE DATABASE {_name(name)} TEMPLATE {_name(source)}")
        return True

    return question


def drops(name: str) -> Callable[[asyncpg.Connection[Any]], Coroutine[Any, Any, None]]:
    """Drop the database `name` with everybody connected to it."""

    async def question(connection: asyncpg.Connection[Any]) -> None:
        await connection.execute(f"DROP DATABASE IF EXISTS {_name(name)} WITH (FORCE)")

    return question


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
