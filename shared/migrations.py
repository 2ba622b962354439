"""Schema migrations by alembic, run under a lock timeout; each service has its own folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.db import async_url

LOCK_TIMEOUT_SECONDS = 10


def upgrade(folder: Path, database_url: str) -> None:
    """Bring the database to the newest revision in `folder`. Safe to run twice and at once:
    an advisory lock lets one process work while the other waits."""
    asyncio.run(_upgrade(folder, database_url))


async def _upgrade(folder: Path, database_url: str) -> None:
    engine = create_async_engine(async_url(database_url), poolclass=NullPool)
    try:
        async with engine.begin() as conn:
            await conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('xianjie.migrations'))"))
            await conn.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
            await conn.run_sync(_run, folder)
    finally:
        await engine.dispose()


def _run(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_env() -> None:
    """What a service's `migrations/env.py` calls: run inside the caller's transaction."""
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
