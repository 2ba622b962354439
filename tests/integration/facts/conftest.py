"""A register to fill and to empty again, and facts by SQL beside those of the oracle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.parameters import repository as parameters
from shared.db import create_engine, transaction
from shared.events.codec import Delivery
from tests.factories import oracle
from tests.factories.limits import LIMITS

Rows = dict[str, dict[str, Any]]
Difference = tuple[str, str, Any, Any]


class Scratch:
    """A database with parameters, in which what is written is undone again, and a loop for what hypothesis calls."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, name="test", plan_cache_mode="force_custom_plan")
        self.runner = asyncio.Runner()
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        async with transaction(self.engine) as conn:
            await parameters.add(conn, LIMITS)

    def close(self) -> None:
        """Leave the database."""
        self.runner.run(self.engine.dispose())
        self.runner.close()

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that never commits."""
        async with self.engine.connect() as conn, conn.begin() as change:
            yield conn
            await change.rollback()


@pytest.fixture
def scratch(database: Callable[[str], str]) -> Iterator[Scratch]:
    """One database a test."""
    made = Scratch(database("screening"))
    yield made
    made.close()


def batches(events: Sequence[Delivery], random: Random, most: int) -> Iterator[list[Delivery]]:
    """The events in random order, one in ten of them twice, in batches of up to `most`."""
    waiting = [*events, *random.sample(list(events), len(events) // 10)]
    random.shuffle(waiting)
    while waiting:
        size = random.randint(1, most)
        batch, waiting = waiting[:size], waiting[size:]
        yield batch


def by_definition(events: Sequence[Delivery], day: date, known: datetime) -> Rows:
    """What the oracle says at (D, T)."""
    return oracle.facts(events, day, known, LIMITS)


async def by_sql(conn: AsyncConnection, households: list[str] | None, day: date, known: datetime) -> Rows:
    """The facts computed from the versions."""
    return values(await facts.rows(conn, facts.computed(households, day, known)))


def values(found: dict[str, facts.FactRow]) -> Rows:
    """The facts alone."""
    return {no: row.values for no, row in found.items()}


def differences(found: Rows, expected: Rows) -> list[Difference]:
    """(household, fact, by SQL, by definition) wherever value or type differ, or only one side has the household."""
    one_side: list[Difference] = [(no, "", no in found, no in expected) for no in found.keys() ^ expected.keys()]
    return one_side + [
        (no, name, found[no].get(name), value)
        for no in sorted(found.keys() & expected.keys())
        for name, value in expected[no].items()
        if name not in found[no] or found[no][name] != value or type(found[no][name]) is not type(value)
    ]
