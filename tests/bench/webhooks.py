"""A healthy receiver of webhooks beside a dead and a slow one: ms from a change's position to its arrival. References:
the same receiver undisturbed, and the same bytes posted to it directly. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from services.local.postgres import Postgres
from services.screening.app import MIGRATIONS
from services.screening.hooks import service
from services.screening.hooks.addresses import Gate
from services.screening.hooks.dispatcher import Dispatcher
from services.screening.hooks.domain import Wish
from services.screening.hooks.sender import Sender
from services.screening.warnings import service as warnings
from services.screening.warnings.domain import Decision, HouseholdWarning
from shared import clock, ids, migrations
from shared.db import create_engine, transaction
from shared.http.permissions import ROLES, Principal
from shared.messaging.outbox import TableStore
from shared.privacy.sealing import Sealer
from tests.bench.ingest_stack import Report, percentile, report
from tests.integration.hooks.receiver import Receiver, Request, receiving

VILLAGE = "150625100201"
CHANGES, SMALL = 2_000, 200
HOUSEHOLDS = 400
BATCH, PAUSE_SECONDS = 5, 0.1
SLOW_SECONDS = 3.0
SEALER = Sealer.from_spec(f"k1:{'A' * 43}=")
OWNER = Principal("bench", "downstream", None, "150600000000", ROLES["downstream"].permissions)


@asynccontextmanager
async def database() -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """A fresh screening database: an engine for who tells, and one for the dispatcher."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        server = await asyncio.to_thread(Postgres.start, Path(name) / "data", log=Path(name) / "log")
        try:
            url = await asyncio.to_thread(server.create_database, "webhooks")
            await asyncio.to_thread(migrations.upgrade, MIGRATIONS, url)
            engines = create_engine(url, name="teller", pool_size=2), create_engine(url, name="hooks", pool_size=3)
            yield engines
            for engine in engines:
                await engine.dispose()
        finally:
            await asyncio.to_thread(server.kill)


async def tell(engine: AsyncEngine, known: dict[str, HouseholdWarning], households: Sequence[str]) -> float:
    """A change of each household, numbered; when that was committed."""
    now, decided = clock.now(), []
    evidence: Any = {}
    for no in households:
        before = known.get(no)
        if before is None:
            fixed: Any = (VILLAGE, "M01", 1, None, "high", "open", False, False, None, clock.today(), now, now)
            known[no] = HouseholdWarning(ids.uuid7(), no, *fixed)
            decided.append(Decision("raised", "hit", known[no], evidence))
        else:
            known[no] = replace(before, updated_at=now)
            decided.append(Decision("updated", "hit", known[no]))
    async with transaction(engine) as conn:
        await warnings.store(conn, decided)
        await TableStore().number(conn)
    return time.perf_counter()


async def through(tellers: AsyncEngine, engine: AsyncEngine, count: int, *others: Receiver) -> list[float]:
    """ms until each of `count` changes came to a healthy receiver, the others subscribed beside it."""
    came: dict[tuple[str, int], float] = {}
    complete = asyncio.Event()

    def note(request: Request) -> tuple[int, dict[str, str]]:
        came[request.place] = time.perf_counter()
        if len(came) == count:
            complete.set()
        return 204, {}

    async with receiving(answer=note) as healthy:
        subscribed = [await _subscribe(tellers, one) for one in (*others, healthy)]
        gate = Gate([ip_network("127.0.0.0/8")], plain_http=True)
        dispatcher, stop = Dispatcher(engine, Sender(gate, ssl.create_default_context()), SEALER), asyncio.Event()
        working = asyncio.create_task(dispatcher.run(stop))
        known: dict[str, HouseholdWarning] = {}
        told: dict[tuple[str, int], float] = {}
        label = len(others)
        for first in range(0, count, BATCH):
            households = [f"W{label}{n % HOUSEHOLDS:06d}" for n in range(first, first + BATCH)]
            committed = await tell(tellers, known, households)
            told |= {(no, first // HOUSEHOLDS + 1): committed for no in households}
            await asyncio.sleep(PAUSE_SECONDS)
        async with asyncio.timeout(60):
            await complete.wait()
        stop.set()
        await working
        async with transaction(tellers) as conn:
            for webhook_id in subscribed:
                await service.delete(conn, OWNER, webhook_id)
    return [(came[place] - at) * 1000 for place, at in told.items()]


async def _subscribe(engine: AsyncEngine, receiver: Receiver) -> Any:
    async with transaction(engine) as conn:
        shown, _ = await service.create(conn, SEALER, OWNER, Wish(receiver.url, None, None, None, None, None))
    return shown.webhook.webhook_id


async def directly(count: int) -> list[float]:
    """ms of a POST of a kilobyte to the receiver, a new connection each, as the dispatcher makes."""
    times = []
    async with receiving() as receiver:
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, limits=limits) as client:
            for _ in range(count):
                began = time.perf_counter()
                await client.post(receiver.url, content=b"x" * 1000)
                times.append((time.perf_counter() - began) * 1000)
    return times


async def main(count: int) -> Report:
    """Measure; write and return the report."""
    async with database() as (tellers, engine), AsyncExitStack() as receivers:
        undisturbed = await through(tellers, engine, count)
        dead = await receivers.enter_async_context(receiving(answer=lambda _request: (500, {})))
        slow = await receivers.enter_async_context(receiving(seconds=SLOW_SECONDS))
        disturbed = await through(tellers, engine, count, dead, slow)
        figures = {
            "beside_a_dead_and_a_slow_one": _spread(disturbed),
            "undisturbed": _spread(undisturbed),
            "reference_posted_directly": _spread(await directly(count)),
        }
    return report(
        "webhooks" if count == CHANGES else "webhooks-small",
        {
            "what": f"ms from position to arrival, {count} changes of {min(count, HOUSEHOLDS)} households, "
            f"{BATCH / PAUSE_SECONDS:.0f} a second; the dead answers 500, the slow one after {SLOW_SECONDS:.0f} s",
            "ms": figures,
            "ratio_p99": round(figures["beside_a_dead_and_a_slow_one"]["p99"] / figures["undisturbed"]["p99"], 2),
        },
    )


def _spread(times: Sequence[float]) -> dict[str, float]:
    return {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99), "most": round(max(times), 2)}


if __name__ == "__main__":
    asked = SMALL if "--small" in sys.argv else CHANGES
    sys.stdout.write(json.dumps(asyncio.run(main(asked)), indent=1, ensure_ascii=False) + "\n")
