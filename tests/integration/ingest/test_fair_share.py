"""One department can use up its own share only: of requests, of streams, of connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest

from services.ingest.settings import Settings
from tests.integration.ingest.conftest import SETTLEMENT, Api, settlement

APPRAISAL = "housing/dwelling-appraisal"
FEW = 6
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"department_in_flight": FEW, "database_pool_size": 4})


async def other_department(api: Api) -> Any:
    """Its answer, to a record that is refused: that too is stored."""
    async with asyncio.timeout(5):
        return await api.client.post(
            f"/v1/feeds/{APPRAISAL}/submissions",
            json={"records": [{"source_id": "h1"}]},
            headers=api.bearer("department", "housing"),
        )


async def test_a_department_that_waits_for_the_database_leaves_it_to_the_others(api: Api) -> None:
    await api.push(settlement("s"))
    holder = await asyncpg.connect(api.url)
    async with holder.transaction():
        await holder.execute("SELECT FROM record_version WHERE source_id = 's' FOR UPDATE")
        stuck = [
            asyncio.create_task(api.push(settlement("s", minute=n + 1, self_paid=n + 1), settlement(f"n{n}")))
            for n in range(FEW)
        ]
        await waiting(api)
        refused = await api.push(settlement("late"))
        assert (refused.status_code, refused.json()["code"]) == (429, "department_busy")
        assert (refused.headers["Retry-After"], refused.json()["limit_in_flight"]) == ("1", FEW)
        answer = await other_department(api)
        assert (answer.status_code, answer.json()["code"]) == (422, "all_rejected")
    await holder.close()
    assert {answer.status_code for answer in await asyncio.gather(*stuck)} <= {201, 503}
    assert (await api.push(settlement("late"))).status_code == 201


async def waiting(api: Api) -> None:
    """Until the department's connections all wait for the row."""
    blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(10):
        while len(await api.rows(blocked)) < 2:  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.02)


async def test_a_department_has_its_share_of_streams(api: Api) -> None:
    go_on = asyncio.Event()

    async def slowly(n: int) -> AsyncIterator[bytes]:
        yield orjson.dumps(settlement(f"a{n}", person=n)) + b"\n"
        await go_on.wait()

    async def stream(body: Any) -> Any:
        return await api.client.post(
            f"/v1/feeds/{SETTLEMENT}/submissions", content=body, headers={**api.bearer(), **NDJSON}
        )

    running = [asyncio.create_task(stream(slowly(n))) for n in range(4)]
    await asyncio.sleep(0.2)
    refused = await stream(b"{}\n")
    assert (refused.status_code, refused.json()["limit_streams"], refused.headers["Retry-After"]) == (429, 4, "1")
    assert (await api.push(settlement("json"))).status_code == 201
    assert (await other_department(api)).status_code == 422
    go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*running)] == [201] * 4
