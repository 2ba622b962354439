from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine
from shared.http.issuer import DevIssuer
from tests.unit.http.support import dev_issuer


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return dev_issuer(tmp_path / "issuer")


@pytest.fixture
async def engine(database: Callable[[str | None], str]) -> AsyncIterator[AsyncEngine]:
    """A migrated database (of assets, whose tables include this package's) with one more table."""
    engine = create_engine(database("assets"), name="test", pool_size=3)
    async with engine.begin() as conn:
        await conn.execute(text("CREATE TABLE note (id int UNIQUE DEFERRABLE INITIALLY DEFERRED, body text)"))
    yield engine
    await engine.dispose()
