"""The room's own API over a real database: what comes into force is noted, and any period can be closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.indicators.observations import api
from services.indicators.observations.domain import Observation
from services.indicators.settings import Settings
from shared import clock
from shared.db import create_engine, driver, transaction
from shared.http.app import create_app
from shared.http.issuer import NAME, DevIssuer

CITY, HANGJIN, DONGSHENG = "150600000000", "150625000000", "150602000000"
OWNER, CHECKER = "indicator_owner", "indicator_checker"


@dataclass
class Desk:
    """One database and the people who write to it. `closed` are the closed periods, `heard` what came into force."""

    issuer: DevIssuer
    engine: AsyncEngine
    clock_file: Path
    client: httpx.AsyncClient
    closed: dict[str, datetime]
    heard: list[Observation] = field(default_factory=list)

    def tick(self, seconds: int = 60) -> datetime:
        """Later."""
        now = clock.now() + timedelta(seconds=seconds)
        self.clock_file.write_text(now.isoformat())
        return now

    def bearer(self, role: str, sub: str | None = None, division: str | None = None) -> dict[str, str]:
        """The header of a caller."""
        return {"Authorization": f"Bearer {self.issuer.sign(role, division=division, sub=sub)}"}

    async def send(self, *observations: dict[str, Any], role: str = OWNER, sub: str | None = None) -> httpx.Response:
        """The answer to a list of observations."""
        headers = self.bearer(role, sub)
        return await self.client.post("/v1/observations", json={"observations": observations}, headers=headers)

    async def one(self, observation: dict[str, Any], role: str = OWNER) -> dict[str, Any]:
        """What was taken of one good observation."""
        answer = await self.send(observation, role=role)
        assert answer.status_code == 201, answer.text
        item: dict[str, Any] = answer.json()["items"][0]
        return {"outcome": item["outcome"], **item["observation"]}

    async def approve(self, observation_id: str, role: str = CHECKER, **who: Any) -> httpx.Response:
        """The answer to an approval."""
        path = f"/v1/observations/{observation_id}/approval"
        return await self.client.post(path, json={}, headers=self.bearer(role, **who))

    async def reject(self, observation_id: str, role: str = CHECKER, **body: Any) -> httpx.Response:
        """The answer to a rejection."""
        path = f"/v1/observations/{observation_id}/rejection"
        return await self.client.post(path, json=body or {"reason": "与公报不符"}, headers=self.bearer(role))

    async def get(self, path: str, role: str = CHECKER, division: str | None = None, **params: Any) -> httpx.Response:
        """The answer to a GET."""
        return await self.client.get(path, headers=self.bearer(role, division=division), params=params)

    async def upload(self, content: bytes, name: str = "观测值.xlsx", **headers: str) -> httpx.Response:
        """The answer to a file in a form."""
        wanted = {**self.bearer(OWNER), **{key.replace("_", "-"): value for key, value in headers.items()}}
        return await self.client.post("/v1/observations/files", files={"file": (name, content)}, headers=wanted)

    async def count(self) -> int:
        """How many observations are stored, whatever their state."""
        async with transaction(self.engine) as conn:
            return int(await (await driver(conn)).fetchval("SELECT count(*) FROM observation"))


def growth(value: str, **more: Any) -> dict[str, Any]:
    """An observation that feeds a binding indicator: two people are needed."""
    return {
        "input": "rural_income_growth",
        "division_code": HANGJIN,
        "period": "2025",
        "value": value,
        "unit": "%",
        "document": "2025年国民经济和社会发展统计公报",
        **more,
    }


def households(value: str, **more: Any) -> dict[str, Any]:
    """An observation that one person may enter."""
    return growth(value, input="rural_households", unit="户", **more)


@pytest.fixture
async def desk(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on 20 November 2026."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(datetime(2026, 11, 20, 2, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    issuer = DevIssuer(tmp_path, environment="development")
    url = database("indicators")
    settings = Settings(
        environment="development", database_url=url, kafka_bootstrap="127.0.0.1:1", jwks=str(issuer.jwks), issuer=NAME
    )
    closed: dict[str, datetime] = {}
    heard: list[Observation] = []

    async def observed(_conn: AsyncConnection, observations: Sequence[Observation]) -> None:
        heard.extend(observations)

    async def closed_at(_conn: AsyncConnection, periods: Collection[str]) -> Mapping[str, datetime]:
        return {period: closed[period] for period in periods if period in closed}

    engine = create_engine(url, name="test", pool_size=2)
    app = create_app(
        service="indicators",
        title="观测值",
        description="观测值",
        routers=[api.router(observed, closed_at)],
        settings=settings,
        engine=engine,
    )
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://indicators")
    yield Desk(issuer, engine, clock_file, client, closed, heard)
    clock.follow(None)
    await client.aclose()
    await engine.dispose()
