"""A scene in a database of this module's, gone after each test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.local.postgres import Postgres
from shared.db import create_engine
from tests.integration.facts.groups.scene import Scene


@pytest.fixture(scope="module")
def url(postgres: Postgres, template: Callable[[str], str]) -> Iterator[str]:
    """A screening database in which nothing is ever committed."""
    name = f"scene_{uuid.uuid4().hex[:12]}"
    yield postgres.create_database(name, template("screening"))
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Its connection serves all tests of a module: a new one would read the catalogue again to plan the facts."""
    engine = create_engine(url, name="test", pool_size=1, plan_cache_mode="force_custom_plan")
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="module")
async def scene(engine: AsyncEngine) -> AsyncIterator[Scene]:
    """A scene in which nothing was said yet."""
    async with engine.connect() as conn, conn.begin() as change:
        yield Scene(conn)
        await change.rollback()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a scene run in the loop of its connection."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)
