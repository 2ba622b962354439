from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine, transaction
from shared.messaging.outbox import models


def make_tables(connection: Connection) -> None:
    op = Operations(MigrationContext.configure(connection))
    models.create(op)
    # what the consumer tests apply events to: an effect that counts, so that twice would show
    op.execute("CREATE TABLE effect (event_id text, handler text, batch bigint)")


@pytest.fixture
async def engine(database: Callable[[str | None], str]) -> AsyncIterator[AsyncEngine]:
    """A database with the tables of the bus and nothing else."""
    made = create_engine(database(None), name="test", pool_size=4)
    async with transaction(made) as conn:
        await conn.run_sync(make_tables)
    yield made
    await made.dispose()
