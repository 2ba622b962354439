"""What the warnings would be had nothing happened: the stored records applied in order to a new database."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from services.local import repository as local
from services.local.run import migrations_of
from services.screening.rules import service as rules
from services.screening.runs import sweep
from services.screening.warnings.canonical import canonical_bytes
from services.screening.warnings.consumer import Records
from shared import migrations
from shared.db import create_engine, transaction
from shared.events.codec import Delivery, decode, record_headers
from shared.events.message import Received
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.feeds import catalogue
from tests.support.live import Live

T = TypeVar("T")

_STORED = """
SELECT r.part_id, r.line, r.feed, r.key, r.payload, r.retracted, r.known_at
FROM record_version r JOIN part p USING (part_id) WHERE r.publish ORDER BY p.position, r.line
"""


def stored_events(live: Live) -> list[Delivery]:
    """What ingest holds for the bus, in the order of publication."""
    found = []
    for offset, row in enumerate(live.ask("ingest", _STORED)):
        event = RecordRetractedV1 if row["retracted"] else RecordAcceptedV1
        event_id = f"{row['part_id']}.{row['line']}"
        headers = record_headers(event_id, event=event, source="/xianjie/ingest", time=row["known_at"])
        topic = catalogue.BY_NUMBER[row["feed"]].topic
        received = Received(topic, 0, offset, row["key"].encode(), row["payload"], headers, 0)
        delivery = decode(received)
        assert isinstance(delivery, Delivery)
        found.append(delivery)
    return found


def warnings_of(url: str) -> bytes:
    """The canonical bytes of a screening database."""

    async def read() -> bytes:
        engine = create_engine(url, name="test")
        try:
            async with transaction(engine) as conn:
                return await canonical_bytes(conn)
        finally:
            await engine.dispose()

    return _elsewhere(read())


def undisturbed(live: Live, name: str) -> bytes:
    """The canonical bytes after one quiet pass over all that ingest stored, in a database `name` of its own."""
    base = live.stack.databases["screening"]
    local.ask(base, local.creates(name))
    url = base.rsplit("/", 1)[0] + f"/{name}"
    migrations.upgrade(migrations_of("screening"), url)
    events = stored_events(live)

    async def apply() -> None:
        engine = create_engine(url, name="test", plan_cache_mode="force_custom_plan")
        try:
            async with transaction(engine) as conn:
                await rules.seed(conn, True)
            records = Records()
            for start in range(0, len(events), 500):
                async with transaction(engine) as conn:
                    await records.apply(conn, events[start : start + 500])
            await sweep.once(engine, records.now)
        finally:
            await engine.dispose()

    _elsewhere(apply())
    return warnings_of(url)


def _elsewhere(work: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
