"""A whole stack of `xianjie` processes, seen from outside: HTTP, signals, and counts in its databases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from services.local.data import DataFolder
from services.local.interrupt import Interrupt
from services.local.layout import Address
from services.local.ports import free_port
from services.local.stack import Plan, Stack
from shared.names import SERVICES


@dataclass
class Live:
    """A running stack; `close` ends every process of it."""

    stack: Stack
    client: httpx.Client
    _asking: asyncio.Runner = field(default_factory=lambda: asyncio.Runner(loop_factory=asyncio.new_event_loop))
    _connected: dict[str, asyncpg.Connection] = field(default_factory=dict)
    """By service: whoever waits asks often, and to connect costs more than to ask."""

    @classmethod
    def start(cls, folder: Path, broker: str = "tansu") -> Live:
        """Four APIs, four workers, PostgreSQL and a broker of their own on ports the kernel chose."""
        addresses = {service: Address(service, free_port()) for service in SERVICES}
        nobody = Interrupt()
        nobody.release()  # Ctrl-C stays with pytest
        plan = Plan(DataFolder.open(folder), addresses, broker, None, demo=True)
        stack = Stack.of(plan, lambda _: None, nobody)
        try:
            stack.start()
        except BaseException:
            stack.stop()
            stack.plan.data.close()
            raise
        token = stack.issuer.sign(role="developer")
        headers = {"Authorization": f"Bearer {token}"}
        return cls(stack, httpx.Client(headers=headers, timeout=30, trust_env=False))

    def close(self) -> None:
        """Stop everything and let the data folder go."""
        self.client.close()
        for db in self._connected.values():
            self._asking.run(db.close())
        self._asking.close()
        self.stack.stop()
        self.stack.plan.data.close()

    def url(self, service: str, path: str) -> str:
        """Address of a path of a service."""
        return f"{self.stack.plan.addresses[service].url}{path}"

    def get(self, service: str, path: str, **params: Any) -> Any:
        """The JSON of a successful GET."""
        answer = self.client.get(self.url(service, path), params=params)
        answer.raise_for_status()
        return answer.json()

    def push(self, feed: str, records: list[dict[str, Any]], **headers: str) -> httpx.Response:
        """POST one body of records; the answer whatever it is."""
        path = f"/v1/feeds/{feed}/submissions"
        return self.client.post(self.url("ingest", path), json={"records": records}, headers=headers)

    def kill(self, child: str) -> None:
        """Signal 9 to one child; the supervisor brings it back as it would in service."""
        found = next(c for c in self.stack.supervisor._children if c.name == child)
        found.process.kill()

    def ask(self, service: str, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Rows of a question to a service's own database, for counting what it holds."""

        async def fetch() -> list[asyncpg.Record]:
            if service not in self._connected:
                self._connected[service] = await asyncpg.connect(self.stack.databases[service])
            return list(await self._connected[service].fetch(sql, *args))

        return self._asking.run(fetch())

    def count(self, service: str, sql: str) -> int:
        """The one number that `sql` gives."""
        value: int = self.ask(service, sql)[0][0] or 0
        return value

    def stored(self) -> int:
        """How many events ingest has stored for the bus."""
        return self.count("ingest", "SELECT sum(publishable) FROM part")

    def settled(self, stored: int) -> bool:
        """Stored = published = applied: `stored` events left ingest and both projections took each."""
        published = self.count("ingest", "SELECT sum(publishable) FROM part WHERE published_at IS NOT NULL")
        if published != stored:
            return False
        applied = "SELECT count(*) FROM inbox WHERE position('.' IN event_id) > 0"  # other events have plain ids
        return all(self.count(service, applied) == stored for service in ("screening", "indicators"))


def wait_until(true: Callable[[], bool], seconds: float = 30, what: str = "") -> None:
    """Poll until `true()`; AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what or true}")
