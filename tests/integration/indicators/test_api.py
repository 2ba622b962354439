"""The API: the plan's table, observations and their refusals, scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.indicators.definitions import service as definitions
from shared.db import transaction
from shared.http import routes
from tests.integration.indicators.conftest import CITY, DONGSHENG, HANGJIN, TODAY, TOWNSHIP, World, observation, person

BOARD_KEYS = {"number", "code", "title", "value", "unit", "numerator", "denominator", "status", "reason"}


@pytest.fixture
def world(settled_world: World) -> World:
    """The first pass is done."""
    return settled_world


async def test_an_empty_board_has_sixteen_rows_and_a_reason_on_each(world: World) -> None:
    for division in (CITY, HANGJIN, TOWNSHIP):
        answer = await world.get("/v1/board", division=division)
        board = answer.json()
        assert (board["division_code"], board["period"], board["as_of"]) == (division, "2026", TODAY.isoformat())
        assert [row["number"] for row in board["rows"]] == list(range(1, 17))
        assert [row["title"] for row in board["rows"]] == [i.title for i in definitions.catalogue().family("main")]
        for row in board["rows"]:
            assert row.keys() >= BOARD_KEYS | {"baseline", "target", "data_age"}
            assert (row["value"], row["status"]) == (None, "not_computable")
            assert any("一" <= letter <= "鿿" for letter in row["reason"])


async def test_the_board_answers_before_the_first_pass(make_world: Callable[..., Any]) -> None:
    rows = await (await make_world()).board()
    assert rows[8]["reason"] == "尚未计算，请稍候"
    assert rows[3]["reason"] == "返贫认定来自监测对象办理环节，该环节尚未接入，无法计算"


async def test_baseline_and_target_are_the_plans_own(world: World) -> None:
    row = (await world.board())[5]
    assert (row["plan_2021"], row["plan_2025"], row["attribute_title"]) == ("71.4", "75", "预期性")
    assert (row["baseline"], row["target"], row["comparison"]) == ("71.4", "75", "at_least")
    assert Decimal((await world.board(as_of="2023-06-30"))[5]["target"]) == Decimal("73.2")


async def test_an_earlier_day_is_computed_on_request_and_not_stored(world: World) -> None:
    who = person("A")
    await world.take(world.household("H1", who), world.enrolment(who), world.appraisal(who, "B"))
    await world.settle()
    before = await world.rows("SELECT count(*) AS n FROM indicator_value")
    assert (await world.board(as_of="2026-02-28"))[9]["status"] == "not_computable"
    march = (await world.board(as_of="2026-03-02"))[9]
    assert (march["value"], march["as_of"], march["status"]) == ("100.00", "2026-03-02", "achieved")
    assert (await world.board(as_of="2025-12-31"))[8]["reason"] == "杭锦旗截至 2025-12-31 未报送2025年度参保记录"
    assert await world.rows("SELECT count(*) AS n FROM indicator_value") == before


async def test_what_a_board_cannot_be_asked(world: World) -> None:
    for params, status, code in [
        ({"division": "159999000000"}, 404, "division_not_found"),
        ({"as_of": (TODAY + timedelta(days=1)).isoformat()}, 422, "as_of_in_future"),
        ({"as_of": "2026-02-30"}, 422, "invalid"),
        ({"division": "15"}, 422, "invalid"),
    ]:
        answer = await world.get("/v1/board", **params)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_scope_is_a_banners_own(world: World) -> None:
    asked: dict[str, Any] = {"role": "banner_officer", "scope": HANGJIN}
    assert (await world.get("/v1/board", **asked)).json()["division_code"] == HANGJIN
    assert (await world.get("/v1/board", division=TOWNSHIP, **asked)).status_code == 200
    for foreign in (CITY, DONGSHENG):
        assert (await world.get("/v1/board", division=foreign, **asked)).status_code == 404
        assert (await world.get("/v1/values", division=foreign, **asked)).status_code == 404
    seen = (await world.get("/v1/values", limit=500, **asked)).json()["items"]
    assert seen
    assert all(value["division_code"].startswith("150625") for value in seen)
    city = (await world.get("/v1/values", division=CITY, limit=1)).json()["items"][0]
    assert (await world.get(f"/v1/values/{city['value_id']}", **asked)).status_code == 404
    assert (await world.get("/v1/board", role="village_cadre", scope=HANGJIN)).status_code == 403


async def test_values_come_in_pages_without_gap_or_repeat(world: World) -> None:
    whole = (await world.get("/v1/values", limit=500, indicator="dwelling_safety", period="2026")).json()
    assert len(whole["items"]) == 98
    assert whole["next"] is None
    found, after = [], None
    while True:
        params: dict[str, Any] = {"after": after} if after else {}
        page = (await world.get("/v1/values", limit=30, indicator="dwelling_safety", period="2026", **params)).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert found == whole["items"]
    assert (await world.get("/v1/values", indicator="gdp")).json()["code"] == "unknown_indicator"


async def test_a_pair_of_standards_becomes_the_ratio_of_its_banner_only(world: World) -> None:
    answer = await world.observe(observation("9072"), observation("1008", side="urban", unit="元/人·月"))
    assert answer.status_code == 201, answer.text
    assert [item["outcome"] for item in answer.json()["items"]] == ["accepted", "accepted"]
    await world.settle()
    row = (await world.board(HANGJIN))[5]
    assert (row["value"], row["numerator"], row["denominator"]) == ("75.0", "9072", "12096")
    assert (row["status"], row["data_age"][0]["age_days"]) == ("achieved", 0)
    assert (await world.board())[5]["reason"].startswith(
        "2026年全市加权所需的观测值不齐：杭锦旗缺农村牧区保障人数、城市保障人数；东胜区、"
    )
    assert (await world.events("allowance_standard_ratio", HANGJIN))[-1]["value"] == "75.0"


async def test_the_citys_own_pair_gives_the_plans_baseline_for_2021(world: World) -> None:
    year = {"division": CITY, "period": "2021"}
    await world.observe(observation("7140", **year), observation("10000", side="urban", **year))
    await world.settle()
    assert (await world.events("allowance_standard_ratio", CITY, "2021"))[-1]["value"] == "71.4"
    assert (await world.board(as_of="2021-12-31"))[5]["value"] == "71.4"
    assert (await world.board())[5]["status"] == "not_computable", "never another year's number"


async def test_an_observation_sent_twice_is_one_and_a_correction_names_what_it_corrects(world: World) -> None:
    first = (await world.observe(observation("9072"), observation("12000", side="urban"))).json()["items"][0]
    again = (await world.observe(observation("9072.00"))).json()["items"][0]
    assert (again["outcome"], again["observation"]) == ("duplicate", first["observation"])
    other = await world.observe(observation("9000"))
    assert (other.status_code, other.json()["code"]) == (409, "already_observed")
    standing = first["observation"]["observation_id"]
    assert other.json()["observation_id"] == standing == other.json()["errors"][0]["value_masked"]
    assert standing in other.json()["detail"]
    two = await world.observe(observation("9000", period="2024"), observation("9001", period="2024"))
    assert (two.status_code, two.json()["errors"][0]["code"]) == (422, "repeated_in_list")
    world.tick()
    named = observation("9000", supersedes=first["observation"]["observation_id"])
    corrected = await world.observe(named)
    assert corrected.json()["items"][0]["outcome"] == "corrected"
    assert (await world.observe(observation("8000", supersedes=named["supersedes"]))).json()["code"] == (
        "superseded_not_in_force"
    )
    await world.settle()
    assert (await world.board(HANGJIN))[5]["value"] == "75.0"
    listed = (await world.get("/v1/observations", input="rural_allowance_standard")).json()["items"]
    assert [Decimal(one["value"]) for one in listed] == [9000, 9072], "the old one is kept"


async def test_the_same_key_answers_the_same_and_another_payload_is_refused(world: World) -> None:
    first = await world.observe(observation("9072"), Idempotency_Key="k1")
    again = await world.observe(observation("9072"), Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await world.observe(observation("9073"), Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_one_observation_is_a_list_of_one(world: World) -> None:
    answer = await world.client.post("/v1/observations", json=observation("9072"), headers=world.bearer())
    assert (answer.status_code, len(answer.json()["items"])) == (201, 1)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"unit": "万元"}, "/observations/1/unit", "wrong_unit"),
        ({"input": "gdp"}, "/observations/1/input", "unknown_input"),
        ({"division_code": "150625100201"}, "/observations/1/division_code", "division_level"),
        ({"division_code": "159999000000"}, "/observations/1/division_code", "unknown_division"),
        ({"period": "2027"}, "/observations/1/period", "period_in_future"),
        ({"value": "0"}, "/observations/1/value", "out_of_range"),
        ({"value": "1e400"}, "/observations/1/value", None),
        ({"value": "many"}, "/observations/1/value", None),
        ({"document": "  "}, "/observations/1/document", None),
        ({"document": "a\u0000b"}, "/observations/1/document", None),
        ({"document_on": "2026-02-30"}, "/observations/1/document_on", None),
        ({"colour": "red"}, "/observations/1/colour", None),
    ],
)
async def test_a_bad_one_is_named_and_none_is_stored(
    world: World, change: dict[str, Any], pointer: str, code: str | None
) -> None:
    answer = await world.observe(observation("12000", side="urban"), {**observation("9072"), **change})
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    assert error["pointer"] == pointer
    assert code in (None, error["code"])
    assert await world.rows("SELECT 1 FROM observation UNION ALL SELECT 1 FROM dirty_mark") == []


async def test_only_an_owner_may_observe_and_only_inside_the_token(world: World) -> None:
    assert (await world.observe(observation("9072"), role="indicator_owner")).status_code == 201
    assert (await world.observe(observation("9072"), role="indicator_checker")).status_code == 403
    headers = world.bearer("indicator_owner", DONGSHENG)
    answer = await world.client.post("/v1/observations", json=observation("9000"), headers=headers)
    assert answer.status_code == 404


async def test_every_route_has_a_permission_and_words(world: World) -> None:
    assert not routes.mistakes(world.app)
    assert not routes.undocumented(world.app)
    indicators = (await world.get("/v1/indicators")).json()["items"]
    assert [one["number"] for one in indicators] == list(range(1, 17))
    assert (await world.get("/v1/indicators/gdp")).status_code == 404
    assert (await world.client.get("/v1/board")).status_code == 401


async def test_a_clock_that_steps_back_hides_nothing(world: World) -> None:
    who = person("A")
    await world.take(world.household("H1", who), world.enrolment(who))
    await world.settle()
    late = world.enrolment(who, gone=True)
    world.at(date(2026, 11, 20), hour=1)
    async with transaction(world.engine):
        await world.take(late)
    await world.settle()
    assert (await world.board())[8]["value"] == "0.00"
