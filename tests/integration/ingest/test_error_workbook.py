"""The error workbook of a submission: what is to be corrected, row by row, and back again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import openpyxl
from structlog.testing import capture_logs

from services.ingest.resubmissions import service
from shared.db import transaction
from shared.feeds.catalogue import FEEDS
from shared.sheets import read
from tests.integration.ingest.conftest import SETTLEMENT, Api, Record, id_number, settlement
from tests.integration.ingest.test_quarantine import WRONG_SUM, correct, refuse

HOUSEHOLD = "rural-revitalization/household"


async def refused(api: Api, *records: Any, feed: str = SETTLEMENT) -> tuple[str, list[str]]:
    """The submission of these records, and the ids of the entries that they become."""
    ids = await refuse(api, *records, feed=feed)
    [row] = await api.rows("SELECT submission_id FROM submission ORDER BY received_at DESC LIMIT 1")
    return str(row["submission_id"]), ids


async def workbook(api: Api, submission: str) -> bytes:
    answer = await api.get(f"/v1/submissions/{submission}/errors.xlsx")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


def cells(content: bytes) -> list[Record]:
    """The rows of the sheet by title, empty cells left out."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    titles, *rows = sheet.iter_rows(values_only=True)
    return [{title: cell for title, cell in zip(titles, row, strict=True) if cell} for row in rows]


def records(content: bytes, feed: str, folder: Path) -> list[Any]:
    path = folder / "back.xlsx"
    path.write_bytes(content)
    department, _, kind = feed.partition("/")
    return list(read(FEEDS[department, kind], path))


async def test_what_is_to_be_corrected_comes_in_its_order_and_reads_back(api: Api, tmp_path: Path) -> None:
    bad = [settlement("b", **WRONG_SUM, person=2), settlement("a", setting="=1+1"), settlement("c", **WRONG_SUM)]
    submission, ids = await refused(api, settlement("ok"), *bad, "no object")
    with capture_logs() as logs:
        content = await workbook(api, submission)
    assert [line["submission_id"] for line in logs if line["event"] == "error_workbook_given"] == [submission]
    rows = cells(content)
    assert [row.get("记录主键") for row in rows] == ["b", "a", "c", None]
    assert [row["quarantine_id"] for row in rows] == ids
    assert rows[0]["身份证号"] == id_number(2)
    assert rows[1]["就医类别"] == "'=1+1"
    assert "“就医类别”只能填：" in rows[1]["处理结果"]
    assert all(row["处理结果"].startswith("未接收") for row in rows)
    back = records(content, SETTLEMENT, tmp_path)
    assert [record.quarantine_id for record in back] == ids
    assert [record.record for record in back[:3]] == bad


async def test_what_is_corrected_is_not_in_the_next(api: Api) -> None:
    submission, ids = await refused(api, *[settlement(f"s{i}", person=i, **WRONG_SUM) for i in range(3)])
    assert (await correct(api, ids[1], settlement("s1", person=1))).status_code == 201
    assert [row["quarantine_id"] for row in cells(await workbook(api, submission))] == [ids[0], ids[2]]
    await api.push(settlement("s0"), settlement("s2", person=2))
    gone = await api.get(f"/v1/submissions/{submission}/errors.xlsx")
    assert (gone.status_code, gone.json()["code"]) == (404, "nothing_to_correct")


async def test_a_household_is_a_row_a_member_and_each_says_its_own(api: Api, tmp_path: Path) -> None:
    feed = FEEDS["rural-revitalization", "household"]
    good: Record = {**feed.examples[0]}
    [head] = good["members"]
    others = [{**head, "id_number": id_number(i), "relation": "son"} for i in range(2)]
    bad = {**good, "members": [head, {**others[0], "relation": "nobody"}, others[1]]}
    submission, [entry_id] = await refused(api, bad, feed=HOUSEHOLD)
    content = await workbook(api, submission)
    rows = cells(content)
    assert len(rows) == len(bad["members"])
    assert {row["quarantine_id"] for row in rows} == {entry_id}
    assert {row["户编号"] for row in rows} == {good["household_no"]}
    assert ["这一行没有错误" in row["处理结果"] for row in rows] == [True, False, True]
    assert "“与户主关系”" in rows[1]["处理结果"]
    [back] = records(content, HOUSEHOLD, tmp_path)
    assert (back.record, back.quarantine_id) == (bad, entry_id)


async def test_one_workbook_has_its_bound(api: Api) -> None:
    """As many records as there is room for, and whole ones."""
    submission, ids = await refused(api, *[settlement(f"s{i}", person=i, **WRONG_SUM) for i in range(3)])
    async with transaction(api.app.state.engine) as conn:
        entries = await service.waiting(conn, UUID(submission))
    sealer = api.app.state.intake.sealer
    assert [row["quarantine_id"] for row in cells(service.workbook(sealer, entries, 2))] == ids[:2]
    assert [row["quarantine_id"] for row in cells(service.workbook(sealer, entries, 0))] == ids[:1]


async def test_only_the_department_has_it(api: Api) -> None:
    submission, _ = await refused(api, settlement("a", **WRONG_SUM))
    path = f"/v1/submissions/{submission}/errors.xlsx"
    own = await api.get(path, api.bearer("department", "medical-insurance"))
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "no-store"
    assert "医疗费用结算-错误工作簿" in unquote(own.headers["Content-Disposition"])
    other = await api.get(path, api.bearer("department", "housing"))
    unknown = await api.get("/v1/submissions/018f3c1e-7b0a-7c11-9d4e-0f2f6b1c2a33/errors.xlsx")
    assert other.status_code == unknown.status_code == 404
    assert {**other.json(), "trace_id": ""} == {**unknown.json(), "trace_id": ""}
    assert (await api.get(path, api.bearer("auditor"))).status_code == 403
