"""Runs: what they raise, what they count, and that nothing of it is lost or doubled on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from services.screening.register import service as register
from services.screening.runs import execution, repository, service
from services.screening.runs.domain import MAX_ATTEMPTS, Kind, Run, Wanted
from services.screening.runs.errors import NothingKnownError, RunBusyError, RunEndedError
from services.screening.runs.report import report
from shared import clock
from shared.codes import divisions
from shared.db import driver, transaction
from shared.http.errors import FutureDayError
from shared.versions import repository as versions
from tests.factories import deliveries as made
from tests.factories.reconciled import changed
from tests.integration.screening.conftest import HEAD, TODAY, WIFE, World

PAST = date(2026, 9, 30)
COMMUNITY = "150602001001"


class KilledError(Exception):
    """Stands for the end of the process."""


async def started(world: World, kind: Kind = "live-day", as_of: date = TODAY, division: str = divisions.CITY) -> Run:
    """A run that waits to be taken up."""
    async with transaction(world.engine) as conn:
        return await service.start(conn, Wanted(kind, as_of, division), "张三")


async def swept(world: World, *given: Any, at_once: int = 1000, **more: Any) -> Run:
    """A run from its start to its end."""
    run = await started(world, *given, **more)
    ended = await execution.once(world.engine, world.records.now, at_once=at_once)
    assert ended is not None
    assert ended.run_id == run.run_id
    return ended


async def three(world: World) -> None:
    """H1 over the line last autumn, H2 over it this autumn, H3 clear; each alone in its house."""
    people = {"H1": HEAD, "H2": WIFE, "H3": f"p1.{'Z' * 26}"}
    await world.take(*(world.household(no, person) for no, person in people.items()))
    await world.take(
        world.settlement("12000", "S1", on=date(2025, 10, 15)),
        world.settlement("12000", "S2", on=date(2026, 10, 1), who=WIFE),
    )
    await world.settle()


async def test_a_run_of_today_finds_what_the_live_path_found_and_changes_nothing(world: World) -> None:
    await three(world)
    before, told = await world.canonical(history=True), len(await world.changes())
    run = await swept(world)
    assert (run.state, run.finished_at is not None) == ("completed", True)
    found = report(run)
    assert (found.candidates, found.seen, found.households) == (3, 3, 3)
    assert [(h.rule_code, h.households, h.banners[0].name) for h in found.hits if h.rule_code == "M01"] == [
        ("M01", 1, divisions.get("150625000000").name)  # type: ignore[union-attr]
    ]
    assert found.changes.by_rule == {}
    assert await world.canonical(history=True) == before
    assert len(await world.changes()) == told


async def test_a_run_makes_of_a_bare_register_what_the_live_path_made(make_world: Callable[[], Any]) -> None:
    live, bare = await make_world(), await make_world()
    events = [live.household("H1", HEAD), live.household("H2", WIFE), live.settlement("12000"), live.enrolment(WIFE)]
    await live.take(*events)
    await live.settle()
    async with transaction(bare.engine) as conn:
        await register.apply(conn, events)
    run = await swept(bare, at_once=1)
    assert await bare.canonical() == await live.canonical() != b""
    assert {one.warning.run_id for one in (await bare.standing()).values()} == {run.run_id}
    assert {one.warning.run_id for one in (await live.standing()).values()} == {None}


async def test_a_past_day_raises_what_was_hit_then_and_says_that_it_has_eased(world: World) -> None:
    await three(world)
    assert ("H1", "M01") not in await world.standing()
    run = await swept(world, "live-day", PAST, at_once=2)
    warning = (await world.standing())["H1", "M01"].warning
    assert (warning.as_of, warning.state, warning.eased, warning.run_id) == (PAST, "open", True, run.run_id)
    told = [(c["type"], c["reason"]) for c in await world.changes() if c["key"] == "H1"]
    assert told[-2:] == [("raised", "hit"), ("updated", "eased")]
    assert report(run).changes.by_rule["M01"] == {"raised": 1, "eased": 1}
    assert report(run).seen == 3
    again = await swept(world, "live-day", PAST)
    assert report(again).changes.by_rule == {}


async def test_the_future_is_refused(world: World) -> None:
    with pytest.raises(FutureDayError, match="2026-11-21"):
        await started(world, "live-day", date(2026, 11, 21))


async def test_a_day_of_which_nothing_is_recorded_is_refused(world: World) -> None:
    with pytest.raises(NothingKnownError, match=r"还没有任何农牧户，1990-01-01 "):
        await started(world, as_of=date(1990, 1, 1))
    await world.take(world.household("H1", effective_on=date(2025, 1, 1)))
    with pytest.raises(NothingKnownError, match=r"从 2025-01-01 起才有农牧户的记载，2024-12-31 "):
        await started(world, as_of=date(2024, 12, 31))
    assert (await swept(world, as_of=date(2025, 1, 1))).state == "completed"
    with pytest.raises(NothingKnownError, match="东胜区"):
        await started(world, as_of=date(2025, 1, 1), division="150602000000")


async def test_only_the_division_is_swept(world: World) -> None:
    async with transaction(world.engine) as conn:
        await register.apply(
            conn, [world.household("H1"), world.household("H2", WIFE, division=COMMUNITY), world.enrolment(HEAD)]
        )
        await register.apply(conn, [world.settlement("12000"), world.settlement("12000", "S2", who=WIFE)])
    run = await swept(world, "live-day", TODAY, "150602000000")
    assert {no for no, _ in await world.standing()} == {"H2"}
    assert (report(run).candidates, report(run).households) == (1, 1)


@pytest.mark.parametrize("as_of", [TODAY, PAST])
async def test_a_run_that_was_killed_goes_on_and_counts_once(make_world: Callable[[], Any], as_of: date) -> None:
    whole, cut = await make_world(), await make_world()
    people = [(f"H{n}", f"p1.{n:026d}") for n in range(5)]
    events = [whole.household(no, person) for no, person in people]
    events += [whole.settlement("12000", no, on=date(2026, 9, 1), who=person) for no, person in people]
    for world in (whole, cut):
        async with transaction(world.engine) as conn:
            await register.apply(conn, events)
    expected = await swept(whole, "live-day", as_of, at_once=2)
    run = await started(cut, "live-day", as_of)
    for pages in range(3):
        left = [pages]

        def now(left: list[int] = left) -> datetime:
            left[0] -= 1
            if left[0] < 0:
                raise KilledError
            return clock.now()

        with pytest.raises(KilledError):
            await execution.once(cut.engine, now, at_once=1)
    ended = await execution.once(cut.engine, at_once=2)
    assert ended is not None
    assert (ended.run_id, ended.state) == (run.run_id, "completed")
    assert {**ended.tally, "half": None} == {**expected.tally, "half": None}
    assert await cut.canonical() == await whole.canonical() != b""


async def test_a_run_that_never_gets_a_page_done_fails_in_the_end(world: World) -> None:
    await three(world)
    await started(world)

    def now() -> datetime:
        raise KilledError

    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KilledError):
            await execution.once(world.engine, now)
    ended = await execution.once(world.engine)
    assert ended is not None
    assert ended.state == "failed"
    assert (await swept(world)).state == "completed"


async def test_of_two_operators_one_is_told_who_runs(world: World) -> None:
    await three(world)
    starts = await asyncio.gather(started(world), started(world), return_exceptions=True)
    refused = [found for found in starts if isinstance(found, RunBusyError)]
    assert len(refused) == 1
    assert "张三" in refused[0].detail
    assert "鄂尔多斯市" in refused[0].detail
    assert {found.run_id for found in starts if isinstance(found, Run)} == {
        type(found.run_id)(refused[0].extra["run_id"]) for found in starts if isinstance(found, Run)
    }


async def test_two_workers_take_up_one_run_once(world: World) -> None:
    await three(world)
    await started(world)
    ended = await asyncio.gather(execution.once(world.engine), execution.once(world.engine))
    assert [run.state for run in ended if run is not None] == ["completed"]
    assert next(run for run in ended if run is not None).tally["seen"] == 3


async def test_a_cancelled_run_stores_nothing_of_the_page_under_way(world: World) -> None:
    async with transaction(world.engine) as conn:
        await register.apply(conn, [world.household(), world.settlement("12000")])
    run = await started(world)
    async with transaction(world.engine) as batch:
        await versions.lock_households(batch, ["H1"])
        working = asyncio.create_task(execution.once(world.engine))
        await asyncio.sleep(0.3)
        async with transaction(world.engine) as conn:
            cancelled = await service.cancel(conn, run.run_id, "", "李四")
        assert (cancelled.state, cancelled.ended_by) == ("cancelled", "李四")
    async with asyncio.timeout(10):
        ended = await working
    assert ended is not None
    assert ended.state == "cancelled"
    assert await world.standing() == {}
    with pytest.raises(RunEndedError, match="已取消"):
        async with transaction(world.engine) as conn:
            await service.cancel(conn, run.run_id, "", "李四")
    assert (await swept(world)).state == "completed"
    assert set(await world.standing()) >= {("H1", "M01")}


async def test_the_quarterly_survey_passes_over_only_whom_it_surely_is_not_about(world: World) -> None:
    """A household in a community that is no key household; but whether it is one of low income nobody has told."""
    async with transaction(world.engine) as conn:
        await register.apply(
            conn,
            [
                world.household("H1", HEAD),
                world.household("H2", WIFE, division=COMMUNITY, lifted=False),
            ],
        )
    found = report(await swept(world, "quarterly"))
    assert found.households == 2
    assert found.uncertain == 1
    groups = {group.title: group.households for group in found.population}
    assert groups == {"脱贫户": 1, "监测对象": 0, "农村低收入人口": 0, "农村牧区户": 1}
    assert [item.title for item in found.items] == ["家庭成员基本情况", "家庭人均纯收入情况", "家庭合规性自付支出情况"]
    assert found.quote == "每年按季度开展一次重点人群摸底排查"
    assert {item.title: item.known for item in found.items}["家庭人均纯收入情况"] == 0


async def test_the_report_says_whose_silence_leaves_what_open(world: World) -> None:
    await world.take(world.household())
    found = report(await swept(world))
    insurance = next(line for line in found.silent if line.kind == "enrolment")
    assert (insurance.department_title, insurance.households) == ("医疗保障", 1)
    assert insurance.verdicts >= 1
    assert insurance.banners[0].division_code == "150625000000"


async def test_what_a_past_day_raised_stands_today_on_the_records_of_today(world: World) -> None:
    old = world.settlement("12000", "A", on=date(2025, 11, 1))
    await world.take(world.household(), old, world.settlement("13000", "B", on=date(2026, 6, 1)))
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("UPDATE warning SET state = 'not_confirmed'")
    run = await swept(world, "live-day", date(2026, 10, 25))
    one = (await world.standing())["H1", "M01"]
    assert one.warning.run_id == run.run_id, "A is new to what people saw"
    bills = [record["source_id"] for record in one.evidence["records"] if record["kind"] == "settlement"]
    assert (one.evidence["as_of"], bills) == ("2026-11-20", ["B"])


async def test_a_new_day_is_a_run_over_everybody_with_a_report(world: World) -> None:
    await world.take(world.household(), world.settlement("12000", on=date(2025, 11, 21)))
    await world.settle()
    assert not (await world.standing())["H1", "M01"].warning.eased
    world.at(date(2026, 11, 22))
    await world.settle()
    assert (await world.standing())["H1", "M01"].warning.eased
    async with transaction(world.engine) as conn:
        (night,) = await service.page(conn, "", None, 10)
    assert (night.nightly, night.state, night.as_of, night.started_by) == (
        True,
        "completed",
        date(2026, 11, 22),
        "夜间自动",
    )
    assert report(night).changes.by_rule["M01"] == {"eased": 1}


async def test_a_cancelled_night_is_left_in_peace_for_an_hour(world: World) -> None:
    await world.take(world.household(), world.settlement("12000", on=date(2025, 11, 21)))
    await world.settle()
    world.at(date(2026, 11, 22))
    async with transaction(world.engine) as conn:
        night = await service.start_nightly(conn, date(2026, 11, 22), {})
        await service.cancel(conn, night.run_id, "", "李四")
    await world.settle()
    assert not (await world.standing())["H1", "M01"].warning.eased
    world.at(date(2026, 11, 22), hour=4)
    await world.settle()
    assert (await world.standing())["H1", "M01"].warning.eased


async def test_runs_are_listed_newest_first_within_the_division(world: World) -> None:
    await three(world)
    first = await swept(world, "live-day", TODAY, "150625000000")
    world.at(TODAY, hour=5)
    second = await swept(world)
    async with transaction(world.engine) as conn:
        assert [run.run_id for run in await service.page(conn, "", None, 1)] == [second.run_id]
        after = (second.started_at, second.run_id)
        assert [run.run_id for run in await service.page(conn, "", after, 5)] == [first.run_id]
        assert [run.run_id for run in await service.page(conn, "150625", None, 5)] == [first.run_id]
        assert await repository.get(conn, second.run_id, "150625") is None
        assert await (await driver(conn)).fetchval("SELECT count(*) FROM run WHERE state = 'running'") == 0


async def test_the_year_end_survey_adds_whom_the_national_system_ever_held(world: World) -> None:
    """Two general households in a community, of no group, one once monitored; civil affairs have spoken."""
    gone = made.record(
        23,
        "J1",
        clock.now(),
        made.monitored(date(2024, 3, 1), removed=date(2025, 3, 1)),
        household_no="H2",
        division=COMMUNITY,
    )
    async with transaction(world.engine) as conn:
        await register.apply(
            conn,
            [
                world.household("H1", HEAD, division=COMMUNITY, lifted=False),
                world.household("H2", WIFE, division=COMMUNITY, lifted=False),
                gone,
            ],
        )
        await register.claim(
            conn, [changed(kind, "150602000000", kind == 23, last_at=clock.now()) for kind in (1, 2, 3, 23)]
        )
        await register.settle(conn)
    quarter = report(await swept(world, "quarterly"))
    assert (quarter.seen, quarter.households, quarter.uncertain) == (2, 0, 0)
    year = report(await swept(world, "year-end"))
    assert (year.seen, year.households, year.uncertain) == (2, 1, 0)
    assert {group.title: group.households for group in year.population}["全国防返贫监测系统录入户"] == 1
    assert len(year.items) == 7
