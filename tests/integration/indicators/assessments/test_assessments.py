"""A snapshot of all targets: whole, hashed, never changed, and beside it what was restated since."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from openpyxl import load_workbook

from services.indicators.definitions import service as definitions
from services.indicators.definitions.methods import methods
from tests.integration.indicators.conftest import CITY, DONGSHENG, HANGJIN, TODAY, World, observation, person

WISH = {"kind": "yearly", "year": 2026, "title": "2026年度督导考核"}


async def make(world: World, body: dict[str, Any] | None = None, role: str = "indicator_owner", **headers: str) -> Any:
    wanted = {**world.bearer(role), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await world.client.post("/v1/assessments", json=body or WISH, headers=wanted)


async def insured(world: World, *, without: str = "B") -> None:
    """Two persons of one household, one of them not enrolled."""
    await world.take(world.household("H1", person("A"), person(without)), world.enrolment(person("A")))
    await world.settle()


def row_of(body: dict[str, Any], number: int, division: str) -> dict[str, Any]:
    found = [row for row in body["items"] if (row["number"], row["division_code"]) == (number, division)]
    assert len(found) == 1
    return dict(found[0])


async def test_every_target_is_frozen_for_the_city_and_each_banner_it_is_set_for(world: World) -> None:
    await insured(world)
    made = await make(world)
    assert made.status_code == 201, made.text
    body = (await world.get(made.headers["Location"])).json()
    expected = {
        (indicator.number, code)
        for indicator in definitions.catalogue().indicators
        for code, level in [(CITY, "city"), *((f"1506{n}000000", "banner") for n in ("02", "03", *range(21, 28)))]
        if level in indicator.levels and (not indicator.divisions or code in indicator.divisions)
    }
    assert {(row["number"], row["division_code"]) for row in body["items"]} == expected
    assert len(body["items"]) == body["rows"] == len(expected)
    assert {row["family"] for row in body["items"]} == {"main", "other"}

    row, board = row_of(body, 8, HANGJIN), (await world.board(HANGJIN))[8]
    same = ("value", "numerator", "denominator", "status", "unit", "as_of", "formula_version", "data_age", "readings")
    assert {name: row[name] for name in same} == {name: board[name] for name in same}
    assert Decimal(row["target"]) == Decimal(board["target"])
    assert {name: Decimal(number) for name, number in row["beside"].items()} == {
        name: Decimal(number) for name, number in board["beside"].items()
    }
    assert (row["value"], row["status"], row["department"]) == ("50.00", "gap_open", "医疗保障局")
    silent = row_of(body, 3, CITY)
    assert (silent["value"], silent["status"]) == (None, "not_computable")
    assert silent["reason"]


async def test_the_published_figure_and_the_other_reading_are_frozen_beside(world: World) -> None:
    taken = await world.observe(
        observation("28", division=CITY, input="official_value", indicator="village_income_over_500k", unit="%")
    )
    assert taken.status_code == 201, taken.text
    await world.observe(
        observation("1", division=HANGJIN, input="villages", unit="个"),
        observation("60", division="150625100201", input="village_operating_income", unit="万元"),
    )
    await world.settle()
    place = (await make(world)).headers["Location"]
    body = (await world.get(place)).json()
    given = row_of(body, 6, CITY)["official"]
    assert (given["value"], given["unit"], given["period"]) == ("28", "%", "2026")
    assert row_of(body, 6, HANGJIN)["official"] is None
    [reading] = row_of(body, 6, HANGJIN)["readings"]
    assert (reading["comparison"], reading["status"]) == ("at_least", "achieved")
    assert body["method_version"] == methods().version


async def test_what_must_rise_is_held_against_the_year_before(world: World) -> None:
    """脱贫地区农牧民与全国农民的收入比: the target of 2026 is the ratio of 2025."""
    for year, here, nation in (("2025", "20000", "25000"), ("2026", "21000", "25000")):
        taken = await world.observe(
            observation(here, division=HANGJIN, input="rural_income", unit="元", period=year),
            observation(nation, division=CITY, input="national_rural_income", unit="元", period=year),
        )
        assert taken.status_code == 201, taken.text
    await world.settle()
    row = row_of((await world.get((await make(world)).headers["Location"])).json(), 102, HANGJIN)
    assert (Decimal(row["value"]), Decimal(row["target"]), row["status"]) == (Decimal(84), Decimal(80), "achieved")


async def test_what_was_never_published_says_what_is_lacking_and_what_waits_is_counted(world: World) -> None:
    await insured(world)
    body = (await world.get((await make(world, {**WISH, "year": 2025})).headers["Location"])).json()
    assert body["waiting"] == 0
    row = row_of(body, 12, CITY)
    assert (row["value"], row["status"], row["as_of"]) == (None, "not_computable", None)
    assert "2025年" in row["reason"]
    assert "卫生厕所" in row["reason"]
    assert all(row["reason"] for row in body["items"] if row["value"] is None)
    await world.take(world.enrolment(person("B")))
    later = (await world.get((await make(world)).headers["Location"])).json()
    assert later["waiting"] > 0
    assert row_of(later, 8, HANGJIN)["value"] == "50.00"


async def test_the_bytes_under_the_hash_are_canonical_and_name_no_surrogate_id(world: World) -> None:
    await insured(world)
    made = (await make(world)).json()
    [stored] = await world.rows("SELECT content, sha256 FROM assessment")
    assert hashlib.sha256(stored["content"]).hexdigest() == made["sha256"] == stored["sha256"].hex()
    content = json.loads(stored["content"])
    again = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == stored["content"]
    ids = await world.rows("SELECT value_id FROM indicator_value WHERE current")
    assert ids
    assert not [row for row in ids if str(row["value_id"]).encode() in stored["content"]]


async def test_the_same_values_known_at_the_same_instant_hash_alike(world: World) -> None:
    await insured(world)
    first, second = (await make(world)).json(), (await make(world)).json()
    assert first["assessment_id"] != second["assessment_id"]
    assert first["sha256"] == second["sha256"]
    world.tick()
    assert (await make(world)).json()["sha256"] != first["sha256"]


async def test_a_snapshot_stays_as_it_was_when_values_move_on(world: World) -> None:
    await insured(world)
    made = await make(world)
    before = (await world.get(made.headers["Location"])).json()
    await world.take(world.enrolment(person("B")))
    await world.settle()
    assert (await world.board(HANGJIN))[8]["value"] == "100.00"
    assert (await world.get(made.headers["Location"])).json() == before


async def test_the_database_refuses_to_change_a_snapshot_and_an_altered_one_is_not_shown(world: World) -> None:
    await insured(world)
    made = await make(world)
    for statement in (
        "UPDATE assessment SET title = 'x'",
        "DELETE FROM assessment_value",
        "TRUNCATE assessment CASCADE",
    ):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await world.rows(statement)
    await world.rows("ALTER TABLE assessment DISABLE TRIGGER ALL")
    await world.rows(
        """UPDATE assessment SET content = convert_to(
               replace(convert_from(content, 'UTF8'), '"value":"50.00"', '"value":"100.00"'), 'UTF8')"""
    )
    answer = await world.get(made.headers["Location"])
    assert (answer.status_code, answer.json()["code"]) == (500, "assessment_altered")
    assert (await world.get(made.headers["Location"] + ".xlsx")).status_code == 500


async def test_views_by_division_and_by_department(world: World) -> None:
    await insured(world)
    place = (await make(world)).headers["Location"]
    whole = (await world.get(place)).json()
    hangjin = (await world.get(place, division=HANGJIN)).json()
    assert {row["division_code"] for row in hangjin["items"]} == {HANGJIN}
    assert hangjin["rows"] == whole["rows"]
    insurance = (await world.get(place, department="医疗保障局")).json()
    assert {row["department"] for row in insurance["items"]} == {"医疗保障局"}
    [tally] = insurance["departments"]
    assert (tally["key"], tally["targets"]) == ("医疗保障局", len(insurance["items"]))
    assert sum(tally["statuses"].values()) == tally["targets"]
    for tallies in (whole["divisions"], whole["departments"]):
        assert sum(tally["targets"] for tally in tallies) == whole["rows"]
    refused = await world.get(place, department="气象局")
    assert (refused.status_code, refused.json()["code"]) == (404, "department_not_found")
    assert "医疗保障局" in refused.json()["detail"]


async def test_a_banner_sees_its_own_rows_only(world: World) -> None:
    await insured(world)
    place = (await make(world)).headers["Location"]
    seen = await world.get(place, role="banner_officer", scope=HANGJIN)
    assert {row["division_code"] for row in seen.json()["items"]} == {HANGJIN}
    assert [tally["key"] for tally in seen.json()["divisions"]] == [HANGJIN]
    assert (await world.get(place, role="banner_officer", scope=HANGJIN, division=DONGSHENG)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {**WISH, "year": TODAY.year + 1},
        {**WISH, "year": 2020},
        {**WISH, "kind": "mid_term", "year": 2025},
        {**WISH, "kind": "mid_term", "year": 2021},
        {**WISH, "kind": "final", "year": 2024},
    ],
)
async def test_a_year_that_does_not_suit_the_kind_is_refused(world: World, body: dict[str, Any]) -> None:
    answer = await make(world, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "assessment_invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/year"]
    assert not await world.rows("SELECT 1 FROM assessment")


async def test_the_kinds_of_the_plans_own_years_are_taken(world: World) -> None:
    for kind, year in (("mid_term", 2023), ("final", 2025), ("yearly", 2021)):
        answer = await make(world, {"kind": kind, "year": year, "title": f"{year}年"})
        assert answer.status_code == 201, answer.text


async def test_only_who_may_makes_one_and_a_repeated_key_makes_one(world: World) -> None:
    assert (await make(world, role="indicator_checker")).status_code == 403
    first = await make(world, Idempotency_Key="a")
    second = await make(world, Idempotency_Key="a")
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    reused = await make(world, {**WISH, "title": "另一份"}, Idempotency_Key="a")
    assert reused.json()["code"] == "idempotency_key_reused"
    assert len(await world.rows("SELECT 1 FROM assessment")) == 1


async def test_the_list_goes_page_by_page_newest_first(world: World) -> None:
    made = []
    for _ in range(3):
        world.tick()
        made.append((await make(world)).json()["assessment_id"])
    first = (await world.get("/v1/assessments", limit=2)).json()
    rest = (await world.get("/v1/assessments", limit=2, after=first["next"])).json()
    assert [one["assessment_id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    missing = await world.get("/v1/assessments/00000000-0000-7000-8000-000000000000")
    assert (missing.status_code, missing.json()["code"]) == (404, "assessment_not_found")


async def test_the_workbook_says_what_the_answer_says_and_runs_no_formula(world: World) -> None:
    await insured(world)
    made = await make(world, {**WISH, "title": "=1+1的考核"})
    answer = await world.get(made.headers["Location"] + ".xlsx")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["说明", "冻结的指标", "合计", "采用的方法", "冻结之后的重述"]
    title = book["说明"]["B2"]
    assert (title.data_type, title.value) == ("s", "'=1+1的考核")
    rows = list(book["冻结的指标"].iter_rows(values_only=True))
    shown = (await world.get(made.headers["Location"])).json()
    assert len(rows) == 1 + shown["rows"]
    [mine] = [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[0] == 8 and row[6] == "杭锦旗"]
    assert (mine["数值"], mine["分子"], mine["分母"], mine["状态"]) == (50, 1, 2, "有差距（期内）")
    methods = list(book["采用的方法"].iter_rows(values_only=True))
    assert methods[0][:2] == ("指标代码", "指标")
    assert all(row[1] and row[1] != row[0] for row in methods[1:])
    assert {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line} <= {"s", "n"}


async def test_what_was_restated_since_stands_beside(world: World) -> None:
    """The year is closed, frozen, then corrected: the frozen number stays and the restatement is told."""
    await insured(world)
    year = "2026"
    world.at(TODAY + timedelta(days=60))
    await world.settle()
    opened = await world.client.post(
        f"/v1/periods/{year}/closings", json={"note": "年度"}, headers=world.bearer("indicator_owner")
    )
    assert opened.status_code == 201, opened.text
    closed = await world.client.post(
        f"/v1/closings/{opened.json()['closing_id']}/approval", headers=world.bearer("indicator_checker"), json={}
    )
    assert closed.status_code == 200, closed.text
    made = await make(world)
    place = made.headers["Location"]
    before = (await world.get(place)).json()
    assert before["restated"] == []
    assert before["period_closed_at"] is not None
    world.tick()
    await world.take(world.enrolment(person("B")))
    await world.settle()
    after = (await world.get(place)).json()
    assert after["items"] == before["items"]
    assert after["sha256"] == before["sha256"]
    told = {(one["number"], one["division_code"]): one for one in after["restated"]}
    assert {(8, CITY), (8, HANGJIN)} <= told.keys()
    one = told[8, HANGJIN]
    assert (one["before"], one["after"], one["delta"]) == ("50.00", "100.00", "50.00")
    assert one["reason"]
    elsewhere = (await world.get(place, division=DONGSHENG)).json()
    assert elsewhere["restated"] == []
