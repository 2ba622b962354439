"""Changes of many households by all four ways at once: the same in each, in order, none missing, whoever dies."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI

from services.screening.app import build
from services.screening.hooks.addresses import Gate
from services.screening.hooks.dispatcher import Dispatcher
from services.screening.hooks.sender import Sender
from services.screening.warnings.domain import ChangeType, HouseholdWarning
from services.screening.worker import engine_of
from shared import clock
from shared.events.topics import WARNINGS
from shared.http.issuer import DevIssuer
from shared.messaging.memory import MemoryBroker
from shared.messaging.outbox import Leader, TableStore
from shared.privacy.sealing import Sealer
from tests.integration.delivery.conftest import Teller
from tests.integration.delivery.scenarios.ways import Feed, Hook, Stream, Topic, Way, Work
from tests.integration.delivery.served_site import Site
from tests.integration.messaging.faults import FaultyPublisher
from tests.integration.screening.conftest import settings_for
from tests.support.leading import leading
from tests.support.telling import warning_of

KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"
HERE = (ip_network("127.0.0.0/8"),)
RULES = ("M01", "M02", "H01", "I01")
WRITERS = 3
IDLE_SECONDS = 0.3
TURN = timedelta(seconds=60)
TOLD = ("type", "reason", "household_seq")
"""What the topic and the feed say in the same words."""
WARNING_TOLD = ("warning_id", "household_no", "division_code", "rule_code", "severity", "state", "eased")


@dataclass
class Scene:
    """Everything at work; `ways` are consumers, each with what it did."""

    teller: Teller
    broker: MemoryBroker
    ways: dict[str, Way]
    random: Random
    told: int = 0

    async def tell(self, households: Sequence[str], changes: int) -> None:
        """So many changes, by writers that commit side by side, each of households of its own."""
        parts = [households[n::WRITERS] for n in range(WRITERS)]
        counts = [len(range(changes)[n::WRITERS]) for n in range(WRITERS)]
        await asyncio.gather(*(self._write(part, count) for part, count in zip(parts, counts, strict=True)))
        self.told += changes

    async def _write(self, households: Sequence[str], changes: int) -> None:
        standing: dict[str, list[HouseholdWarning]] = {no: [] for no in households}
        while changes:
            most = min(changes, 20, len(households))
            drawn = self.random.sample(households, self.random.randint(1, most))
            await self.teller.tell(*[self._next(no, standing[no]) for no in drawn], number=False)
            changes -= len(drawn)

    def _next(self, household_no: str, standing: list[HouseholdWarning]) -> tuple[ChangeType, HouseholdWarning]:
        """A new warning, or something new about one that stands."""
        fresh = len(standing) < len(RULES)
        if not standing or (fresh and self.random.random() < 0.4):
            standing.append(warning_of(household_no, RULES[len(standing)]))
            return "raised", standing[-1]
        place = self.random.randrange(len(standing))
        before, now = standing[place], clock.now()
        if before.state == "open" and self.random.random() < 0.2:
            standing[place] = replace(before, state="confirmed", updated_at=now)
            return "closed", standing[place]
        standing[place] = replace(before, eased=not before.eased, updated_at=now)
        return "updated", standing[place]

    async def arrived(self, *names: str, seconds: float = 60) -> None:
        """Wait until these ways have done all that was told. When nothing comes by webhook, the clock is turned on,
        for retries wait by it."""
        works = {name: self.ways[name].work for name in names}
        try:
            async with asyncio.timeout(seconds):
                while any(len(work.did) < self.told for work in works.values()):
                    before = self.ways["hook"].work.arrived
                    await asyncio.sleep(IDLE_SECONDS)
                    if "hook" in names and self.ways["hook"].work.arrived == before:
                        self.later(TURN)
        except TimeoutError:
            pytest.fail(f"of {self.told}: { {name: len(work.did) for name, work in works.items()} }")

    def later(self, delta: timedelta) -> None:
        self.teller.clock_file.write_text((clock.now() + delta).isoformat())

    def check(self) -> None:
        """In each way every household's numbers are 1, 2, 3 …, and all ways say the same."""
        for name, way in self.ways.items():
            assert len(way.work.did) == self.told, name
            for household_no, seqs in way.work.household_seqs().items():
                assert seqs == list(range(1, len(seqs) + 1)), (name, household_no)
        topic, feed, stream, hook = (self.ways[name].work.did for name in ("topic", "feed", "stream", "hook"))
        assert feed == stream == hook
        assert list(feed) == list(stream), "and in one order over all households"
        assert {no: _words(change) for no, change in topic.items()} == {no: _words(c) for no, c in feed.items()}


def _words(change: Any) -> list[Any]:
    return [*(change[name] for name in TOLD), *(change["warning"][name] for name in WARNING_TOLD)]


@pytest.fixture
async def app(teller: Teller, issuer: DevIssuer) -> AsyncIterator[FastAPI]:
    given = {"bus_key": KEY, "webhook_networks": HERE, "webhook_plain_http": True}
    made = build(settings_for(teller.url, jwks=str(issuer.jwks), **given))
    yield made
    await made.state.engine.dispose()


@asynccontextmanager
async def _at_work(teller: Teller, site: Site, seed: int, changes: int, kills: int) -> AsyncIterator[Scene]:
    """Leader, dispatchers of two workers and four consumers, which die so many times in the first changes. The
    leader does not learn that its first batch arrived: it is in the topic twice."""
    random = Random(seed)
    broker = MemoryBroker()
    broker.create([WARNINGS])
    works = [Work(Random(random.random()), changes, kills) for _ in range(4)]
    hook = Hook(site, works[3])
    ways = {"topic": Topic(site, works[0], broker), "feed": Feed(site, works[1]), "stream": Stream(site, works[2])}
    publisher = FaultyPublisher(broker.publisher(), lost_answers=1)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        await stack.enter_async_context(
            leading(Leader(teller.engine, TableStore(), publisher, "screening", watch_seconds=0.2))
        )
        scene = Scene(teller, broker, {**ways, "hook": hook}, random)
        readers = [group.create_task(way.run()) for way in scene.ways.values()]
        await hook.subscribe()
        for _ in range(2):
            engine = engine_of(settings_for(teller.url))
            stack.push_async_callback(engine.dispose)
            sender = Sender(Gate(HERE, plain_http=True), ssl.create_default_context(), 5.0)
            worker = Dispatcher(engine, sender, Sealer.from_spec(KEY), lambda: 0.0, last_seconds=0.5)
            group.create_task(worker.run(stop))
        try:
            yield scene
        finally:
            stop.set()
            for reader in readers:
                reader.cancel()


async def _killed_at_random(teller: Teller, site: Site, households: int, changes: int, kills: int) -> None:
    async with _at_work(teller, site, 8, changes, kills) as scene:
        await scene.tell([f"H{n:05d}" for n in range(households)], changes)
        await scene.arrived("topic", "feed", "stream", "hook", seconds=60 + changes / 5)
        scene.check()
        for name, way in scene.ways.items():
            assert way.work.deaths == kills, name
            assert way.work.dropped > 0, f"{name}: nothing came again"
        told = await teller.value(f"SELECT count(*) FROM outbox_message WHERE topic = '{WARNINGS}'")
        assert told == changes


async def test_whoever_is_killed_has_the_same_changes_by_every_way(teller: Teller, site: Site) -> None:
    await _killed_at_random(teller, site, households=50, changes=200, kills=4)


@pytest.mark.long
async def test_ten_thousand_changes_and_twenty_kills_of_each_consumer(teller: Teller, site: Site) -> None:
    await _killed_at_random(teller, site, households=2_000, changes=10_000, kills=20)


async def test_the_broker_is_away_for_a_minute_and_the_other_ways_go_on(teller: Teller, site: Site) -> None:
    async with _at_work(teller, site, 9, 30, 1) as scene:
        await scene.tell([f"A{n}" for n in range(10)], 30)
        await scene.arrived("topic", "feed", "stream", "hook")
        scene.broker.away = True
        await scene.tell([f"B{n}" for n in range(10)], 40)
        await scene.arrived("feed", "stream", "hook")
        scene.later(timedelta(minutes=1))
        await scene.tell([f"C{n}" for n in range(10)], 30)
        await scene.arrived("feed", "stream", "hook")
        assert len(scene.ways["topic"].work.did) == 30
        scene.broker.away = False
        await scene.arrived("topic")
        scene.check()
