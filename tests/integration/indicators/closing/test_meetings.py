"""Passes, late records and approvals meet: whatever comes first, a closed period only changes beside itself."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from tests.integration.indicators.closing.conftest import Office
from tests.integration.indicators.closing.test_restatements import A, C, D, houses
from tests.integration.indicators.conftest import World

MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07")

# Every value that began after the closing of its period, the restatement that says so, and what stood at the closing.
_AFTER = """
SELECT v.value_id, r.value_id AS restatement, r.closed_value_id, (
    SELECT o.value_id FROM indicator_value o
    WHERE (o.number, o.division_code, o.period) = (v.number, v.division_code, v.period)
        AND o.published_at <= c.decided_at AND (o.replaced_at IS NULL OR c.decided_at < o.replaced_at)) AS stood
FROM indicator_value v
JOIN period_closing c ON c.period = v.period AND c.state = 'approved'
LEFT JOIN restatement r USING (value_id)
WHERE v.published_at > c.decided_at
"""


@pytest.fixture
def world(settled_world: World) -> World:
    """The first pass is done."""
    return settled_world


async def _approved(world: World, office: Office, closing_id: str) -> dict[str, Any]:
    """Ask until nothing is in the way, as a person does who is told to wait."""
    for _ in range(200):
        answer = await office.approve(closing_id)
        if answer.status_code == 200:
            approved: dict[str, Any] = answer.json()
            return approved
        assert answer.json()["code"] == "period_unsettled", answer.text
        await asyncio.sleep(0.02)
    raise AssertionError("never settled")


async def _work(world: World, *grades: tuple[str, str, date]) -> None:
    """A batch, and passes until nothing waits, also when an approval holds the lock now and then."""
    await world.take(*[world.appraisal(who, grade, on=day) for who, grade, day in grades])
    for _ in range(200):
        await world.settle()
        if not await world.rows("SELECT FROM dirty_mark LIMIT 1"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("marks were left")


async def _time_passes(world: World, over: asyncio.Event) -> None:
    while not over.is_set():
        world.tick()
        await asyncio.sleep(0.005)


async def test_a_closed_period_only_changes_beside_itself_whoever_comes_first(world: World, office: Office) -> None:
    await houses(world)
    ids = {month: (await office.propose(month)).json()["closing_id"] for month in MONTHS}
    over = asyncio.Event()
    clock_hand = asyncio.create_task(_time_passes(world, over))
    for index, month in enumerate(MONTHS):
        day = date(2026, 4, 10 + index)
        grades = [(who, "AD"[(index + n) % 2], day) for n, who in enumerate((A, C, D))]
        await asyncio.gather(_work(world, *grades), _work(world), _approved(world, office, ids[month]))
    over.set()
    await clock_hand
    after = await world.rows(_AFTER)
    assert after, "late records found closed periods"
    wrong = [row for row in after if row["restatement"] is None or row["closed_value_id"] != row["stood"]]
    assert wrong == []
    assert await world.rows("SELECT FROM restatement WHERE published_at <= closed_at") == []
    without_a_cause = "SELECT FROM restatement WHERE value_id NOT IN (SELECT value_id FROM restatement_cause)"
    assert await world.rows(without_a_cause) == []
