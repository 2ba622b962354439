"""The bus is told what lifted and monitored households count as, once for every change, from the day it holds."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.screening.status import keeping, service
from shared import clock
from shared.db import driver, transaction
from shared.versions import repository as versions
from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, WIFE
from tests.integration.status.conftest import Statuses

LIFTED: tuple[Any, ...] = ("2025-01-01", "lifted", None, [], 1)


async def test_a_lifted_household_is_told_and_a_general_one_never(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD), world.household("H2", WIFE, lifted=False))
    [message] = await world.messages()
    assert message == {
        "household_no": "H1",
        "status_seq": 1,
        "division_code": VILLAGE,
        "status_on": "2025-01-01",
        "base_status": "lifted",
        "monitored": False,
        "monitored_kind": None,
        "identified_on": None,
        "removed_on": None,
        "returned_on": None,
        "active_measures": [],
        "members": 1,
        "known_at": message["known_at"],
    }
    await world.take(world.household("H2", WIFE, "p1.Y", lifted=False), world.measure(date(2026, 1, 1), no="H2"))
    assert await world.messages("H2") == []
    assert await _kept(world) == 1


async def _kept(world: Statuses) -> int:
    async with transaction(world.engine) as conn:
        kept: int = await (await driver(conn)).fetchval("SELECT count(*) FROM household_told")
    return kept


async def test_each_change_is_told_once_and_what_changes_nothing_is_not(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD))
    await world.take(world.monitored(date(2026, 3, 5), kind="sudden"))
    await world.take(world.measure(date(2026, 4, 10)), world.measure(date(2026, 5, 10), source_id="M2"))
    await world.take(world.household("H1", HEAD, WIFE, effective_on=date(2026, 6, 1)))
    assert await world.said() == [
        LIFTED,
        ("2026-03-01", "lifted", "sudden", [], 1),
        ("2026-04-10", "lifted", "sudden", ["industry"], 1),
        ("2026-06-01", "lifted", "sudden", ["industry"], 2),
    ]
    assert [m["status_seq"] for m in await world.messages("H1")] == [1, 2, 3, 4]
    await world.take(world.settlement("12000"), world.measure(date(2026, 4, 10)))
    await world.look()
    assert len(await world.messages()) == 4


async def test_a_record_that_comes_late_tells_again_from_the_first_day_that_it_changes(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD), world.monitored(date(2026, 6, 5)))
    await world.take(world.measure(date(2026, 2, 1), date(2026, 3, 31), kind="finance"))
    assert await world.said(since=2) == [
        ("2026-02-01", "lifted", None, ["finance"], 1),
        ("2026-04-01", "lifted", None, [], 1),
        ("2026-06-01", "lifted", "unstable", [], 1),
    ]


async def test_what_is_taken_back_was_never_so(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD), world.monitored(date(2026, 6, 5)))
    await world.take(world.monitored(date(2026, 6, 5), gone=True))
    assert await world.said(since=2) == [("2026-06-01", "lifted", None, [], 1)]
    await world.take(world.household("H1", gone=True))
    assert await world.said(since=3) == [("2025-01-01", None, None, [], 0)]
    assert not (await world.messages())[-1]["monitored"]


async def test_a_household_that_lost_its_status_is_still_told_of(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD))
    await world.take(world.household("H1", HEAD, lifted=False, effective_on=date(2026, 11, 1)))
    await world.take(world.household("H1", HEAD, WIFE, lifted=False, effective_on=date(2026, 11, 10)))
    assert await world.said(since=1) == [
        ("2026-11-01", "general", None, [], 1),
        ("2026-11-10", "general", None, [], 2),
    ]


async def test_a_member_who_moves_changes_the_household_that_is_left(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD, WIFE), world.household("H2", "p1.Y", lifted=False))
    await world.take(world.household("H2", "p1.Y", WIFE, lifted=False, effective_on=date(2026, 9, 1)))
    assert await world.said(since=1) == [("2026-09-01", "lifted", None, [], 1)]
    assert await world.messages("H2") == []


async def test_what_days_end_or_begin_is_told_on_the_day(world: Statuses) -> None:
    ends, removed = TODAY + timedelta(days=3), date(2026, 11, 30)
    await world.take(world.household("H1", HEAD), world.monitored(date(2026, 6, 5)))
    await world.take(world.measure(date(2026, 2, 1), ends), world.monitored(date(2026, 6, 5), removed=removed))
    said = await world.said()
    assert said[-1] == ("2026-06-01", "lifted", "unstable", ["industry"], 1)
    world.at(ends)
    await world.look()
    assert await world.said() == said, "a measure is in force on its last day"
    world.at(ends + timedelta(days=1))
    await world.look()
    assert await world.said(since=len(said)) == [("2026-11-24", "lifted", "unstable", [], 1)]
    world.at(removed)
    await world.look()
    await world.look()
    [*_, last] = await world.messages("H1")
    assert (last["status_seq"], last["monitored"], last["identified_on"], last["removed_on"]) == (
        len(said) + 2, False, "2026-06-01", "2026-11-30",
    )  # fmt: skip


async def test_days_that_pass_while_nobody_works_are_told_as_they_were(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD), world.measure(date(2026, 2, 1), date(2026, 12, 1)))
    await world.take(world.measure(date(2026, 2, 1), date(2026, 12, 31), kind="finance", source_id="M2"))
    told = len(await world.messages())
    world.at(date(2027, 2, 1))
    await world.look()
    assert [(day, measures) for day, _, _, measures, _ in await world.said(since=told)] == [
        ("2026-12-02", ["finance"]),
        ("2027-01-01", []),
    ]


async def test_monitored_without_a_household_record_says_that_none_is_there(world: Statuses) -> None:
    await world.take(world.monitored(date(2026, 6, 5), "H7"))
    [message] = await world.messages("H7")
    assert (message["base_status"], message["monitored"], message["members"]) == (None, True, 0)
    await world.take(world.household("H7", HEAD, lifted=False))
    assert await world.said("H7", since=1) == [
        ("2025-01-01", "general", None, [], 1),
        ("2026-06-01", "general", "unstable", [], 1),
    ]


async def test_a_batch_that_fails_tells_nothing(world: Statuses) -> None:
    class CutError(Exception):
        """Stands for the end of the process."""

    await world.look()  # everybody was looked at: there is nobody
    records = [world.household("H1", HEAD)]

    async def cut() -> None:
        async with transaction(world.engine) as conn:
            await world.records.apply(conn, records)
            raise CutError

    with pytest.raises(CutError):
        await cut()
    assert await world.messages() == []
    await world.take(*records)
    assert await world.said() == [LIFTED]


async def test_a_database_of_the_last_release_tells_of_everybody_once_in_steps(world: Statuses) -> None:
    everybody = [world.household(f"H{n:02d}", f"p1.{n:026d}", lifted=n % 3 == 0) for n in range(30)]
    await world.take(*everybody, world.monitored(date(2026, 6, 5), "H01"))
    async with transaction(world.engine) as conn:  # as the last release left it
        await (await driver(conn)).execute("DELETE FROM outbox_message WHERE topic = 'screening.households.v1'")
        await (await driver(conn)).execute("DELETE FROM household_told")
    steps = 0
    while await keeping.walk(world.engine, world.records.now, at_once=7):
        steps += 1
    assert steps == 5
    told = await world.messages()
    assert {m["household_no"] for m in told} == {f"H{n:02d}" for n in range(0, 30, 3)} | {"H01"}
    assert [m["status_seq"] for m in told if m["household_no"] == "H01"] == [1, 2]
    await world.look()
    assert await world.messages() == told


async def test_two_workers_at_once_are_one(world: Statuses) -> None:
    """Batches about the same households, walks and days meet."""
    numbers = [f"H{n:02d}" for n in range(12)]
    homes = [world.household(no, f"p1.{n:026d}") for n, no in enumerate(numbers)]
    batches = [
        homes,
        [world.monitored(date(2026, 6, 5), no, source_id=f"J-{no}") for no in numbers],
        [world.measure(date(2026, 7, 1), no=no, source_id=f"M-{no}") for no in numbers],
        [world.measure(date(2026, 8, 1), no=no, source_id=f"N-{no}", kind="finance") for no in reversed(numbers)],
    ]
    await asyncio.gather(*(world.take(*batch) for batch in batches), world.look(), world.look())
    await world.look()
    for no in numbers:
        messages = await world.messages(no)
        assert [m["status_seq"] for m in messages] == list(range(1, len(messages) + 1))
        assert messages[-1]["active_measures"] == ["finance", "industry"]
        assert messages[-1]["monitored_kind"] == "unstable"


async def test_of_two_who_see_the_same_news_one_tells_it(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD))
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("DELETE FROM household_told")

    async def again() -> int:
        async with transaction(world.engine) as conn:
            await versions.lock_households(conn, ["H1"])
            return await service.tell(conn, ["H1"], clock.today(), world.records.now())

    assert sorted(await asyncio.gather(again(), again())) == [0, 1]
