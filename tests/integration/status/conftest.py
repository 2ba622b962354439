"""A screening database (see tests/integration/screening/conftest.py), and what the bus was told of households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import pytest

from services.screening.status import keeping
from shared.db import driver, transaction
from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.integration.screening.conftest import World, make_world

__all__ = ["make_world"]


@dataclass
class Statuses(World):
    """A world with records that make and unmake a status."""

    def monitored(
        self, identified: date, no: str = "H1", *, source_id: str = "J1", gone: bool = False, **said: Any
    ) -> Delivery:
        """What the national system says; `gone` retracts it."""
        data = None if gone else made.monitored(identified, **said)
        return made.record(23, source_id, self._tick(), data, household_no=no)

    def measure(
        self, begins: date, ends: date | None = None, *, no: str = "H1", kind: str = "industry", source_id: str = "M1"
    ) -> Delivery:
        """A measure of assistance."""
        return made.record(19, source_id, self._tick(), made.assistance(begins, kind, ends), household_no=no)

    async def messages(self, no: str | None = None) -> list[dict[str, Any]]:
        """What the outbox says of households' statuses, of one or of all, in order."""
        async with transaction(self.engine) as conn:
            sql = "SELECT key, value FROM outbox WHERE topic = 'screening.households.v1' ORDER BY id"
            rows = await (await driver(conn)).fetch(sql)
        found = [orjson.loads(row["value"]) for row in rows]
        assert [one["household_no"] for one in found] == [row["key"].decode() for row in rows]
        return [one for one in found if no in (None, one["household_no"])]

    async def said(self, no: str = "H1", since: int = 0) -> list[tuple[Any, ...]]:
        """(day, base status, monitored kind, measures, members) of each message after the first `since`."""
        return [
            (m["status_on"], m["base_status"], m["monitored_kind"], m["active_measures"], m["members"])
            for m in (await self.messages(no))[since:]
        ]

    async def look(self) -> None:
        """What the worker does beside its batches."""
        await keeping.settle(self.engine, self.records.now)


@pytest.fixture
async def world(make_world: Callable[[], Any]) -> Statuses:
    """The one world of most tests."""
    bare = await make_world()
    return Statuses(bare.url, bare.engine, bare.clock_file)
