"""An indicators database, a clock to turn, records as the bus brings them, and the API in process."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.app import build
from services.indicators.settings import Settings
from services.indicators.values import service
from services.indicators.worker import engine_of
from services.local.postgres import Postgres
from shared import clock
from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery
from shared.http.issuer import NAME, DevIssuer
from tests.factories import deliveries as made

TODAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, 2, tzinfo=UTC)
CITY, HANGJIN, DONGSHENG = "150600000000", "150625000000", "150602000000"
VILLAGE, OTHER_VILLAGE = "150625100201", "150602101201"
TOWNSHIP = "150625100000"


def person(letter: str) -> str:
    """A person key."""
    return f"p1.{letter * 26}"


@dataclass
class World:
    """One database and what happens to it. `now` moves by a second with every record made.

    Departments know where a person lives as soon as a household record named them: `homes`.
    """

    settings: Settings
    issuer: DevIssuer
    engine: AsyncEngine
    app: FastAPI
    clock_file: Path
    client: httpx.AsyncClient = field(init=False)
    homes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://indicators")

    def at(self, day: date, hour: int = 2) -> None:
        """Turn the clock to `hour` UTC of `day`."""
        self.clock_file.write_text(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).isoformat())

    def tick(self, seconds: int = 1) -> datetime:
        """A second later, or some."""
        now = clock.now() + timedelta(seconds=seconds)
        self.clock_file.write_text(now.isoformat())
        return now

    def household(
        self,
        no: str,
        *members: str,
        lifted: bool = True,
        exempt: tuple[str, ...] = (),
        division: str = VILLAGE,
        effective_on: date = date(2025, 1, 1),
    ) -> Delivery:
        """A household record."""
        self.homes.update(dict.fromkeys(members, division))
        data = made.household(no, *members, lifted=lifted, exempt=exempt)
        return made.record(
            17, f"household-{no}", self.tick(), data, household_no=no, division=division, effective_on=effective_on
        )

    def enrolment(self, who: str, *, year: int = 2026, gone: bool = False) -> Delivery:
        """A person's enrolment for a year; `gone` retracts it."""
        data = None if gone else made.enrolment(year)
        return made.record(
            7,
            f"E-{who}-{year}",
            self.tick(),
            data,
            subject=who,
            division=self.homes.get(who),
            effective_on=None if gone else date(year, 1, 1),
        )

    def appraisal(self, who: str, grade: str, on: date = date(2026, 3, 1)) -> Delivery:
        """A dwelling appraisal made out to `who`."""
        data, division = made.appraisal(on, grade), self.homes.get(who)
        return made.record(9, f"A-{who}-{on}", self.tick(), data, subject=who, division=division, effective_on=on)

    def renovation(self, who: str, accepted_on: date) -> Delivery:
        """An accepted renovation."""
        data = made.renovation(accepted_on.year, "accepted", accepted_on)
        division = self.homes.get(who)
        return made.record(10, f"R-{who}", self.tick(), data, subject=who, division=division, effective_on=accepted_on)

    def settlement(self, who: str) -> Delivery:
        """Health data, which this service must pass over."""
        data = made.settlement(date(2026, 10, 1), "100.00")
        return made.record(
            8,
            f"S-{who}",
            self.tick(),
            data,
            subject=who,
            division=self.homes.get(who),
            effective_on=date(2026, 10, 1),
        )

    async def take(self, *deliveries: Delivery) -> None:
        """One consumed batch."""
        async with transaction(self.engine) as conn:
            await service.absorb(conn, list(deliveries))

    async def settle(self) -> int:
        """Passes until nothing is marked; how many did something."""
        return await settle(self.engine)

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """What the database holds."""
        async with transaction(self.engine) as conn:
            return list(await (await driver(conn)).fetch(sql, *args))

    async def events(self, code: str, division: str = CITY, period: str = "2026") -> list[dict[str, Any]]:
        """The values' own events of one place, in order: breaches are told beside them."""
        rows = await self.rows(
            """SELECT key, value FROM outbox WHERE topic = 'indicators.values.v1'
               AND type <> 'xianjie.indicator.breached.v1' ORDER BY id"""
        )
        bodies = [orjson.loads(row["value"]) for row in rows if row["key"].decode() == code]
        return [b for b in bodies if (b["division_code"], b["period"]) == (division, period)]

    def bearer(self, role: str = "developer", division: str | None = None) -> dict[str, str]:
        """The header of a caller."""
        return {"Authorization": f"Bearer {self.issuer.sign(role, division=division)}"}

    async def get(self, path: str, *, role: str = "developer", scope: str | None = None, **params: Any) -> Any:
        """The answer to a GET."""
        return await self.client.get(path, headers=self.bearer(role, scope), params=params)

    async def board(self, division: str = CITY, **params: Any) -> dict[int, dict[str, Any]]:
        """The board's rows by number."""
        answer = await self.get("/v1/board", division=division, **params)
        assert answer.status_code == 200, answer.text
        return {row["number"]: row for row in answer.json()["rows"]}

    async def observe(self, *observations: dict[str, Any], role: str = "developer", **headers: str) -> Any:
        """The answer to a POST of observations."""
        wanted = {**self.bearer(role), **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.client.post("/v1/observations", json={"observations": observations}, headers=wanted)


async def settle(engine: AsyncEngine) -> int:
    """Passes until nothing is marked; how many did something."""
    passes = 0
    while True:
        async with transaction(engine) as conn:
            if not await service.run_pass(conn):
                return passes
        passes += 1


def observation(value: str, *, side: str = "rural", division: str = HANGJIN, **more: Any) -> dict[str, Any]:
    """An observation of an allowance standard for 2026."""
    return {
        "input": f"{side}_allowance_standard",
        "division_code": division,
        "period": "2026",
        "value": value,
        "unit": "元/人·年",
        "document": "示例：2026年低保标准",
        **more,
    }


@pytest.fixture(scope="session")
def settled(postgres: Postgres, template: Callable[[str], str]) -> Callable[[], Awaitable[str]]:
    """`await settled()` → name of a database to copy from, in which the first pass over everything, without a record,
    ran on 20 November 2026; made once a run. The clock must stand there."""
    made: list[str] = []

    async def name() -> str:
        assert clock.now() == START
        if not made:
            wanted = "template_indicators_settled"
            engine = create_engine(postgres.create_database(wanted, template("indicators")), name="first pass")
            await settle(engine)
            await engine.dispose()
            made.append(wanted)
        return made[0]

    return name


@pytest.fixture
async def make_world(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """A maker of worlds that share one clock, which stands on 20 November 2026; each in a fresh database, or in the
    one whose address is given."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(START.isoformat())
    clock.follow(clock_file)
    issuer = DevIssuer(tmp_path, environment="development")
    worlds: list[World] = []

    async def make(url: str | None = None) -> World:
        settings = Settings(
            environment="development",
            database_url=url or database("indicators"),
            kafka_bootstrap="127.0.0.1:1",
            jwks=str(issuer.jwks),
            issuer=NAME,
        )
        worlds.append(World(settings, issuer, engine_of(settings), build(settings), clock_file))
        return worlds[-1]

    yield make
    clock.follow(None)
    for one in worlds:
        await one.client.aclose()
        await one.app.state.engine.dispose()
        await one.engine.dispose()


@pytest.fixture
async def world(make_world: Callable[..., Any]) -> World:
    """A world in which nothing was computed yet: the first pass is the test's own."""
    made_world: World = await make_world()
    return made_world


@pytest.fixture
async def settled_world(
    make_world: Callable[..., Any], settled: Callable[[], Awaitable[str]], postgres: Postgres
) -> AsyncIterator[World]:
    """A world whose first pass is done, for tests of what comes afterwards: it is a third of a second."""
    name = f"indicators_{uuid.uuid4().hex[:12]}"
    yield await make_world(postgres.create_database(name, await settled()))
    postgres.drop_database(name)
