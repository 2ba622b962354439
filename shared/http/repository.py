"""What readiness asks the database."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def migrated_to(conn: AsyncConnection) -> set[str]:
    """The alembic revisions that this database stands at; empty when it was never migrated."""
    exists = await conn.scalar(text("SELECT to_regclass('alembic_version')"))
    if exists is None:
        return set()
    return set(await conn.scalars(text("SELECT version_num FROM alembic_version")))


async def answers(conn: AsyncConnection) -> None:
    """One round trip; raises what the driver raises when the database is away."""
    await conn.execute(text("SELECT 1"))
