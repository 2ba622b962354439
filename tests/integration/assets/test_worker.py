"""What the ledger committed reaches the bus, once there is one."""

from __future__ import annotations

import asyncio

import httpx
import orjson
from fastapi import FastAPI

from services.assets import worker
from services.assets.settings import Settings
from shared.db import transaction
from shared.events.topics import ASSETS, HOUSEHOLDS
from shared.messaging.kafka import KafkaAdmin, KafkaSource
from shared.messaging.outbox import TableStore
from tests.integration.assets.conftest import project


async def test_registered_projects_are_published(
    app: FastAPI, clerk: httpx.AsyncClient, settings: Settings, tansu: str
) -> None:
    registered = [
        (await clerk.post("/v1/projects", json=project(code=f"p-{number}"))).json()["project_id"] for number in range(3)
    ]
    await KafkaAdmin(tansu).ensure_topics([ASSETS, HOUSEHOLDS], partitions=3)
    source, stop = KafkaSource(tansu, "assets-test", [ASSETS]), asyncio.Event()
    with_broker = settings.model_copy(update={"kafka_bootstrap": tansu, "kafka_idempotence": False})
    working = asyncio.create_task(worker.run(with_broker, stop))
    await source.start()
    try:
        seen: dict[str, str] = {}
        async with asyncio.timeout(30):
            while len(seen) < len(registered):
                for message in await source.batch(100, 200):
                    assert message.key is not None
                    assert message.value is not None
                    seen[message.key.decode()] = orjson.loads(message.value)["code"]
            while await _waiting(app):  # noqa: ASYNC110 - the mark is in the database
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await source.stop()
        await asyncio.wait_for(working, 10)
    assert seen == dict(zip(registered, ["p-0", "p-1", "p-2"], strict=True))


async def _waiting(app: FastAPI) -> int:
    async with transaction(app.state.engine) as conn:
        return (await TableStore().backlog(conn)).messages
