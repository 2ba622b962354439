"""A screening database with the shipped rules, a clock to turn, and records as the bus brings them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.app import build
from services.screening.rules import service as rules
from services.screening.runs import sweep
from services.screening.settings import Settings
from services.screening.warnings import repository
from services.screening.warnings.canonical import canonical_bytes
from services.screening.warnings.consumer import Records
from services.screening.warnings.domain import Standing
from services.screening.worker import engine_of
from shared import clock
from shared.db import driver, transaction
from shared.events.codec import Delivery
from shared.http.issuer import NAME as DEVELOPMENT
from shared.http.issuer import DevIssuer
from shared.messaging.outbox import TableStore
from tests.factories import deliveries as made

TODAY = date(2026, 11, 20)
VILLAGE = "150625100201"
HEAD, WIFE = f"p1.{'H' * 26}", f"p1.{'W' * 26}"


def settings_for(url: str, **given: Any) -> Settings:
    """Settings of a screening process on that database."""
    fixed = {"environment": "development", "database_url": url, "kafka_bootstrap": "127.0.0.1:1"}
    return Settings(**{**fixed, "jwks": "nowhere.json", "issuer": DEVELOPMENT, "demo_parameters": True, **given})


@dataclass
class World:
    """One database and what happens to it. `now` moves by a second with every record made.

    Departments know where a person lives as soon as a household record named them: `homes`.
    """

    url: str
    engine: AsyncEngine
    clock_file: Path
    records: Records = field(init=False)
    homes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at(TODAY)
        self.records = Records()

    def at(self, day: date, hour: int = 2) -> None:
        """Turn the clock to `hour` UTC of `day`."""
        self.clock_file.write_text(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).isoformat())

    def _tick(self) -> datetime:
        now = clock.now() + timedelta(seconds=1)
        self.clock_file.write_text(now.isoformat())
        return now

    def household(
        self,
        no: str = "H1",
        *members: str,
        lifted: bool = True,
        gone: bool = False,
        division: str = VILLAGE,
        effective_on: date = date(2025, 1, 1),
        source_id: str | None = None,
    ) -> Delivery:
        """A household record; by default of a lifted household whose only member is HEAD."""
        if not gone:
            self.homes.update(dict.fromkeys(members or (HEAD,), division))
        return made.record(
            17,
            source_id or f"household-{no}",
            self._tick(),
            None if gone else made.household(no, *(members or (HEAD,)), lifted=lifted),
            household_no=no,
            division=division,
            effective_on=effective_on,
        )

    def settlement(
        self, amount: str | None, source_id: str = "S1", *, on: date = date(2026, 10, 1), who: str = HEAD
    ) -> Delivery:
        """A settlement of `amount` yuan; None retracts it."""
        data = None if amount is None else made.settlement(on, amount)
        return made.record(8, source_id, self._tick(), data, subject=who, division=self.homes.get(who), effective_on=on)

    def enrolment(self, who: str, *, source_id: str | None = None, year: int = 2026, gone: bool = False) -> Delivery:
        """A person's enrolment for a year; `gone` retracts it."""
        data = None if gone else made.enrolment(year)
        day = date(year, 1, 1)
        return made.record(
            7,
            source_id or f"E-{who}-{year}",
            self._tick(),
            data,
            subject=who,
            division=self.homes.get(who),
            effective_on=day,
        )

    def appraisal(
        self, grade: str | None, *, on: date = date(2026, 9, 1), who: str = HEAD, source_id: str = "A1"
    ) -> Delivery:
        """A dwelling appraisal made out to `who`; None retracts it."""
        data = None if grade is None else made.appraisal(on, grade)
        return made.record(9, source_id, self._tick(), data, subject=who, division=self.homes.get(who), effective_on=on)

    def renovation(self, accepted_on: date, *, who: str = HEAD) -> Delivery:
        """An accepted renovation."""
        data = made.renovation(accepted_on.year, "accepted", accepted_on)
        return made.record(
            10, "R1", self._tick(), data, subject=who, division=self.homes.get(who), effective_on=accepted_on
        )

    def chronic(self, who: str, source_id: str) -> Delivery:
        """A person with a chronic disease and no contract with a family doctor."""
        return self.of(6, source_id, made.chronic(contracted=False), who)

    def of(self, kind: int, source_id: str, data: dict[str, Any] | None, who: str) -> Delivery:
        """A record of any kind about a person, effective on its own date; None retracts it."""
        return made.record(kind, source_id, self._tick(), data, subject=who, division=self.homes.get(who))

    async def take(self, *deliveries: Delivery) -> None:
        """One consumed batch, given to the handlers as the consumer does."""
        handlers = self.records.handlers()
        async with transaction(self.engine) as conn:
            for handler in dict.fromkeys(handlers.values()):
                own = [one for one in deliveries if handlers[type(one.event)] == handler]
                if own:
                    await handler(conn, own)

    async def settle(self) -> None:
        """What the worker's sweep would do by now."""
        while await sweep.once(self.engine, self.records.now):
            pass

    async def standing(self) -> dict[tuple[str, str], Standing]:
        """All warnings ever, by pair; the newest of each."""
        async with transaction(self.engine) as conn:
            found = await repository.everything(conn, history=True)
        return {one.warning.pair: one for one in sorted(found, key=lambda one: one.warning.raised_at)}

    async def changes(self) -> list[dict[str, Any]]:
        """Changes of warnings in the outbox, in order: type, and the event's body."""
        async with transaction(self.engine) as conn:
            sql = "SELECT type, key, value FROM outbox WHERE topic = 'screening.warnings.v1' ORDER BY id"
            rows = await (await driver(conn)).fetch(sql)
        return [
            {"type": row["type"].split(".")[2], "key": row["key"].decode(), **orjson.loads(row["value"])}
            for row in rows
        ]

    async def told(self, *rules: str) -> list[tuple[str, str, str]]:
        """(type, rule, reason) of each change, of these rules or of all."""
        found = [(c["type"], c["warning"]["rule_code"], c["reason"]) for c in await self.changes()]
        return [change for change in found if not rules or change[1] in rules]

    async def canonical(self, *, history: bool = False) -> bytes:
        """Canonical bytes of the warnings."""
        async with transaction(self.engine) as conn:
            return await canonical_bytes(conn, history=history)

    async def number(self) -> None:
        """What the leader does before it publishes."""
        async with transaction(self.engine) as conn:
            await TableStore().number(conn)


@pytest.fixture
async def make_world(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Callable[[], Any]]:
    """A maker of worlds that share one clock."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(datetime(2026, 11, 20, 2, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    made_worlds: list[World] = []

    async def make() -> World:
        url = database("screening")
        world = World(url, engine_of(settings_for(url)), clock_file)
        made_worlds.append(world)
        async with transaction(world.engine) as conn:
            await rules.seed(conn, demo=True, known_at=datetime(2026, 1, 1, tzinfo=UTC), demo_from=date(2024, 1, 1))
        return world

    yield make
    clock.follow(None)
    for world in made_worlds:
        await world.engine.dispose()


@pytest.fixture
async def world(make_world: Callable[[], Any]) -> World:
    """The one world of most tests."""
    made_world: World = await make_world()
    return made_world


Ask = Callable[..., Any]


@pytest.fixture
async def ask(world: World, tmp_path: Path) -> AsyncIterator[Ask]:
    """`ask(method, path, role=…, in_division=…, tag=…, json=…, in_department=…, **query)` → the answer."""
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    app = build(settings_for(world.url, jwks=str(issuer.jwks)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:

        async def send(
            method: str,
            path: str,
            role: str = "developer",
            in_division: str | None = None,
            tag: str | None = None,
            json: Any = None,
            in_department: str | None = None,
            **query: Any,
        ) -> httpx.Response:
            headers = {"Authorization": f"Bearer {issuer.sign(role, in_department, in_division)}"}
            headers |= {} if tag is None else {"If-Match": tag}
            return await client.request(method, path, params=query, headers=headers, json=json)

        yield send
    await app.state.engine.dispose()
