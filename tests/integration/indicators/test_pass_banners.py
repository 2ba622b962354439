"""A pass that counts marked banners only ends where a pass over everything would."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from services.indicators.values import repository, service
from services.indicators.values.domain import Value
from shared import clock
from shared.codes import divisions
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.integration.indicators.conftest import CITY, HANGJIN, World, person

VILLAGES = [d.code for d in divisions.all_divisions() if d.rural][::60]
NOWHERE = CITY


def said(value: Value) -> tuple[Any, ...]:
    """All that a reader is told, but for when it was looked at."""
    return (value.value, value.numerator, value.denominator, value.status, value.reason, value.basis, value.beside)


async def everything(world: World) -> dict[tuple[int, str, str], tuple[Any, ...]]:
    """The running values as they stand."""
    async with transaction(world.engine) as conn:
        today = clock.today()
        afresh = await service.running_values(conn, today, clock.now())
        numbers, periods = sorted({v.number for v in afresh}), sorted({v.period for v in afresh})
        standing = {s.value.place: said(s.value) for s in await repository.current(conn, numbers, periods)}
        assert {value.place: said(value) for value in afresh} == standing
        return standing


def something(world: World, random: Random) -> Delivery:
    """A record of one of a few households, which move, gain and lose members, and are insured or not."""
    index = random.randint(0, 7)
    members = [person("ABCDEFGH"[index]), person("JKLMNPQR"[random.randint(0, 7)])]
    who, day = random.choice(members), date(2026, random.randint(1, 11), random.randint(1, 19))
    choice = random.randint(0, 5)
    if choice == 0:
        place = random.choice([*VILLAGES, NOWHERE])
        return world.household(f"H{index}", *members, division=place, lifted=random.random() < 0.8, effective_on=day)
    if choice == 1:
        return world.enrolment(who, gone=random.random() < 0.3)
    if choice == 2:
        return world.appraisal(who, random.choice("ABCD"), on=day)
    if choice == 3:
        return world.renovation(who, day)
    data = made.certificate(day) if choice == 4 else made.water(day, short_of=random.choice([None, "quality"]))
    kind = 13 if choice == 4 else 20
    home = world.homes.get(who)
    return made.record(kind, f"{kind}-{who}", world.tick(), data, subject=who, division=home, effective_on=day)


@pytest.mark.parametrize("seed", [1, 2])
async def test_marked_banners_and_kept_ones_make_the_city(world: World, seed: int) -> None:
    random = Random(seed)
    await world.take(
        *[world.household(f"H{n}", person("ABCDEFGH"[n]), division=VILLAGES[n % len(VILLAGES)]) for n in range(8)]
    )
    await world.settle()
    for _ in range(6):
        await world.take(*[something(world, random) for _ in range(random.randint(1, 3))])
        await world.settle()
        await everything(world)


async def test_a_pass_over_everything_finds_nothing_that_the_small_ones_missed(world: World) -> None:
    random = Random(7)
    await world.take(*[world.household(f"H{n}", person("ABCDEFGH"[n]), division=VILLAGES[n]) for n in range(8)])
    await world.settle()
    for _ in range(5):
        await world.take(something(world, random))
        await world.settle()
    before = await world.rows("SELECT count(*) AS n FROM indicator_value")
    async with transaction(world.engine) as conn:
        await service.mark_everything(conn)
    await world.settle()
    assert await world.rows("SELECT count(*) AS n FROM indicator_value") == before


async def test_only_the_touched_banner_and_the_city_are_looked_at(world: World) -> None:
    await world.take(
        world.household("H1", person("A")),
        world.household("H2", person("B"), division="150602101201"),
        world.enrolment(person("A")),
        world.enrolment(person("B")),
    )
    await world.settle()
    before = await looked_at(world)
    world.tick()
    await world.take(world.enrolment(person("A"), gone=True))
    await world.settle()
    moved = {code for code, instant in (await looked_at(world)).items() if instant != before[code]}
    assert {code[:6] for code in moved} == {CITY[:6], HANGJIN[:6]}


async def looked_at(world: World) -> dict[str, Any]:
    rows = await world.rows(
        "SELECT division_code, known_at FROM indicator_value WHERE current AND number = 8 AND period = '2026'"
    )
    return {row["division_code"]: row["known_at"] for row in rows}
