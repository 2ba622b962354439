"""A scene in a database of this module's, gone after each test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from services.local.postgres import Postgres
from shared.db import create_engine
from tests.integration.facts.groups.scene import Scene


@pytest.fixture(scope="module")
def url(postgres: Postgres, template: Callable[[str], str]) -> Iterator[str]:
    """A screening database in which nothing is ever committed."""
    name = f"scene_{uuid.uuid4().hex[:12]}"
    yield postgres.create_database(name, template("screening"))
    postgres.drop_database(name)


@pytest.fixture
async def scene(url: str) -> AsyncIterator[Scene]:
    """A scene in which nothing was said yet."""
    engine = create_engine(url, name="test", plan_cache_mode="force_custom_plan")
    async with engine.connect() as conn, conn.begin() as change:
        yield Scene(conn)
        await change.rollback()
    await engine.dispose()
