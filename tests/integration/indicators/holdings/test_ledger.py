"""The plan's targets that the ledger answers: whatever the order of its events, the values are a plain count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from services.indicators.definitions import service as definitions
from services.indicators.definitions.periods import end_of
from services.indicators.values import service
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories.ledger import CODES, KINDS, NOTHING, PLACES, Ledger, drawn, project, told
from tests.integration.indicators.conftest import CITY, DONGSHENG, HANGJIN, TODAY, TOWNSHIP, World
from tests.integration.indicators.test_pass_closed import close

START = datetime(2026, 10, 1, tzinfo=UTC)
Row = dict[str, Any]


@pytest.fixture
def world(settled_world: World) -> World:
    """The first pass is done."""
    return settled_world


async def tell(world: World, *deliveries: Delivery) -> None:
    """One consumed batch."""
    async with transaction(world.engine) as conn:
        await service.entered(conn, list(deliveries))


async def value(world: World, code: str, division: str = CITY, period: str = "2026") -> Row:
    """The value that stands."""
    number = definitions.get(code).number
    rows = await world.rows(
        "SELECT * FROM indicator_value WHERE current AND number = $1 AND division_code = $2 AND period = $3",
        *(number, division, period),
    )
    assert len(rows) == 1, (code, division, period)
    return dict(rows[0])


async def standing(world: World) -> dict[tuple[str, str, str], Row]:
    """All values over the ledger that stand, by code, division and period."""
    numbers = [definitions.get(code).number for code in CODES]
    rows = await world.rows("SELECT * FROM indicator_value WHERE current AND number = ANY($1::int[])", numbers)
    return {(row["code"], row["division_code"], row["period"]): dict(row) for row in rows}


def check(rows: dict[tuple[str, str, str], Row], events: Sequence[Delivery]) -> int:
    """Every value is what the plain count gives, and none is lacking; how many have a number."""
    numbers = 0
    for code in CODES:
        levels = {"city": [CITY], "banner": [HANGJIN, DONGSHENG], "township": [TOWNSHIP]}
        for division in (one for level in definitions.get(code).levels for one in levels[level]):
            for year in map(str, range(2021, 2027)):
                expected = told(events, code, division, year, min(end_of(year), TODAY))
                assert expected == NOTHING or (code, division, year) in rows, (code, division, year)
    for (code, division, period), row in rows.items():
        expected = told(events, code, division, period, min(end_of(period), TODAY))
        if expected == NOTHING:
            assert (row["value"], bool(row["reason"])) == (None, True), row
            continue
        numbers += 1
        assert (row["numerator"], row["denominator"]) == expected, row
        assert row["reason"] is None, row
    return numbers


async def in_pieces(world: World, events: Sequence[Delivery], random: Random) -> None:
    """In batches of any size, with passes between them."""
    waiting = list(events)
    while waiting:
        size = random.randint(1, 40)
        batch, waiting = waiting[:size], waiting[size:]
        await tell(world, *batch)
        if random.random() < 0.1:
            await world.settle()
    await world.settle()


SAID = ("value", "numerator", "denominator", "status", "reason")


@pytest.mark.parametrize("seed", range(1))
async def test_any_order_and_repetition_of_events_gives_the_plain_count(
    make_world: Callable[[], Any], seed: int
) -> None:
    random = Random(f"ledger-{seed}")
    events = drawn(random, START)
    one, other = await make_world(), await make_world()
    await in_pieces(one, events, random)
    mixed = [*events, *random.sample(events, len(events) // 5)]
    await in_pieces(other, random.sample(mixed, len(mixed)), random)
    rows, again = await standing(one), await standing(other)
    assert check(rows, events) > 200
    assert {p: [r[n] for n in SAID] for p, r in again.items() if r["value"] is not None} == {
        p: [r[n] for n in SAID] for p, r in rows.items() if r["value"] is not None
    }
    assert {code for code, _, _ in rows} == set(CODES)


async def test_without_any_entry_nothing_is_zero(world: World) -> None:
    await world.settle()
    rows = await standing(world)
    assert rows
    assert {row["value"] for row in rows.values()} == {None}
    assert {row["status"] for row in rows.values()} == {"not_computable"}
    assert (await value(world, "projects"))["reason"] == "台账没有登记2026年的项目，无法计算"
    assert "没有登记在册的资产" in (await value(world, "asset_rights_confirmed"))["reason"]


async def test_a_kind_without_projects_is_none_only_where_the_year_has_others(world: World) -> None:
    ledger = Ledger(START)
    await tell(world, ledger.registered(project("P", year=2024, kind=KINDS[0])))
    await world.settle()
    assert (await value(world, "projects", period="2024"))["value"] == 1
    assert (await value(world, "processing_projects", period="2024"))["status"] == "behind"
    assert (await value(world, "other_industry_projects", period="2024"))["value"] == 0
    reason = (await value(world, "projects_in_all"))["reason"]
    assert reason == "台账没有登记2021年、2022年、2023年、2025年的项目，无法计算"
    assert not [place for place in await standing(world) if place[0] == "projects" and place[2] == "2023"]


async def test_totals_are_of_the_plans_years_and_money_is_told_in_the_plans_unit(world: World) -> None:
    ledger = Ledger(START)
    for year in range(2020, 2027):
        said = project(f"P{year}", year=year, central_fiscal="1000000000", banner_fiscal="5.25", bonds="1.00")
        await tell(world, ledger.registered(said))
    await world.settle()
    found = await value(world, "project_investment")
    assert (found["value"], found["numerator"]) == (Decimal("50.00"), Decimal("5000000031.25"))
    found = await value(world, "project_special_funds", period="2022")
    assert (found["value"], found["numerator"]) == (Decimal("20.00"), Decimal("2000000010.50"))
    assert (await value(world, "projects_in_all"))["value"] == 5
    assert found["sources"].startswith('[["assets/ledger","2026-10-01')


async def test_the_share_of_industry_is_of_linkage_funds_only(world: World) -> None:
    ledger = Ledger(START)
    events = [
        ledger.registered(project("P1", kind=KINDS[1], central_fiscal="60", bonds="900")),
        ledger.registered(project("P2", kind=KINDS[2], city_fiscal="40")),
        ledger.registered(project("P3", kind=KINDS[2], place=PLACES[3], bonds="7")),
    ]
    await tell(world, *events)
    await world.settle()
    for division in (CITY, HANGJIN):
        found = await value(world, "industry_fund_share", division, "2024")
        assert (found["value"], found["numerator"], found["denominator"]) == (60, 60, 100)
        assert found["status"] == "achieved"
    [none] = [row for place, row in (await standing(world)).items() if place[1:] == (DONGSHENG, "2026")
              and place[0] == "industry_fund_share"]  # fmt: skip
    assert none["reason"] == "台账没有登记2026年的项目，无法计算"
    await tell(world, ledger.changed(project("P2", kind=KINDS[2], city_fiscal="15")))
    await world.settle()
    assert (await value(world, "industry_fund_share", HANGJIN, "2024"))["value"] == 80


async def parts(world: World, value_id: Any) -> dict[str, list[Row]]:
    """What is behind each part of a value, page by page."""
    found: dict[str, list[Row]] = {}
    for part in ("numerator", "denominator", "missing"):
        rows: list[Row] = []
        after: dict[str, str] = {}
        while True:
            answer = await world.get(f"/v1/values/{value_id}/contributions", part=part, limit=2, **after)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            assert not Decimal(body["difference"] or 0), body
            assert (body["unlisted"], body["adds_up"]) == ("0", True), body
            rows += body["items"]
            if body["next"] is None:
                break
            after = {"after": body["next"]}
        found[part] = rows
    return found


async def test_what_is_behind_a_number_adds_up_to_it(world: World) -> None:
    random = Random("behind")
    events = drawn(random, START, projects=40, assets=12)
    await tell(world, *events)
    await world.settle()
    rows = await standing(world)
    looked = 0
    for code, place in ((code, place) for code in CODES for place in ((CITY, "2024"), (HANGJIN, "2022"))):
        row = rows.get((code, *place))
        if row is None or row["value"] is None:
            continue
        looked += 1
        found = await parts(world, row["value_id"])
        sums = {part: sum(Decimal(one["counts"]) for one in found[part]) for part in found}
        assert sums["numerator"] == row["numerator"], code
        if row["denominator"] is not None:
            assert sums["denominator"] == row["denominator"], code
            assert sums["missing"] == row["denominator"] - row["numerator"], code
        for one in found["numerator"]:
            assert one["holding"]["event_ids"]
            assert one["holding"]["about"] == ("assets" if code == "asset_rights_confirmed" else "projects")
        page = await world.client.get(f"/values/{row['value_id']}", headers=world.bearer())
        assert page.status_code == 200, page.text
        assert all(one["holding"]["code"] in page.text for one in found["missing"][:2])
    assert looked > 10


async def test_a_word_that_comes_late_for_a_closed_period_restates_it(world: World) -> None:
    ledger = Ledger(START)
    first = [ledger.registered(project("P1", kind=KINDS[0])), ledger.registered(project("P2", kind=KINDS[2]))]
    await tell(world, *first, ledger.acquired("A", date(2024, 2, 1)))
    await world.settle()
    await close(world, "2024")
    ledger.now = world.tick()
    late = [
        ledger.changed(project("P2", kind=KINDS[2], central_fiscal="300")),
        ledger.registered(project("P3", kind=KINDS[1])),
        ledger.right("A", date(2024, 6, 1)),
        ledger.registered(project("P4", year=2026)),
    ]
    world.at(date(2026, 11, 21))
    await tell(world, *late)
    await world.settle()
    answer = await world.get("/v1/restatements", period="2024", division=CITY)
    told_of = {one["code"]: one for one in answer.json()["items"]}
    assert set(told_of) == {"projects", "other_industry_projects", "industry_fund_share", "asset_rights_confirmed"}
    causes = {code: sorted(cause["source_id"] for cause in one["causes"]) for code, one in told_of.items()}
    assert causes == {
        "projects": ["P3"],
        "other_industry_projects": ["P3"],
        "industry_fund_share": ["P2", "P3"],
        "asset_rights_confirmed": ["A"],
    }
    share = told_of["industry_fund_share"]
    assert (share["closed"]["value"], share["now"]["value"]) == ("50.0", "40.0")
    assert {cause["department"] for one in told_of.values() for cause in one["causes"]} == {"assets"}
    assert {one["reason"] for one in told_of.values()} == {"期间审定后收到的记录改变了数值"}
    page = await world.client.get(f"/values/{share['now']['value_id']}", headers=world.bearer())
    assert (page.status_code, "扶贫项目资产台账 P3" in page.text) == (200, True), page.text


async def test_two_handlers_that_meet_keep_every_word_once(world: World) -> None:
    events = drawn(Random("meeting"), START, projects=10, assets=15)
    await asyncio.gather(*(tell(world, *random_order) for random_order in (events, events[::-1], events)))
    await world.settle()
    assert check(await standing(world), events) > 50
    kept = await world.rows("SELECT event_id FROM project_word UNION ALL SELECT event_id FROM asset_word")
    assert len(kept) == len({one.event_id for one in events if getattr(one.event, "right", "ownership") == "ownership"})


async def test_rights_are_those_of_the_day(world: World) -> None:
    ledger = Ledger(START)
    await tell(
        world,
        *(ledger.acquired("A1", date(2022, 3, 1)), ledger.acquired("A2", date(2023, 5, 5))),
        *(ledger.acquired("A3", date(2020, 1, 1)), ledger.disposed("A3", date(2024, 6, 30))),
        *(ledger.right("A1", date(2022, 7, 1)), ledger.right("A2", date(2023, 6, 1), right="use")),
        *(ledger.right("A3", date(2021, 1, 1)), ledger.right("A3", date(2024, 1, 1), ended=True)),
    )
    await world.settle()
    expected = {
        "2022-06": (1, 2),
        "2022-Q3": (2, 2),
        "2023": (2, 3),
        "2024-05": (1, 3),
        "2024-06": (1, 2),
        "2026": (1, 2),
    }
    for division in (CITY, HANGJIN, TOWNSHIP):
        for period, pair in expected.items():
            found = await value(world, "asset_rights_confirmed", division, period)
            assert (found["numerator"], found["denominator"]) == pair, (division, period)
    assert (await value(world, "asset_rights_confirmed", DONGSHENG))["value"] is None
