"""Projects as spreadsheets: each row judged by itself, each source of funds a column, nothing twice."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from tests.integration.assets.conftest import project
from tests.integration.assets.test_files import CSV, counts, sheet, wrong

CENTRAL, BANNER_FUND = "中央财政衔接（扶贫）资金", "旗区级财政衔接（扶贫）资金"
ROW = {
    "项目编码": "HJ-2023-0017", "项目名称": "锡尼镇肉羊养殖项目", "年度": "2023", "项目类别": "种养殖加工服务类",
    "项目状态": "验收", "行政区划": "150625000000", "区划名称": "杭锦旗", "主管部门": "杭锦旗农牧局",
    "总投资": "1500000.01", "验收日期": "2023-11-20", CENTRAL: "1,200,000.01", BANNER_FUND: "300000",
}  # fmt: skip


async def send(clerk: httpx.AsyncClient, *rows: dict[str, str], encoding: str = "utf-8-sig") -> dict[str, Any]:
    answer = await clerk.post("/v1/projects/files", content=sheet(rows, encoding), headers=CSV)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_sheet_says_the_same_as_the_body(clerk: httpx.AsyncClient) -> None:
    report = await send(clerk, ROW, encoding="gb18030")
    assert counts(report) == (1, 0, 0), report
    stored = (await clerk.get(f"/v1/projects/{report['rows'][0]['id']}")).json()
    assert [(one["source"], one["amount"]) for one in stored["funds"]] == [
        ("central_fiscal", "1200000.01"), ("banner_fiscal", "300000.00"),
    ]  # fmt: skip
    assert (await clerk.post("/v1/projects", json=project())).json()["code"] == "project_code_taken"
    assert counts(await send(clerk, ROW)) == (0, 1, 0)


async def test_other_content_is_refused_and_a_change_is_asked_for(clerk: httpx.AsyncClient) -> None:
    await send(clerk, ROW)
    report = await send(clerk, {**ROW, "总投资": "1500000.00", CENTRAL: "1200000"})
    assert wrong(report) == [(2, "/rows/2/项目编码", "project_code_taken")]
    assert "请登记项目变动" in report["rows"][0]["errors"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "title", "code"),
    [
        ({CENTRAL: "1200000.02"}, "总投资", "funds_do_not_sum"),
        ({BANNER_FUND: "0"}, BANNER_FUND, "amount_not_positive"),
        ({"年度": "2011"}, "年度", "year_out_of_range"),
        ({"验收日期": ""}, "验收日期", "required"),
        ({"行政区划": "150621000000", "区划名称": ""}, "行政区划", "unknown_division"),
        ({"区划名称": "达拉特旗"}, "区划名称", "division_name_differs"),
        ({"项目类别": "养羊"}, "项目类别", "not_in_list"),
        ({"主管部门": ""}, "主管部门", "required"),
    ],
)
async def test_a_bad_cell_is_named_and_the_good_row_registered(
    clerk: httpx.AsyncClient, changes: dict[str, str], title: str, code: str
) -> None:
    report = await send(clerk, ROW, {**ROW, "项目编码": "P-2", **changes})
    assert (3, f"/rows/3/{title}", code) in wrong(report)
    assert {row for row, _, _ in wrong(report)} == {3}
    assert all(f"第 3 行“{title}”" in e["message"] for e in report["rows"][1]["errors"] if e["pointer"].endswith(title))
    assert counts(report) == (1, 0, 1)


async def test_what_goes_out_comes_in_again(clerk: httpx.AsyncClient) -> None:
    await send(clerk, ROW, {**ROW, "项目编码": "P-2"})
    for path in ("/v1/projects.csv", "/v1/projects.xlsx"):
        given = await clerk.get(path)
        kind = given.headers["content-type"].split(";")[0]
        taken = await clerk.post("/v1/projects/files", content=given.content, headers={"Content-Type": kind})
        assert counts(taken.json()) == (0, 2, 0), taken.text
    lines = list(csv.DictReader(io.StringIO((await clerk.get("/v1/projects.csv")).content.decode("utf-8-sig"))))
    assert [line[CENTRAL] for line in lines] == ["1200000.01"] * 2
    blank = await clerk.get("/v1/projects/template.xlsx")
    empty = await clerk.post(
        "/v1/projects/files", content=blank.content, headers={"Content-Type": blank.headers["content-type"]}
    )
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_sheet")
