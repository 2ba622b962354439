"""A worker that is told to stop while it joins its group: the broker may take long over that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine
from shared.messaging.consumer import Consumer
from shared.messaging.domain import BrokerError
from shared.messaging.loop import until
from shared.messaging.memory import MemoryBroker
from tests.unit.http.support import NOWHERE


class Slow:
    """A source of which it takes for ever to become a member."""

    def __init__(self) -> None:
        self.joining, self.let_go = asyncio.Event(), False

    async def start(self) -> None:
        self.joining.set()
        await asyncio.Event().wait()

    async def stop(self) -> None:
        self.let_go = True


@pytest.fixture
def nowhere() -> AsyncEngine:
    return create_engine(NOWHERE, name="test")


async def test_it_hears_that_it_shall_stop_and_lets_go(nowhere: AsyncEngine) -> None:
    source: Any = Slow()
    stop = asyncio.Event()
    running = asyncio.create_task(Consumer(nowhere, source, {}, group="g").run(stop))
    await source.joining.wait()
    stop.set()
    await asyncio.wait_for(running, 1)
    assert source.let_go


async def test_one_that_never_joined_stops_too(nowhere: AsyncEngine) -> None:
    broker, stop = MemoryBroker(), asyncio.Event()
    broker.create(["a"])
    stop.set()
    await asyncio.wait_for(Consumer(nowhere, broker.source("g", ["a"]), {}, group="g").run(stop), 1)


async def test_what_goes_wrong_meanwhile_is_raised() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise BrokerError("away")

    with pytest.raises(BrokerError):
        await until(asyncio.Event(), fail())
