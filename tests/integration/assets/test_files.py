"""The asset ledger as spreadsheets: good rows are registered, bad ones named by row and column, nothing twice."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from services.assets.ledger.files.layout import LAYOUT
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset

CSV = {"Content-Type": "text/csv"}
ROW = {
    "项目编码": "HJ-2023-0017", "资产编码": "A-1", "资产名称": "肉羊棚圈", "资产类别": "经营性资产",
    "资产形态": "固定资产", "行政区划": "150625100000", "区划名称": "锡尼镇", "坐落": "阿斯尔嘎查", "数量": "1",
    "计量单位": "座", "原值": "100.00", "取得日期": "2023/11/20", "依据文件": "验收单", "是否不动产": "否",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    return {**ROW, **changes}


def sheet(rows: Sequence[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, list(rows[0]))
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode(encoding)


async def send(clerk: httpx.AsyncClient, rows: Sequence[dict[str, str]], encoding: str = "utf-8-sig") -> dict[str, Any]:
    answer = await clerk.post("/v1/assets/files", content=sheet(rows, encoding), headers=CSV)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["accepted"], report["duplicate"], report["rejected"]


def wrong(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    """(row, pointer, code) of everything that is wrong."""
    return [(one["row"], error["pointer"], error["code"]) for one in report["rows"] for error in one["errors"]]


@pytest.fixture
async def project_id(clerk: httpx.AsyncClient) -> str:
    answer = await clerk.post("/v1/projects", json=project())
    return str(answer.json()["project_id"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_one_bad_row_in_five_thousand_is_named_and_the_others_are_registered_once(
    clerk: httpx.AsyncClient, project_id: str, encoding: str
) -> None:
    rows = [row(资产编码=f"A-{number}") for number in range(5_000)]
    rows[2_499]["原值"] = "壹佰元"
    report = await send(clerk, rows, encoding)
    assert counts(report) == (4_999, 0, 1)
    ((number, pointer, code),) = wrong(report)
    assert (number, pointer, code) == (2_501, "/rows/2501/原值", "bad_format")
    (bad,) = (one for one in report["rows"] if one["outcome"] == "rejected")
    assert bad["errors"][0]["message"].startswith("第 2501 行“原值”格式不对")
    whole = (await clerk.get("/v1/totals")).json()["whole"]
    assert (whole["assets"], whole["value"]) == (4_999, "499900.00")
    rows[2_499]["原值"] = "100.00"
    assert counts(await send(clerk, rows, encoding)) == (1, 4_999, 0)


async def test_what_goes_out_comes_in_again_and_changes_nothing(clerk: httpx.AsyncClient, project_id: str) -> None:
    body = asset(
        project_id,
        operation_plan="由嘎查发包。\n年租金 6%。",
        risk_controls="=保证金一年",
        photovoltaic=True,
        useful_life_years=20,
    )
    made = (await clerk.post("/v1/assets", json=body)).json()
    renamed = {"name": "标准化棚圈", "holds_on": "2024-02-01", "document": "更名通知"}
    assert (await clerk.post(f"/v1/assets/{made['asset_id']}/amendments", json=renamed)).status_code == 201
    before = (await clerk.get(f"/v1/assets/{made['asset_id']}/history")).json()
    for path in ("/v1/assets.csv", "/v1/assets.xlsx"):
        given = await clerk.get(path)
        assert given.status_code == 200
        kind = given.headers["content-type"].split(";")[0]
        taken = await clerk.post("/v1/assets/files", content=given.content, headers={"Content-Type": kind})
        assert counts(taken.json()) == (0, 1, 0), taken.text
        assert taken.json()["rows"][0]["id"] == made["asset_id"]
    assert (await clerk.get(f"/v1/assets/{made['asset_id']}/history")).json() == before
    lines = list(csv.DictReader(io.StringIO((await clerk.get("/v1/assets.csv")).content.decode("utf-8-sig"))))
    assert [(one["资产名称"], one["资产状态"], one["资产编号"], one["原值"]) for one in lines] == [
        ("标准化棚圈", "在用", made["asset_id"], "1200000.00")
    ]


async def test_a_file_of_before_a_change_says_nothing_new(clerk: httpx.AsyncClient, project_id: str) -> None:
    await send(clerk, [row()])
    (stored,) = (await clerk.get("/v1/assets")).json()["items"]
    renamed = {"name": "标准化棚圈", "holds_on": "2024-02-01", "document": "更名通知"}
    await clerk.post(f"/v1/assets/{stored['asset_id']}/amendments", json=renamed)
    assert counts(await send(clerk, [row()])) == (0, 1, 0)
    assert (await clerk.get(f"/v1/assets/{stored['asset_id']}")).json()["name"] == "标准化棚圈"


async def test_other_content_under_a_known_code_is_refused(clerk: httpx.AsyncClient, project_id: str) -> None:
    await send(clerk, [row()])
    report = await send(clerk, [row(原值="200.00", 坐落="乌兰嘎查")])
    assert wrong(report) == [(2, "/rows/2/资产编码", "asset_code_taken")]
    assert "（坐落、原值）" in report["rows"][0]["errors"][0]["message"]
    (stored,) = (await clerk.get("/v1/assets")).json()["items"]
    assert stored["original_value"] == "100.00"


async def test_a_code_twice_in_one_file(clerk: httpx.AsyncClient, project_id: str) -> None:
    report = await send(clerk, [row(), row(), row(资产名称="别的")])
    assert counts(report) == (1, 1, 1)
    assert report["rows"][0]["id"] == report["rows"][1]["id"]
    assert wrong(report) == [(4, "/rows/4/资产编码", "code_repeated")]


async def test_rows_are_held_to_the_funds_one_after_the_other(clerk: httpx.AsyncClient, project_id: str) -> None:
    values = ("1000000.00", "500000.02", "500000.01")
    report = await send(clerk, [row(资产编码=f"A-{n}", 原值=value) for n, value in enumerate(values)])
    assert wrong(report) == [(3, "/rows/3/原值", "assets_exceed_funds")]
    assert counts(report) == (2, 0, 1)


@pytest.mark.parametrize(
    ("changes", "title", "code"),
    [
        ({"项目编码": "没有这个"}, "项目编码", "unknown_project"),
        ({"行政区划": "150625999999"}, "行政区划", "unknown_division"),
        ({"行政区划": "150621100000", "区划名称": ""}, "行政区划", "unknown_division"),
        ({"区划名称": "树林召镇"}, "区划名称", "division_name_differs"),
        ({"资产类别": "扶贫资产"}, "资产类别", "not_in_list"),
        ({"是否不动产": "不知道"}, "是否不动产", "not_in_list"),
        ({"取得日期": "2023-02-30"}, "取得日期", "bad_date"),
        ({"取得日期": "2022-01-01"}, "取得日期", "acquired_before_project"),
        ({"资产名称": ""}, "资产名称", "required"),
        ({"原值": "0"}, "原值", "amount_not_positive"),
        ({"资产编码": "棚圈一号"}, "资产编码", "bad_format"),
    ],
)
async def test_a_bad_cell_is_named(
    clerk: httpx.AsyncClient, project_id: str, changes: dict[str, str], title: str, code: str
) -> None:
    report = await send(clerk, [row(), row(**{"资产编码": "A-2", **changes})])
    assert wrong(report) == [(3, f"/rows/3/{title}", code)]
    assert f"第 3 行“{title}”" in report["rows"][1]["errors"][0]["message"]
    assert counts(report) == (1, 0, 1)


async def test_equity_needs_its_terms_in_a_sheet_too(clerk: httpx.AsyncClient, project_id: str) -> None:
    report = await send(clerk, [row(资产形态="权益（股权、债权）类资产")])
    places = [f"/rows/2/{title}" for title in ("股权退出办法", "股权处置方式")]
    assert wrong(report) == [(2, place, "equity_terms_missing") for place in places]
    assert "规划第三章第四节" in report["rows"][0]["errors"][0]["message"]


async def test_a_filled_template_is_taken(clerk: httpx.AsyncClient, project_id: str) -> None:
    blank = await clerk.get("/v1/assets/template.xlsx")
    book = load_workbook(io.BytesIO(blank.content))
    assert book.sheetnames[:2] == ["数据", "填写说明"]
    data = book["数据"]
    titles = [cell.value for cell in data[1]]
    assert titles == LAYOUT.titles
    data.append([ROW.get(str(title)) for title in titles])
    out = io.BytesIO()
    book.save(out)
    form = {"file": ("资产.xlsx", out.getvalue())}
    answer = await clerk.post("/v1/assets/files", files=form)
    assert (answer.status_code, counts(answer.json())) == (201, (1, 0, 0)), answer.text
    assert answer.json()["name"] == "资产.xlsx"
    assert [note["code"] for note in answer.json()["rows"][0]["notes"]] == ["date_normalised"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_file"),
        ("姓名,电话\n张三,1\n".encode(), "sheet_layout"),
        (sheet([row()]).splitlines()[0], "empty_sheet"),
        (sheet([{**ROW, "单价": "1"}]), "sheet_layout"),
        (b"\xff\xfe" + "项目编码".encode("utf-16-le"), "file_encoding"),
    ],
)
async def test_what_is_no_sheet_of_ours_is_refused_whole(clerk: httpx.AsyncClient, content: bytes, code: str) -> None:
    answer = await clerk.post("/v1/assets/files", content=content, headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_same_key_answers_the_same(clerk: httpx.AsyncClient, project_id: str) -> None:
    headers = {**CSV, "Idempotency-Key": "f-1"}
    first, again = [
        await clerk.post("/v1/assets/files", content=sheet([row()]), headers=headers) for _ in range(2)
    ]  # fmt: skip
    assert counts(first.json()) == counts(again.json()) == (1, 0, 0)
    other = await clerk.post("/v1/assets/files", content=sheet([row(资产编码="B")]), headers=headers)
    assert other.json()["code"] == "idempotency_key_reused"


async def test_the_address_of_files_takes_files_only(clerk: httpx.AsyncClient) -> None:
    answer = await clerk.request("OPTIONS", "/v1/assets/files")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_one_file_sent_by_two_at_once_is_registered_once(clerk: httpx.AsyncClient, project_id: str) -> None:
    rows = [row(资产编码=f"A-{number}") for number in range(200)]
    reports = await asyncio.gather(*(send(clerk, rows) for _ in range(3)))
    assert sorted(map(counts, reports)) == [(0, 200, 0), (0, 200, 0), (200, 0, 0)]
    assert (await clerk.get("/v1/totals")).json()["whole"]["assets"] == 200
