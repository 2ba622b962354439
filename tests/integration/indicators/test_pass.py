"""From records on the bus to published values: marks, the pass, the day, history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.values import service
from shared.db import transaction
from tests.integration.indicators.conftest import (
    CITY,
    DONGSHENG,
    HANGJIN,
    OTHER_VILLAGE,
    TODAY,
    TOWNSHIP,
    World,
    person,
)

A, B, C, D = (person(letter) for letter in "ABCD")


async def small(world: World) -> None:
    """Four lifted people in two banners, one of them not insured, and a general household beside."""
    await world.take(
        world.household("H1", A, B),
        world.household("H2", C, division=OTHER_VILLAGE),
        world.household("H3", D, division=OTHER_VILLAGE),
        world.household("H4", person("G"), lifted=False),
        *[world.enrolment(who) for who in (A, C, D)],
        world.appraisal(A, "A"),
        world.appraisal(C, "D"),
        world.appraisal(D, "C"),
        world.renovation(D, date(2026, 6, 1)),
    )
    await world.settle()


def numbers(value: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value[name] for name in ("value", "numerator", "denominator", "status"))


async def test_city_banners_and_townships_get_numbers(world: World) -> None:
    await small(world)
    for division, insured, housed in [
        (CITY, ("75.00", "3", "4", "gap_open"), ("75.00", "3", "4", "gap_open")),
        (HANGJIN, ("50.00", "1", "2", "gap_open"), ("100.00", "2", "2", "achieved")),
        (TOWNSHIP, ("50.00", "1", "2", "gap_open"), ("100.00", "2", "2", "achieved")),
        (DONGSHENG, ("100.00", "2", "2", "achieved"), ("50.00", "1", "2", "gap_open")),
    ]:
        board = await world.board(division)
        assert numbers(board[8]) == insured
        assert numbers(board[9]) == housed
    city = (await world.board())[9]
    assert city["beside"] == {"unrecorded": 0, "households": 3, "households_covered": 2}
    assert city["as_of"] == TODAY.isoformat()
    assert city["basis"].startswith("未含从未报送户与成员数据的康巴什区、达拉特旗")
    assert "康巴什区" in city["basis"]
    assert [(age["department"], age["kind"]) for age in city["data_age"]] == [
        ("housing", "dwelling-appraisal"),
        ("housing", "dwelling-renovation"),
        ("rural-revitalization", "household"),
        ("rural-revitalization", "monitored-household"),
    ]


async def test_a_retracted_enrolment_lowers_the_rate_and_both_values_stay_readable(world: World) -> None:
    await small(world)
    await world.take(world.enrolment(A, gone=True))
    await world.settle()
    assert numbers((await world.board())[8]) == ("50.00", "2", "4", "gap_open")
    first, second = await world.events("medical_insurance")
    assert (first["value"], second["value"]) == ("75.00", "50.00")
    assert (second["numerator"], second["denominator"], second["as_of"]) == ("2", "4", TODAY.isoformat())
    before = (await world.get(f"/v1/values/{first['value_id']}")).json()
    assert numbers(before) == ("75.00", "3", "4", "gap_open")


async def test_what_changes_nothing_is_confirmed_and_not_published_again(world: World) -> None:
    await small(world)
    before = (await world.board())[8]
    await world.take(world.household("H5", person("X"), lifted=False))
    await world.settle()
    after = (await world.board())[8]
    assert after["known_at"] > before["known_at"]
    assert len(await world.events("medical_insurance")) == 1


async def test_a_feed_that_was_never_sent_is_no_zero(world: World) -> None:
    await world.take(world.household("H1", A), world.household("H2", B, division=OTHER_VILLAGE), world.enrolment(A))
    await world.settle()
    board = await world.board()
    assert numbers(board[8]) == (None, None, "2", "not_computable")
    assert board[8]["reason"] == "东胜区从未报送2026年度参保记录"
    assert numbers((await world.board(HANGJIN))[8]) == ("100.00", "1", "1", "achieved")
    assert board[9]["reason"] == "东胜区、杭锦旗从未报送住房安全鉴定记录"
    assert board[9]["data_age"][0] == {
        "department": "housing",
        "kind": "dwelling-appraisal",
        "newest_known_at": None,
        "age_days": None,
        "overdue": True,
    }


async def test_ended_months_are_valued_as_of_their_last_day_and_follow_a_late_record(world: World) -> None:
    await small(world)
    first = await world.events("dwelling_safety", HANGJIN, "2026-02")
    assert not first, "no appraisal reached that far back"
    march = await world.events("dwelling_safety", DONGSHENG, "2026-03")
    assert [(v["value"], v["as_of"], v["status"]) for v in march] == [("0.00", "2026-03-31", "breached")]
    june = await world.events("dwelling_safety", DONGSHENG, "2026-06")
    assert june[0]["value"] == "50.00"
    await world.take(world.appraisal(C, "B", on=date(2026, 3, 20)))
    await world.settle()
    march = await world.events("dwelling_safety", DONGSHENG, "2026-03")
    assert [v["value"] for v in march] == ["0.00", "50.00"]


async def test_a_gap_becomes_a_breach_when_the_period_closes(world: World) -> None:
    await small(world)
    world.at(date(2026, 12, 1))
    await world.settle()
    november = await world.events("medical_insurance", CITY, "2026-11")
    assert [v["status"] for v in november] == ["gap_open", "breached"]
    december = await world.events("medical_insurance", CITY, "2026-12")
    assert [(v["status"], v["as_of"]) for v in december] == [("gap_open", "2026-12-01")]
    assert [v["status"] for v in await world.events("medical_insurance")] == ["gap_open"]
    assert (await world.board())[8]["as_of"] == "2026-12-01"


async def test_the_new_insurance_year_has_no_enrolments_yet_and_says_so(world: World) -> None:
    await small(world)
    world.at(date(2027, 1, 2))
    await world.settle()
    row = (await world.board())[8]
    assert row["status"] == "not_computable"
    assert "2027年度参保记录" in row["reason"]


async def test_two_passes_at_once_are_one(world: World) -> None:
    await world.take(world.household("H1", A), world.enrolment(A))
    async with transaction(world.engine) as one, transaction(world.engine) as other:
        assert await service.run_pass(one) > 0
        assert await service.run_pass(other) == 0
    await world.settle()
    assert await world.rows("SELECT * FROM dirty_mark") == []
    assert len(await world.events("medical_insurance")) == 1


async def test_marks_appended_during_a_pass_wait_for_the_next(world: World) -> None:
    await world.take(world.household("H1", A), world.enrolment(A))
    async with transaction(world.engine) as conn:
        await service.run_pass(conn)
        await world.take(world.enrolment(A, gone=True))
    await world.settle()
    assert [v["value"] for v in await world.events("medical_insurance")] == ["100.00", "0.00"]


async def test_records_that_never_cease_do_not_keep_ended_periods_waiting(world: World) -> None:
    await small(world)
    await world.take(world.appraisal(C, "B", on=date(2026, 3, 20)))
    for number in range(20):
        await world.take(world.enrolment(A, gone=number % 2 == 0))
        world.tick(40)
        async with transaction(world.engine) as conn:
            await service.run_pass(conn)
    march = await world.events("dwelling_safety", DONGSHENG, "2026-03")
    assert [v["value"] for v in march] == ["0.00", "50.00"]


async def test_a_batch_that_fails_leaves_neither_records_nor_marks(world: World) -> None:
    async def fail() -> None:
        async with transaction(world.engine) as conn:
            await service.absorb(conn, [world.household("H1", A)])
            await service.absorb(conn, [world.household("H1", A), None])  # type: ignore[list-item]

    with pytest.raises(AttributeError):
        await fail()
    assert await world.rows("SELECT 1 FROM record_version UNION ALL SELECT 1 FROM dirty_mark") == []


async def test_no_names_and_no_health_data_are_kept(world: World) -> None:
    household = world.household("H1", A)
    household.event.data["members"][0]["sealed"] = "k1:sealed-name"
    await world.take(household, world.settlement(A))
    assert [row["sealed"] for row in await world.rows("SELECT sealed FROM member")] == [None]
    assert [row["kind"] for row in await world.rows("SELECT kind FROM record_version")] == [17]


async def test_a_person_moving_banner_moves_between_their_numbers(world: World) -> None:
    await small(world)
    await world.take(world.household("H1", A, B, division=OTHER_VILLAGE, effective_on=date(2026, 11, 1)))
    await world.settle()
    assert (await world.board(HANGJIN))[8]["reason"] == "截至当日该区划没有属于统计范围的脱贫户、监测对象中的应参保成员"
    assert numbers((await world.board(DONGSHENG))[8]) == ("75.00", "3", "4", "gap_open")
