"""The pass leaves the values of a closed period alone: neither confirmed nor replaced but by a restatement."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.indicators.conftest import HANGJIN, World, person

A, B = person("A"), person("B")
PERIOD = "2026-09"


async def close(world: World, period: str = PERIOD) -> None:
    """Two persons close a period."""
    world.tick()
    owner, checker = ({"Authorization": f"Bearer {world.issuer.sign('developer', sub=who)}"} for who in ("甲", "乙"))
    proposed = await world.client.post(f"/v1/periods/{period}/closings", json={}, headers=owner)
    assert proposed.status_code == 201, proposed.text
    approval = f"/v1/closings/{proposed.json()['closing_id']}/approval"
    assert (await world.client.post(approval, headers=checker)).status_code == 200
    world.tick()


async def insured(world: World) -> None:
    await world.take(
        world.household("H1", A, B),
        *[world.enrolment(who) for who in (A, B)],
        world.appraisal(A, "A"),
        world.renovation(A, date(2026, 1, 5)),
    )
    await world.settle()


async def rows(world: World) -> list[Any]:
    return await world.rows(
        "SELECT * FROM indicator_value WHERE number = 8 AND division_code = $1 AND period = $2 ORDER BY published_at",
        HANGJIN,
        PERIOD,
    )


async def test_a_closed_value_is_not_confirmed(world: World) -> None:
    await insured(world)
    await close(world)
    before = await rows(world)
    world.at(date(2026, 11, 25))
    await world.take(world.household("H9", person("X"), lifted=False, effective_on=date(2026, 1, 1)))
    await world.settle()
    assert await rows(world) == before


async def test_a_second_correction_restates_the_closed_value_again(world: World) -> None:
    await insured(world)
    await close(world)
    closed = (await rows(world))[0]
    for gone in (True, False):
        world.tick()
        await world.take(world.enrolment(A, gone=gone))
        await world.settle()
    first, second, third = await rows(world)
    assert [row["value"] for row in (first, second, third)] == [100, 50, 100]
    assert [row["restates"] for row in (first, second, third)] == [None, closed["value_id"], closed["value_id"]]
    assert [row["current"] for row in (first, second, third)] == [False, False, True]
    assert (first["replaced_at"], second["replaced_at"]) == (second["published_at"], third["published_at"])


async def test_a_restatement_is_published_after_the_closing_whatever_the_clocks_say(world: World) -> None:
    await insured(world)
    await close(world)
    [instant] = await world.rows("SELECT decided_at FROM period_closing")
    record = world.enrolment(A, gone=True)
    world.at(date(2026, 11, 20), hour=1)
    await world.take(record)
    await world.settle()
    closed, restated = await rows(world)
    assert restated["published_at"] > instant["decided_at"]
    assert closed["replaced_at"] == restated["published_at"]


async def test_an_open_period_is_replaced_as_ever(world: World) -> None:
    await insured(world)
    await close(world)
    await world.take(world.enrolment(A, gone=True))
    await world.settle()
    october = await world.rows(
        "SELECT restates FROM indicator_value WHERE number = 8 AND division_code = $1 AND period = '2026-10'", HANGJIN
    )
    assert [row["restates"] for row in october] == [None, None]
    kinds = await world.rows(
        "SELECT type, count(*) AS n FROM outbox WHERE type = 'xianjie.value.restated.v1' GROUP BY type"
    )
    assert len(kinds) == 1
