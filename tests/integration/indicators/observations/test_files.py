"""Spreadsheets of observations: the template opens, a filled one is taken whole, and every wrong cell is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from services.indicators.definitions import service as definitions
from services.indicators.observations.spots import TITLES
from tests.integration.indicators.observations.conftest import HANGJIN, OWNER, Desk, growth

VILLAGE, OTHER_VILLAGE = "150625100201", "150602101201"
HEADINGS = ["观测项", "区划代码", "期间", "数值", "单位", "依据文件"]
GOOD = ["农村牧区总户数", HANGJIN, "2025", "120000", "户", "统计年报"]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", headings: Sequence[str] = HEADINGS) -> bytes:
    """A CSV as a spreadsheet program saves it."""
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


async def template(desk: Desk) -> openpyxl.Workbook:
    answer = await desk.get("/v1/observations/template.xlsx")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_the_template_lists_every_input_with_its_units_and_levels(desk: Desk) -> None:
    book = await template(desk)
    assert [cell.value for cell in book["数据"][1]] == list(TITLES.values())
    listed = {row[1]: row for row in book["观测项"].iter_rows(min_row=2, values_only=True)}
    inputs = definitions.catalogue().inputs
    assert listed.keys() == {*inputs, "official_value"}
    assert listed["rural_allowance_standard"][:4] == (
        "农村牧区低保标准", "rural_allowance_standard", "元/人·年或元/人·月", "全市、旗区",
    )  # fmt: skip
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in book["数据"].data_validations.dataValidation}
    assert rules["A2"] == f"观测项!$A$2:$A${len(inputs) + 2}"
    assert rules["B2"] == f"指标!$A$2:$A${len(definitions.catalogue().indicators) + 1}"


async def test_a_filled_template_is_taken_as_if_sent_one_by_one(desk: Desk) -> None:
    book = await template(desk)
    sheet = book["数据"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows: list[dict[str, Any]] = [
        dict(zip(HEADINGS, GOOD, strict=True)) | {"区划名称": "杭锦旗", "文件日期": date(2026, 1, 31)},
        dict(zip(HEADINGS, ["当地农牧民人均可支配收入增速", HANGJIN, 2025, 6.4, "%", "公报"], strict=True)),
    ]
    for number, row in enumerate(rows, 2):
        for heading, value in row.items():
            sheet.cell(number, columns[heading], value)
    answer = await desk.upload(saved(book))
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (report["accepted"], report["proposed"], report["duplicate"]) == (1, 1, 0)
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [(2, "accepted"), (3, "proposed")]
    kept = report["rows"][0]["observation"]
    assert (kept["input"], kept["value"], kept["document_on"]) == ("rural_households", "120000", "2026-01-31")
    again = (await desk.upload(saved(book))).json()
    assert (again["duplicate"], await desk.count()) == (2, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_csv_in_either_encoding(desk: Desk, encoding: str) -> None:
    answer = await desk.upload(as_csv([GOOD], encoding), "年报.csv")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["accepted"]) == ("年报.csv", 1)


async def test_a_published_figure_names_its_indicator_by_title_or_code(desk: Desk) -> None:
    titles = {i.code: i.title for i in definitions.catalogue().indicators}
    headings = [*HEADINGS, "指标", "分子", "分母"]
    city = "150600000000"
    rows = [
        ["已公布的数字", city, "2021", "43.3", "%", "规划", titles["village_income_over_500k"], "318", "735"],
        ["official_value", city, "2021", "69.2", "%", "规划", "sanitary_toilets", "", ""],
    ]
    answer = await desk.upload(as_csv(rows, headings=headings), "规划.csv")
    assert answer.status_code == 201, answer.text
    kept = [row["observation"] for row in answer.json()["rows"]]
    assert [(one["indicator"], one["numerator"]) for one in kept] == [
        ("village_income_over_500k", "318"), ("sanitary_toilets", None),
    ]  # fmt: skip


async def test_every_wrong_cell_is_named_by_row_and_heading_and_nothing_is_stored(desk: Desk) -> None:
    rows = [
        GOOD,
        [*GOOD[:3], "许多", *GOOD[4:]],
        [*GOOD[:4], "人", ""],
        ["农村牧区总户", *GOOD[1:]],
        [GOOD[0], "15062500", *GOOD[2:]],
    ]
    answer = await desk.upload(as_csv(rows), "年报.csv")
    assert (answer.status_code, answer.json()["code"]) == (422, "observations_refused")
    errors = {error["pointer"]: error["message"] for error in answer.json()["errors"]}
    assert list(errors) == ["/rows/3/数值", "/rows/4/依据文件", "/rows/5/观测项", "/rows/6/区划代码"]
    assert errors["/rows/5/观测项"].startswith("第 5 行“观测项”：")
    assert "农村牧区总户数" in errors["/rows/5/观测项"]
    assert await desk.count() == 0


async def test_what_reads_well_and_is_wrong_is_named_the_same_way(desk: Desk) -> None:
    rows = [
        [*GOOD[:3], "0", *GOOD[4:]],
        [*GOOD[:4], "万户", GOOD[5]],
        [GOOD[0], "150625100201", *GOOD[2:]],
    ]
    answer = await desk.upload(as_csv(rows), "年报.csv")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/rows/2/数值", "denominator_zero"),
        ("/rows/3/单位", "wrong_unit"),
        ("/rows/4/区划代码", "division_level"),
    ]
    assert await desk.count() == 0


async def test_a_name_that_is_another_divisions_is_refused(desk: Desk) -> None:
    answer = await desk.upload(as_csv([[*GOOD, "东胜区"]], headings=[*HEADINGS, "区划名称"]), "年报.csv")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/rows/2/区划名称", "division_name_differs")
    ]


async def test_a_persons_number_in_a_wrong_column_is_not_said_again(desk: Desk) -> None:
    person = "150625199001011234"
    rows = [
        [person, *GOOD[1:]],
        [GOOD[0], person, *GOOD[2:]],
        [*GOOD[:3], person, *GOOD[4:]],
        [*GOOD[:4], person, "文件"],
    ]
    for row in rows:
        answer = await desk.upload(as_csv([row]), "年报.csv")
        assert answer.status_code == 422
        assert person not in answer.text
    headed = await desk.upload(as_csv([GOOD], headings=[*HEADINGS[:5], person]), "年报.csv")
    assert headed.json()["code"] == "sheet_layout"
    assert person not in headed.text
    sent = await desk.send(growth("3", input=person), growth("3", unit=person[:16]))
    assert sent.status_code == 422
    assert person[:16] not in sent.text


async def test_a_village_outside_the_senders_division_is_named_by_its_row(desk: Desk) -> None:
    rows = [["嘎查村集体经济经营性收入", code, "2025", "31.5", "万元", "台账"] for code in (VILLAGE, OTHER_VILLAGE)]
    headers = {**desk.bearer(OWNER, division=HANGJIN), "Content-Type": "text/csv"}
    both = await desk.client.post("/v1/observations/files", content=as_csv(rows), headers=headers)
    assert (both.status_code, both.json()["code"]) == (404, "division_not_found")
    assert [error["pointer"] for error in both.json()["errors"]] == ["/rows/3/区划代码"]
    assert await desk.count() == 0
    own = await desk.client.post("/v1/observations/files", content=as_csv(rows[:1]), headers=headers)
    assert own.status_code == 201, own.text


async def test_a_conflict_names_its_row_and_what_stands(desk: Desk) -> None:
    first = await desk.one(growth("120000", input="rural_households", unit="户"))
    other = [*GOOD[:3], "130000", *GOOD[4:]]
    answer = await desk.upload(as_csv([other]), "年报.csv")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_observed")
    assert answer.json()["errors"][0]["pointer"] == "/rows/2/更正的观测值编号"
    corrected = as_csv([[*other, first["observation_id"]]], headings=[*HEADINGS, "更正的观测值编号"])
    assert (await desk.upload(corrected, "年报.csv")).json()["corrected"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_sheet"),
        (as_csv([]), "empty_sheet"),
        (as_csv([GOOD], headings=["观测项", "区划", *HEADINGS[2:]]), "sheet_layout"),
        (as_csv([GOOD], headings=[*HEADINGS[:5], "数值"]), "sheet_layout"),
        (as_csv([GOOD]).replace(b"\n", b"\x00\n"), "file_encoding"),
        (b"PK\x03\x04 no workbook", "file_unreadable"),
    ],
)
async def test_a_file_that_is_none_is_refused_as_a_whole(desk: Desk, content: bytes, code: str) -> None:
    answer = await desk.upload(content, "年报.csv")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_body_may_be_the_file_itself_and_must_be_one(desk: Desk) -> None:
    headers = desk.bearer(OWNER)
    sent = await desk.client.post(
        "/v1/observations/files", content=as_csv([GOOD]), headers={**headers, "Content-Type": "text/csv"}
    )
    assert sent.status_code == 201, sent.text
    none = await desk.client.post("/v1/observations/files", json={}, headers=headers)
    assert (none.status_code, none.json()["code"]) == (422, "no_file")
    field = await desk.client.post("/v1/observations/files", files={"other": b"x"}, headers=headers)
    assert field.json()["code"] == "no_file"


async def test_the_same_key_answers_the_same_and_another_file_is_refused(desk: Desk) -> None:
    first = await desk.upload(as_csv([GOOD]), "年报.csv", Idempotency_Key="k1")
    again = await desk.upload(as_csv([GOOD]), "年报.csv", Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    other = await desk.upload(as_csv([[*GOOD[:3], "5", *GOOD[4:]]]), "年报.csv", Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
