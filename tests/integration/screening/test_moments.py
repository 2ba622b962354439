"""What may be asked of the past, by one rule on every address; a household that was not yet there says so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.integration.screening.conftest import Ask, World

OF_A_HOUSEHOLD = ("/v1/households/H1", "/v1/households/H1/facts", "/v1/households/H1/rules/M01/why-not")
ASKED = (*OF_A_HOUSEHOLD, "/v1/rules", "/v1/rules/M01", "/v1/parameters")


@pytest.mark.parametrize("path", ASKED)
async def test_the_future_is_refused_whichever_way_it_is_asked_for(world: World, ask: Ask, path: str) -> None:
    await world.take(world.household())
    for query, places in (
        ({"as_of": "2026-11-21"}, ["/query/as_of"]),
        ({"known_at": "2026-11-21"}, ["/query/known_at"]),
        ({"known_at": "2027-01-01T08:00:00+08:00"}, ["/query/known_at"]),
        ({"known_at": "2026-11-20T10:01:00+08:00"}, ["/query/known_at"]),  # later today
        ({"as_of": "2026-11-21", "known_at": "2027-01-01"}, ["/query/as_of", "/query/known_at"]),
    ):
        answer = await ask("GET", path, **query)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "as_of_in_future"), query
        assert [error["pointer"] for error in problem["errors"]] == places, query


async def test_what_has_not_come_is_named_beside_the_present(world: World, ask: Ask) -> None:
    await world.take(world.household())
    day = await ask("GET", "/v1/households/H1", as_of="2026-11-21")
    assert day.json()["detail"] == "截至日期 2026-11-21 还没有到，今天是 2026-11-20。"
    instant = await ask("GET", "/v1/households/H1", known_at="2027-01-01")
    assert instant.json()["detail"] == "知悉时间 2027-01-01 23:59 还没有到，现在是 2026-11-20 10:00。"


@pytest.mark.parametrize("path", ASKED)
async def test_today_as_a_bare_date_is_now(world: World, ask: Ask, path: str) -> None:
    await world.take(world.household())
    assert (await ask("GET", path, as_of="2026-11-20", known_at="2026-11-20")).status_code == 200


async def test_the_end_of_today_is_answered_as_of_now(world: World, ask: Ask) -> None:
    await world.take(world.household())
    facts = (await ask("GET", "/v1/households/H1/facts", known_at="2026-11-20")).json()
    assert datetime(2026, 11, 20, 2, tzinfo=UTC) <= datetime.fromisoformat(facts["known_at"])
    assert datetime.fromisoformat(facts["known_at"]) < datetime(2026, 11, 20, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize(
    "query", [{"as_of": "1999-12-31"}, {"known_at": "9999-12-31"}, {"known_at": "2026-11-20T10:00:00"}]
)
async def test_a_moment_that_is_none_is_refused(world: World, ask: Ask, path: str, query: dict[str, str]) -> None:
    await world.take(world.household())
    assert (await ask("GET", path, **query)).json()["code"] == "invalid"


@pytest.mark.parametrize("path", OF_A_HOUSEHOLD)
async def test_a_household_asked_before_it_was_there_is_not_yet_there(world: World, ask: Ask, path: str) -> None:
    await world.take(world.household(effective_on=date(2026, 6, 1)))
    for query in ({"as_of": "2026-05-31"}, {"known_at": "2026-06-30"}):
        answer = await ask("GET", path, **query)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (404, "household_not_yet"), query
        assert problem["detail"].startswith("那一天底册里还没有这一户"), query


@pytest.mark.parametrize("path", OF_A_HOUSEHOLD)
async def test_whose_household_it_is_not_now_is_told_of_nothing(world: World, ask: Ask, path: str) -> None:
    await world.take(world.household(effective_on=date(2026, 6, 1)))
    for no, who in (("H1", ("banner_officer", "150602000000")), ("H9", ("developer",))):
        answer = await ask("GET", path.replace("H1", no), *who, as_of="2026-05-31")
        assert (answer.status_code, answer.json()["code"]) == (404, "household_not_found")


async def test_a_household_that_moved_here_since_is_told_of_only_where_it_was(world: World, ask: Ask) -> None:
    await world.take(world.household(division="150602001001", effective_on=date(2026, 1, 1)))
    await world.take(world.household(effective_on=date(2026, 6, 1)))
    here = await ask("GET", "/v1/households/H1", "banner_officer", "150625000000", as_of="2026-05-31")
    assert (here.status_code, here.json()["code"]) == (404, "household_not_found")
