"""Observed indicators of both families, villages, published figures and other readings beside, and the files."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from python_calamine import load_workbook

from shared.codes import divisions
from tests.integration.indicators.conftest import CITY, HANGJIN, VILLAGE, World

BANNERS = [d.code for d in divisions.all_divisions() if d.level == "banner"]


@pytest.fixture
def world(settled_world: World) -> World:
    """The first pass is done."""
    return settled_world


def figure(code: str, division: str, value: str, unit: str, period: str = "2025", **more: Any) -> dict[str, Any]:
    """An observation with its document."""
    said = {"input": code, "division_code": division, "period": period, "value": value, "unit": unit}
    return {**said, "document": "示例：统计资料", **more}


async def take(world: World, *observations: dict[str, Any]) -> None:
    """Observations that nobody has to check."""
    answer = await world.observe(*observations)
    assert answer.status_code == 201, answer.text
    await world.settle()


async def values(world: World, **params: Any) -> dict[str, dict[str, Any]]:
    """Values by division."""
    answer = await world.get("/v1/values", **params)
    assert answer.status_code == 200, answer.text
    return {one["division_code"]: one for one in answer.json()["items"]}


async def sewage(world: World) -> None:
    """Treated villages of all banners in 2025."""
    await take(
        world,
        *[figure("sewage_villages", code, "5", "个") for code in BANNERS],
        *[figure("villages", code, "10", "个") for code in BANNERS],
    )


async def test_the_city_is_the_sum_of_what_its_banners_observed(world: World) -> None:
    await sewage(world)
    found = await values(world, indicator="village_sewage", period="2025")
    assert {code: one["value"] for code, one in found.items()} == {CITY: "50.0", **dict.fromkeys(BANNERS, "50.0")}
    city = found[CITY]
    assert (city["numerator"], city["denominator"], city["status"]) == ("45", "90", "behind")
    assert city["basis"] == "全市为各旗区之和"
    assert len(city["used"]) == 18
    assert {age["kind"] for age in city["data_age"]} == {"observation"}


async def test_a_correction_of_one_banner_moves_it_and_the_city(world: World) -> None:
    await sewage(world)
    [before] = (await world.get("/v1/observations", input="sewage_villages", division=HANGJIN)).json()["items"]
    await take(world, figure("sewage_villages", HANGJIN, "9", "个", supersedes=before["observation_id"]))
    found = await values(world, indicator="village_sewage", period="2025")
    assert (found[HANGJIN]["value"], found[CITY]["numerator"]) == ("90.0", "49")
    assert [one["value"] for one in await world.events("village_sewage", HANGJIN, "2025")] == ["50.0", "90.0"]
    assert len(await world.events("village_sewage", "150602000000", "2025")) == 1


async def test_another_target_is_told_as_one(world: World) -> None:
    await take(world, figure("leading_enterprises", CITY, "71", "家"))
    found = (await values(world, indicator="leading_enterprises", period="2025"))[CITY]
    assert (found["value"], found["status"]) == ("71", "achieved")
    rows = await world.rows("SELECT DISTINCT type FROM outbox WHERE key = 'leading_enterprises'::bytea")
    assert [row["type"] for row in rows] == ["xianjie.target.published.v1"]
    board = (await world.get("/v1/board", family="other")).json()
    assert board["family"] == "other"
    assert all(row["number"] > 100 for row in board["rows"])
    assert len(board["rows"]) > 40
    only = (await world.get("/v1/values", family="main", limit=500)).json()["items"]
    assert only
    assert all(one["number"] <= 16 for one in only)


async def test_a_village_has_its_own_row_where_it_reported(world: World) -> None:
    await take(world, figure("village_operating_income", VILLAGE, "61.5", "万元", "2026"))
    board = (await world.get("/v1/board", division=VILLAGE)).json()
    rows = {row["number"]: row for row in board["rows"]}
    assert (rows[6]["value"], rows[6]["numerator"], rows[6]["denominator"]) == ("100.0", "1", "1")
    assert rows[6]["beside"]["operating_income"] == "61.5"
    assert rows[8]["reason"] == "本指标不按这一级行政区划计算"
    silent = (await world.get("/v1/board", division="150602101201")).json()
    assert {row["number"]: row for row in silent["rows"]}[6]["reason"] == "本嘎查村尚未填报"


async def test_a_published_figure_stands_beside_and_computes_nothing(world: World) -> None:
    official = figure("official_value", CITY, "43.3", "%", "2021", indicator="village_income_over_500k")
    answer = await world.observe({**official, "numerator": "318", "denominator": "735"})
    assert answer.status_code == 201, answer.text
    await world.settle()
    row = (await world.board())[6]
    assert (row["value"], row["status"]) == (None, "not_computable")
    shown = row["official"]
    assert (shown["value"], shown["numerator"], shown["denominator"]) == ("43.3", "318", "735")
    assert (shown["period"], shown["document"]) == ("2021", "示例：统计资料")
    assert (await world.board())[5]["official"] is None


async def test_what_is_set_for_one_banner_stands_in_the_citys_table_as_the_banners(world: World) -> None:
    gdp = [("gdp_constant", HANGJIN, "2020", "100"), ("gdp_constant", HANGJIN, "2026", "200")]
    region = [("region_gdp_constant", CITY, "2020", "1000"), ("region_gdp_constant", CITY, "2026", "1500")]
    await take(world, *[figure(code, place, value, "亿元", period) for code, place, period, value in [*gdp, *region]])
    own, city = (await world.board(HANGJIN))[4], (await world.board())[4]
    assert (own["value"], own["status"], own["value_division"]) == ("5.3", "achieved", None)
    assert city["value_division"] == {"code": HANGJIN, "name": "杭锦旗"}
    told = ("value_id", "value", "numerator", "status", "beside", "as_of")
    assert [city[name] for name in told] == [own[name] for name in told]
    assert (await world.board())[8]["value_division"] is None
    past = (await world.board(as_of="2026-11-01"))[4]
    assert (past["value"], past["value_division"]["code"]) == ("5.3", HANGJIN)
    elsewhere = (await world.board("150602000000"))[4]
    assert (elsewhere["value_division"], elsewhere["reason"]) == (None, "本指标不按这一级行政区划计算")


async def test_the_other_reading_of_the_plan_has_its_status_beside(world: World) -> None:
    await take(world, figure("village_operating_income", VILLAGE, "61.5", "万元", "2026"))
    answer = await world.get("/v1/values", indicator="village_income_over_500k", division=VILLAGE)
    [value] = answer.json()["items"]
    assert [(one["comparison"], one["status"]) for one in value["readings"]] == [("at_least", "achieved")]


async def test_files_open_with_chinese_headings_and_say_what_the_pages_say(world: World) -> None:
    await sewage(world)
    board = (await world.get("/v1/board", as_of="2026-11-20")).json()
    text = await world.get("/v1/board.csv")
    assert text.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert text.content.startswith(b"\xef\xbb\xbf")
    assert rows[0][:2] == ["序号", "指标"]
    assert [row[1] for row in rows[1:]] == [row["title"] for row in board["rows"]]
    book = await world.get("/v1/values.xlsx", indicator="village_sewage", period="2025")
    with load_workbook(io.BytesIO(book.content)) as opened:
        sheet = opened.get_sheet_by_index(0).to_python()
    assert sheet[0][:6] == ["序号", "指标", "行政区划代码", "行政区划", "期间", "数值"]
    assert len(sheet) == 1 + len(BANNERS) + 1
    assert sheet[1][2:6] == [CITY, "鄂尔多斯市", "2025", 50.0]
    lines = (await world.get("/v1/values.csv", indicator="village_sewage", period="2025")).content
    assert len(list(csv.reader(io.StringIO(lines.decode("utf-8-sig"))))) == len(sheet)
    xlsx = await world.get("/v1/board.xlsx", family="other")
    with load_workbook(io.BytesIO(xlsx.content)) as opened:
        assert opened.sheet_names == ["指标表"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/board", {"as_of": "0"}),
        ("/v1/board.csv", {"as_of": "0001-01-01"}),
        ("/v1/board.xlsx", {"as_of": "20260630"}),
        ("/v1/values", {"known_at": "0.5"}),
        ("/v1/values.csv", {"known_at": "9999-12-31"}),
        ("/v1/values.xlsx", {"known_at": "2026-06-30T12:00:00"}),
    ],
)
async def test_a_day_is_written_as_a_day(world: World, path: str, params: dict[str, str]) -> None:
    answer = await world.get(path, **params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["/v1/board.csv", "/v1/board.xlsx", "/v1/values", "/v1/values.csv", "/v1/values.xlsx"])
async def test_no_address_takes_what_it_does_not_know_or_tells_of_elsewhere(world: World, path: str) -> None:
    assert (await world.get(path, colour="red")).json()["code"] == "unknown_parameter"
    foreign = await world.get(path, division=CITY, role="banner_officer", scope=HANGJIN)
    assert foreign.status_code == 404
    if path.startswith("/v1/values"):
        ahead = await world.get(path, known_at="2027-01-01")
        assert (ahead.status_code, ahead.json()["code"]) == (422, "as_of_in_future")


async def test_what_stood_on_a_day_is_told_as_it_stood(world: World) -> None:
    await sewage(world)
    instant = world.tick()
    world.tick()
    [before] = (await world.get("/v1/observations", input="sewage_villages", division=HANGJIN)).json()["items"]
    await take(world, figure("sewage_villages", HANGJIN, "9", "个", supersedes=before["observation_id"]))
    asked = {"indicator": "village_sewage", "period": "2025", "division": HANGJIN}
    then = (await values(world, **asked, known_at=instant.isoformat()))[HANGJIN]
    now = (await values(world, **asked))[HANGJIN]
    assert (then["value"], now["value"]) == ("50.0", "90.0")
    assert then["replaced_at"] == now["published_at"]
    assert await values(world, **asked, known_at="2026-11-19") == {}
