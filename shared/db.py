"""The database: one engine a process, one transaction at the edge, and the driver for COPY.

Repositories take the `AsyncConnection` of the caller's transaction. Ordinary questions are
SQLAlchemy Core; array statements and COPY go through `driver(conn)`, the asyncpg connection in
the same transaction. Nobody else commits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What a question to the database may raise."""


def async_url(url: str) -> str:
    """`postgresql://…` as SQLAlchemy wants it for asyncpg."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def create_engine(url: str, *, name: str, pool_size: int = 8, **server_settings: str) -> AsyncEngine:
    """An engine with a bounded pool. `server_settings` are PostgreSQL settings of each session,
    for example `plan_cache_mode="force_custom_plan"`, which the facts statement must have.

    No statement of ours runs for longer than PostgreSQL would compile it, and each one stays prepared:
    the driver forgets those of over 15 kB, and facts and rules have more.
    """
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_reset_on_return=None,  # every use is a transaction that ends itself
        pool_pre_ping=False,
        connect_args={
            "server_settings": {"application_name": name, "timezone": "UTC", "jit": "off", **server_settings},
            "max_cacheable_statement_size": 0,
        },
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One unit of work: commits at the end, rolls back on any exception."""
    async with engine.connect() as conn, conn.begin():
        yield conn


async def driver(conn: AsyncConnection) -> asyncpg.Connection[Any]:
    """The asyncpg connection of `conn`, inside its transaction.

    SQLAlchemy sends BEGIN only with its own first statement, so a driver used before that would
    run outside the transaction and its work would survive a rollback.
    """
    fairy = await conn.get_raw_connection()
    adapter: Any = fairy.dbapi_connection
    if adapter._transaction is None:
        await adapter._start_transaction()
    connection: asyncpg.Connection[Any] = adapter.driver_connection
    return connection


def changed(status: str) -> int:
    """How many rows a statement changed, from what `execute` of the driver answers."""
    return int(status.rpartition(" ")[2])
