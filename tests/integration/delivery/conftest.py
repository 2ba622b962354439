"""Changes of warnings told straight into a screening database, and its API beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.app import build
from services.screening.delivery import retention
from services.screening.warnings.domain import ChangeType, HouseholdWarning
from services.screening.worker import engine_of
from shared import clock
from shared.db import driver, transaction
from shared.http.issuer import DevIssuer
from shared.messaging.outbox import TableStore
from tests.integration.delivery.served_site import Site
from tests.integration.screening.conftest import settings_for
from tests.support import telling
from tests.support.telling import VILLAGE, warning_of

OTHER_VILLAGE = "150602101201"
BANNER = f"{VILLAGE[:6]}000000"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@dataclass
class Teller:
    """What the batches and the leader would do. `tell` commits; `number` gives positions; `publish` marks."""

    url: str
    engine: AsyncEngine
    clock_file: Path

    def days_later(self, days: int) -> None:
        self.clock_file.write_text((clock.now() + timedelta(days=days)).isoformat())

    async def tell(self, *changes: tuple[ChangeType, HouseholdWarning], number: bool = True) -> None:
        """Changes of one transaction, numbered unless a leader is to be behind."""
        await telling.tell(self.engine, *changes)
        if number:
            await self.number()

    async def raised(self, *household_nos: str, **given: Any) -> list[HouseholdWarning]:
        """One new warning of each household."""
        made = [warning_of(no, **given) for no in household_nos]
        await self.tell(*[("raised", one) for one in made])
        return made

    async def updated(self, warning: HouseholdWarning, **given: Any) -> HouseholdWarning:
        """The warning with other values."""
        after = replace(warning, **given)
        await self.tell(("updated", after))
        return after

    async def number(self) -> None:
        await telling.number(self.engine)

    async def publish(self) -> None:
        async with transaction(self.engine) as conn:
            batch = await TableStore().take(conn, 10_000)
            if batch.messages:
                await TableStore().mark(conn, batch, [])

    async def purge(self, step_rows: int = 2_000) -> int:
        """What the worker does with what is older than 30 days; how many positions went."""
        return await retention.purge(self.engine, asyncio.Event(), 30, step_rows)

    async def value(self, sql: str) -> Any:
        async with transaction(self.engine) as conn:
            return await (await driver(conn)).fetchval(sql)


@pytest.fixture
async def teller(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Teller]:
    """A screening database with nothing in it, at a clock to turn."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(NOW.isoformat())
    clock.follow(clock_file)
    url = database("screening")
    made = Teller(url, engine_of(settings_for(url)), clock_file)
    yield made
    clock.follow(None)
    await made.engine.dispose()


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return DevIssuer(tmp_path / "issuer", environment="development")


@pytest.fixture
async def app(teller: Teller, issuer: DevIssuer) -> AsyncIterator[FastAPI]:
    made = build(settings_for(teller.url, jwks=str(issuer.jwks)))
    yield made
    await made.state.engine.dispose()


@pytest.fixture
async def site(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[Site]:
    made = Site(app, issuer)
    await made.start()
    yield made
    await made.stop()


Get = Callable[..., Any]


@pytest.fixture
async def get(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[Get]:
    """`get(path, role=…, in_division=…, **query)` → the answer."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:

        async def ask(
            path: str, role: str = "developer", in_division: str | None = None, **query: Any
        ) -> httpx.Response:
            token = issuer.sign(role, division=in_division)
            return await client.get(path, params=query, headers={"Authorization": f"Bearer {token}"})

        yield ask
