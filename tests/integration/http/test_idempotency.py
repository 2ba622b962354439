"""A request sent twice is done once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import clock
from shared.db import transaction
from shared.http.idempotency import KEPT, Answer, Claim, KeyInFlightError, KeyReusedError, forget, once
from shared.privacy import Sealer, UnsealError

CLAIM = Claim("caller", "POST /x", "key", b"payload")
SEALER = Sealer("k1", b"k" * 32)


class Work:
    """Counts how often it is done, and can wait or fail."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.done = 0
        self.answer = answer or Answer(201, '{"名":1}'.encode(), headers={"Location": "/x/1"})
        self.go_on = asyncio.Event()
        self.begun = asyncio.Event()
        self.go_on.set()

    async def __call__(self) -> Answer:
        self.done += 1
        self.begun.set()
        await self.go_on.wait()
        return self.answer


async def _send(engine: AsyncEngine, work: Work, claim: Claim | None = CLAIM, sealer: Sealer | None = None) -> Answer:
    async with transaction(engine) as conn:
        return await once(conn, claim, work, sealer)


async def test_the_second_time_gets_the_first_answer(engine: AsyncEngine) -> None:
    work = Work()
    first, second = await _send(engine, work), await _send(engine, work)
    assert work.done == 1
    assert (second.status, second.body, dict(second.headers)) == (first.status, first.body, dict(first.headers))
    assert (first.replayed, second.replayed) == (False, True)
    assert second.response().headers["idempotency-replayed"] == "true"


async def test_without_a_key_every_time_is_the_first(engine: AsyncEngine) -> None:
    work = Work()
    await _send(engine, work, None)
    await _send(engine, work, None)
    assert work.done == 2


async def test_another_payload_under_the_same_key_is_refused(engine: AsyncEngine) -> None:
    work = Work()
    await _send(engine, work)
    with pytest.raises(KeyReusedError):
        await _send(engine, work, Claim("caller", "POST /x", "key", b"other"))
    assert work.done == 1


async def test_two_callers_may_choose_the_same_key(engine: AsyncEngine) -> None:
    work = Work()
    await _send(engine, work)
    await _send(engine, work, Claim("another", "POST /x", "key", b"other"))
    assert work.done == 2


async def test_while_the_first_runs_the_second_is_told_to_wait(engine: AsyncEngine) -> None:
    work = Work()
    work.go_on.clear()
    first = asyncio.create_task(_send(engine, work))
    await work.begun.wait()
    with pytest.raises(KeyInFlightError) as told:
        await _send(engine, work)
    assert told.value.headers["Retry-After"] == "1"
    work.go_on.set()
    await first
    assert (await _send(engine, work)).replayed
    assert work.done == 1


async def test_what_failed_may_be_tried_again(engine: AsyncEngine) -> None:
    class Failing(Work):
        async def __call__(self) -> Answer:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await _send(engine, Failing())
    work = Work()
    assert not (await _send(engine, work)).replayed
    assert work.done == 1


async def test_a_sealed_answer_is_unreadable_at_rest_and_bound_to_its_key(engine: AsyncEngine) -> None:
    work = Work()
    await _send(engine, work, sealer=SEALER)
    async with transaction(engine) as conn:
        stored = await conn.scalar(text("SELECT body FROM idempotency_key"))
    assert stored is not None
    assert "名".encode() not in stored
    assert (await _send(engine, work, sealer=SEALER)).body == work.answer.body
    async with transaction(engine) as conn:
        await conn.execute(
            text("UPDATE idempotency_key SET digest = :d"), {"d": Claim("b", "POST /x", "k", b"").digest}
        )
    with pytest.raises(UnsealError):
        await _send(engine, work, Claim("b", "POST /x", "k", b"payload"), SEALER)


async def test_after_thirty_days_a_key_is_free_and_swept(engine: AsyncEngine, tmp_path: Path) -> None:
    work, late = Work(), datetime.now(UTC) + KEPT + timedelta(seconds=5)
    await _send(engine, work)
    await _send(engine, work, Claim("caller", "POST /x", "other", b""))
    (tmp_path / "clock").write_text(late.isoformat())
    clock.follow(tmp_path / "clock")
    try:
        assert not (await _send(engine, work, Claim("caller", "POST /x", "key", b"new"))).replayed
        async with transaction(engine) as conn:
            assert await forget(conn) == 1
        assert (await _send(engine, work, Claim("caller", "POST /x", "key", b"new"))).replayed
    finally:
        clock.follow(None)
    assert work.done == 3
