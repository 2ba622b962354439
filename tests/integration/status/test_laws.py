"""What the bus was told of households is what the records say, on every day, in whatever order and batches they come:
held against the plain-Python definitions of the facts (tests/factories/oracle)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.screening.register import service as register
from shared import clock
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories.drawn import FIRST, HOUSES
from tests.factories.histories import told as drawn
from tests.factories.oracle.days import day_of, month_start
from tests.factories.oracle.known import Home, Known, Member
from tests.integration.screening.conftest import TODAY
from tests.integration.status.conftest import Statuses

KINDS = (17, 17, 17, 23, 23, 19, 19, 18, 8)
RECORDS = 40
DAYS = [FIRST + timedelta(days=n) for n in range(0, (TODAY - FIRST).days + 1, 3)] + [TODAY]
Counts = tuple[Any, ...]


def by_definition(events: Sequence[Delivery], day: date, known: datetime) -> dict[str, Counts]:
    """Household → what it counts as on a day, by the words of the definitions."""
    on = Known(events, known).on(day)
    members: dict[str, list[Member]] = defaultdict(list)
    for household_no, member in on.homes.values():
        members[household_no].append(member)
    return {no: _status(no, Home(no, on.households[no], members[no], on) if no in on.households else None, on)
            for no in HOUSES}  # fmt: skip


def _status(no: str, home: Home | None, on: Any) -> Counts:
    newest = max(on.by_household(23).get(no, []), key=lambda v: v.rank, default=None)
    removed = newest is not None and newest.data["state"] == "removed"
    running = {
        v.data["measure"]
        for v in on.by_household(19).get(no, [])
        if (day_of(v.data["started_on"]) or date.max) <= on.day <= (day_of(v.data.get("ended_on")) or date.max)
    }
    return (
        home.division or None if home else None,
        home.version.data["base_status"] if home else None,
        newest is not None and not removed,
        newest.data["monitored_kind"] if newest and not removed else None,
        str(month_start(newest.data["identified_month"])) if newest else None,
        sorted(running),
        len(home.members) if home else 0,
    )


def by_the_bus(messages: Sequence[dict[str, Any]], day: date) -> Counts:
    """The same as a consumer knows it, who was told nothing but this."""
    holding = [m for m in messages if m["status_on"] <= day.isoformat()]
    if not holding:
        return (None, None, False, None, None, [], 0)
    last = max(holding, key=lambda m: m["status_seq"])
    names = (
        "division_code",
        "base_status",
        "monitored",
        "monitored_kind",
        "identified_on",
        "active_measures",
        "members",
    )
    return tuple(last[name] for name in names)


def _known_by_now(seed: int) -> list[Delivery]:
    found = drawn([Random(seed).getrandbits(48) ^ n for n in range(RECORDS * 2)], RECORDS, KINDS)
    return [one for one in found if one.event.meta.known_at <= clock.now()]


async def _told_equals_said(make_world: Callable[[], Any], seed: int) -> int:
    """How many messages it took."""
    random, bare = Random(seed), await make_world()
    world = Statuses(bare.url, bare.engine, bare.clock_file)
    events = _known_by_now(seed)
    mixed = random.sample(events, len(events))
    world.at(TODAY - timedelta(days=400))  # and days pass between the batches
    while mixed:
        size = random.randint(1, 15)
        await world.take(*mixed[:size])
        mixed = mixed[size:]
        world.at(min(TODAY, clock.today() + timedelta(days=random.randint(0, 60))))
        await world.look()
    world.at(TODAY)
    await world.look()
    await _compare(world, events)
    return len(await world.messages())


async def _compare(world: Statuses, events: Sequence[Delivery]) -> None:
    known = world.records.now()
    expected = {day: by_definition(events, day, known) for day in DAYS}
    concerned = {
        no
        for found in expected.values()
        for no, status in found.items()
        if status[1] == "lifted" or status[4] is not None
    }
    for no in HOUSES:
        messages = await world.messages(no)
        assert [m["status_seq"] for m in messages] == list(range(1, len(messages) + 1))
        if no in concerned or messages:
            for day in DAYS:
                assert by_the_bus(messages, day) == expected[day][no], (no, day)
    assert concerned <= {m["household_no"] for m in await world.messages()}


async def _walked_equals_said(make_world: Callable[[], Any], seed: int) -> None:
    """A database whose records came when nothing was told of yet."""
    bare = await make_world()
    world = Statuses(bare.url, bare.engine, bare.clock_file)
    events = _known_by_now(seed)
    async with transaction(world.engine) as conn:
        await register.apply(conn, events)
    await world.look()
    await _compare(world, events)


@pytest.mark.parametrize("seed", range(20, 22))
async def test_whoever_is_walked_over_is_told_of_as_of_every_day(make_world: Callable[[], Any], seed: int) -> None:
    await _walked_equals_said(make_world, seed)


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_told_is_what_the_records_say_of_every_day(make_world: Callable[[], Any], seed: int) -> None:
    assert await _told_equals_said(make_world, seed) > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1100))
async def test_what_was_told_is_what_the_records_say_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _told_equals_said(make_world, seed)
