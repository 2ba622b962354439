"""A scene on a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from shared.db import create_engine
from tests.integration.facts.groups.scene import Scene


@pytest.fixture
async def scene(database: Callable[[str], str]) -> AsyncIterator[Scene]:
    """A scene in which nothing was said yet."""
    engine = create_engine(database("screening"), name="test", plan_cache_mode="force_custom_plan")
    yield Scene(engine)
    await engine.dispose()
