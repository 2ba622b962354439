"""The four ways by which a consumer gets changes, each with a consumer that dies where it is told to.

What it did stays (`Work.did`, as in a database of its own), and so does the cursor that it committed last. It dies
before or after it did a change, and always before it commits: what comes again is dropped by its event id.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from contextlib import suppress
from random import Random
from typing import Any

import httpx
import orjson

from shared.events.message import Received
from shared.events.topics import WARNINGS
from shared.messaging.domain import BrokerError
from shared.messaging.memory import MemoryBroker
from tests.integration.delivery.served_site import Site
from tests.integration.hooks.receiver import Receiver, Request

AWAY_SECONDS = 0.1
"""How long it takes to start a consumer again."""
GROUP = "downstream"


class KilledError(Exception):
    """The consumer's process is gone."""


class Work:
    """What a consumer did, in order, each event once. It dies at so many arrivals, places drawn by the seed."""

    def __init__(self, random: Random, changes: int, kills: int) -> None:
        self.did: dict[str, Any] = {}
        self.arrived = 0
        self.dropped = 0
        self.deaths = 0
        self._random = random
        self._dies_at = set(random.sample(range(1, changes + 1), kills))

    def do(self, event_id: str, change: Any) -> None:
        self.arrived += 1
        dies, done = self.arrived in self._dies_at, self._random.random() < 0.5
        if event_id in self.did:
            self.dropped += 1
        elif done or not dies:
            self.did[event_id] = change
        if dies:
            self.deaths += 1
            raise KilledError

    def household_seqs(self) -> dict[str, list[int]]:
        """The numbers of each household in the order in which they were done."""
        found: dict[str, list[int]] = defaultdict(list)
        for change in self.did.values():
            found[change["warning"]["household_no"]].append(change["household_seq"])
        return found


class Way(ABC):
    """A consumer that is started again whenever it died."""

    def __init__(self, site: Site, work: Work) -> None:
        self.site = site
        self.work = work

    async def run(self) -> None:
        """Consume until cancelled."""
        while True:
            with suppress(KilledError):
                await self.live()
            await asyncio.sleep(AWAY_SECONDS)

    @abstractmethod
    async def live(self) -> None:
        """One life, from what was committed last."""


class Topic(Way):
    """Reads the topic as a member of a group."""

    def __init__(self, site: Site, work: Work, broker: MemoryBroker) -> None:
        super().__init__(site, work)
        self._broker = broker

    async def live(self) -> None:
        source = self._broker.source(GROUP, [WARNINGS])
        try:
            await source.start()
        except BrokerError:
            return
        try:
            while True:
                batch = await source.batch(20, 200)
                async with source.hold() as held:
                    for received in batch if held else ():
                        event_id, change = _told(received)
                        self.work.do(event_id, change)
                    if held:
                        await source.commit()
        finally:
            await source.stop()  # as the broker does for a member that is silent


def _told(received: Received) -> tuple[str, Any]:
    headers = {name: value.decode() for name, value in received.headers}
    return headers["ce_id"], {**orjson.loads(received.value or b""), "type": headers["ce_type"].split(".")[2]}


class Feed(Way):
    """Reads pages and commits the cursor of each."""

    def __init__(self, site: Site, work: Work) -> None:
        super().__init__(site, work)
        self._cursor = "0"

    async def live(self) -> None:
        while True:
            query = {"after": self._cursor, "limit": "20", "wait": "1"}
            answer = await self.site.client.get("/v1/warnings/changes", params=query, headers=self.site.token())
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for change in page["items"]:
                self.work.do(change["event_id"], change)
            self._cursor = page["next"]


class Stream(Way):
    """Reads events and commits the id of each tenth."""

    def __init__(self, site: Site, work: Work) -> None:
        super().__init__(site, work)
        self._cursor = "0"

    async def live(self) -> None:
        with suppress(httpx.TransportError, StopAsyncIteration):
            async with self.site.open(self.site.token() | {"Last-Event-ID": self._cursor}) as frames:
                since = 0
                while (frame := await anext(frames)).get("event") != "end":
                    if "data" not in frame:
                        continue
                    self.work.do(frame["data"]["event_id"], frame["data"])
                    since += 1
                    if since % 10 == 0:
                        self._cursor = frame["id"]


class Hook(Way):
    """Is posted to; its answer is its cursor. While it is dead nobody listens on its port."""

    def __init__(self, site: Site, work: Work) -> None:
        super().__init__(site, work)
        self.receiver = Receiver(answer=self._answer)
        self._dead = asyncio.Event()
        self._listening = asyncio.Event()

    async def subscribe(self) -> None:
        """From the beginning, as soon as it listens."""
        await self._listening.wait()
        answer = await self.site.client.post(
            "/v1/webhooks",
            json={"url": self.receiver.url, "after": "0"},
            headers=self.site.token("downstream", "150600000000"),
        )
        assert answer.status_code == 201, answer.text

    async def live(self) -> None:
        self._dead.clear()
        async with self.receiver.listening():
            self._listening.set()
            await self._dead.wait()

    def _answer(self, request: Request) -> tuple[int, dict[str, str]]:
        """204, or the connection breaks: a receiver that died has answered nobody who was still waiting."""
        if not self._dead.is_set():
            try:
                self.work.do(request.id, request.json["data"])
            except KilledError:
                self._dead.set()
        if self._dead.is_set():
            raise ConnectionResetError
        return 204, {}
