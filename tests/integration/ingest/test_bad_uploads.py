"""What comes in by mistake or on purpose (trust §3), by every door of ingest: a clear 4xx or a refused file with words,
never a 5xx, and nothing of it stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Any

import httpx
import openpyxl
import orjson
import pytest
import pytest_asyncio

from services.ingest.reading.service import read_next
from services.local.postgres import Postgres
from shared.clock import SHANGHAI
from shared.sheets import columns, rows_of
from tests.integration.ingest.conftest import SETTLEMENT, Api, Record, settlement
from tests.support.doors import opened
from tests.unit.sheets.support import SETTLEMENT as FEED
from tests.unit.sheets.support import book, csv_of, parts, saved, zipped

pytestmark = pytest.mark.asyncio(loop_scope="module")
FILES, PUSH = f"/v1/feeds/{SETTLEMENT}/files", f"/v1/feeds/{SETTLEMENT}/submissions"
SHEET = "xl/worksheets/sheet1.xml"
TITLES = [column.title for column in columns(FEED)]
BRACKETS = b"[" * 50_000_000
ENDLESS = b"9" * 1_000_000
Content = Callable[[], bytes]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """One for all: what each test leaves behind is nothing."""
    url = postgres.create_database("ingest_bad_uploads", template("ingest"))
    async with opened(url, tmp_path_factory.mktemp("issuer")) as made:
        yield made
    postgres.drop_database("ingest_bad_uploads")


def row(**by_title: Any) -> list[Any]:
    """A good settlement's cells, some replaced."""
    [cells] = rows_of(settlement(), columns(FEED))
    return list({**dict(zip(TITLES, cells, strict=True)), **by_title}.values())


def workbook(*rows: list[Any], **how: Any) -> bytes:
    return saved(book([TITLES, *rows], **how)).getvalue()


def table(*rows: list[Any]) -> bytes:
    return csv_of([TITLES, *rows]).getvalue()


def patched(old: bytes, new: bytes, *rows: list[Any]) -> bytes:
    """A workbook whose sheet says something else in one place."""
    content = parts(io.BytesIO(workbook(*rows)))
    assert old in content[SHEET]
    return zipped({**content, SHEET: content[SHEET].replace(old, new, 1)}).getvalue()


def bomb() -> bytes:
    out = io.BytesIO(workbook(row()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/bomb.xml", b"<x>" + b" " * 70_000_000 + b"</x>")
    return out.getvalue()


def liar() -> bytes:
    """Says that its sheet is small, and goes on."""
    content = parts(io.BytesIO(workbook(row())))
    content[SHEET] = content[SHEET].replace(b"</sheetData>", b" " * 30_000_000 + b"</sheetData>")
    data = bytearray(zipped(content).getvalue())
    size = len(content[SHEET]).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1_000).to_bytes(4, "little")
    return bytes(data)


def merged() -> bytes:
    made = book([["结算表"], TITLES, row()])
    made.active.merge_cells("A1:T1")
    return saved(made).getvalue()


async def send(api: Api, content: Any, name: str = "a.csv", **params: Any) -> httpx.Response:
    return await api.client.post(FILES, files={"file": (name, content)}, headers=api.bearer(), params=params)


async def job_of(api: Api, answer: httpx.Response) -> Record:
    """The file's state once the worker has read it."""
    assert answer.status_code == 202, answer.text
    while await read_next(api.app.state.engine, api.app.state.intake):
        pass
    found: Record = (await api.get(answer.headers["location"])).json()
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def nothing_stored(api: Api) -> AsyncIterator[None]:
    """No test that asks for this leaves a fact or a person behind."""
    before = await _facts(api)
    yield
    assert await _facts(api) == before


async def _facts(api: Api) -> tuple[int, ...]:
    [found] = await api.rows(
        "SELECT (SELECT count(*) FROM record_version), (SELECT count(*) FROM person),"
        " (SELECT count(*) FROM part WHERE publishable > 0)"
    )
    return tuple(found)


async def _count(api: Api, of: str) -> int:
    [[found]] = await api.rows(f"SELECT count(*) FROM {of}")
    return int(found)


def chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("a.xlsx", bomb, "file_too_large", "压缩炸弹"),
        ("a.xlsx", liar, "file_unreadable", "已损坏"),
        ("a.xlsx", merged, "sheet_layout", "合并单元格"),
        ("a.xlsx", lambda: workbook([*row(), *["x"] * 1_000]), "file_too_large", "200 列"),
        ("a.csv", lambda: csv_of([TITLES + [f"列{n}" for n in range(1_000)], row()]).getvalue(), ..., "200 列"),
        ("a.csv", lambda: BRACKETS, "file_unreadable", "第 1 行"),
        ("a.xlsx", lambda: BRACKETS, "file_unreadable", "XLSX"),
        ("a.csv", lambda: table(row(医疗总费用=ENDLESS.decode() * 2)), "file_unreadable", "第 2 行"),
        ("a.csv", lambda: table(row()) + b"a\0b", "file_encoding", "NUL"),
        (
            "a.csv",
            lambda: table(row()) + ",".join(row(姓名="\ud800")).encode("utf-8", "surrogatepass"),
            "file_encoding",
            "第 3 行",
        ),
        (
            "a.xlsx",
            lambda: patched(b"<sheetData>", b"<sheetData><row r='1048576'><c r='A1048576'/></row>", row()),
            "file_too_large",
            "行",
        ),
        (
            "a.xlsx",
            lambda: patched(b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'aa'>]><worksheet", row()),
            "file_unreadable",
            "已损坏",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_file_that_no_one_can_read_is_refused_in_words(
    api: Api, name: str, content: Content, code: Any, words: str
) -> None:
    submissions = await _count(api, "submission")
    job = await job_of(api, await send(api, content(), name))
    assert (job["state"], job["receipt"], job["errors_workbook"]) == ("refused", None, None)
    assert code in (job["problem"]["code"], ...), job["problem"]
    assert words in job["problem"]["detail"]
    assert await _count(api, "submission") == submissions


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    ("name", "content", "title", "code"),
    [
        (
            "a.xlsx",
            lambda: patched(b"<v>18600.5</v>", b"<v>" + ENDLESS + b"</v>", row(医疗总费用=18600.5)),
            "医疗总费用",
            "number_precision_lost",
        ),
        ("a.csv", lambda: table(row(医疗总费用="9" * 100_000)), "医疗总费用", "cell_too_long"),
        ("a.xlsx", lambda: patched("龘龘".encode(), "龘_x0000_龘".encode(), row()), "姓名", "cell_control_character"),
        ("a.xlsx", lambda: workbook(row(其他保险支付="=1+1")), "其他保险支付", "cell_broken"),
        ("a.csv", lambda: table(row(医疗总费用="=1+1")), "医疗总费用", "amount_format"),
        ("a.csv", lambda: table(row(姓名="'=HYPERLINK(1)")), "姓名", ...),
        ("a.xlsx", lambda: workbook(row(结算日期=20_000_000.0)), "结算日期", "date_format"),
    ],
    ids=["digits", "long digits", "NUL", "formula", "formula in text", "formula as name", "no serial"],
)
async def test_a_cell_that_no_one_can_read_is_named_and_the_row_not_stored(
    api: Api, name: str, content: Content, title: str, code: Any
) -> None:
    job = await job_of(api, await send(api, content(), name))
    assert (job["state"], job["counts"]["rejected"], job["counts"]["accepted"]) == ("complete", 1, 0)
    [line] = (await api.get(job["receipt"])).json()["records"]
    [error] = [error for error in line["errors"] if error["pointer"] == f"/rows/2/{title}"]
    assert code in (error["code"], ...), error
    assert chinese(error["message"])
    assert len(orjson.dumps(line)) < 5_000
    page = openpyxl.load_workbook(io.BytesIO((await api.get(job["errors_workbook"])).content)).worksheets[0]
    assert {cell.data_type for cells in page for cell in cells} <= {"s", "n"}, "no formula in what we hand out"


@pytest.mark.parametrize("from_1904", [False, True])
async def test_dates_of_both_date_systems_are_the_dates_they_show(api: Api, from_1904: bool) -> None:
    own = "s1904" if from_1904 else "s1900"
    changed = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI).replace(tzinfo=None)
    cells = row(记录主键=own, 结算日期=date(2026, 2, 20), 数据变更时间=changed)
    made = book([TITLES, cells], from_1904=from_1904)
    place = TITLES.index("生效日期") + 1
    made.active.cell(2, place).value = 46_073 - (1_462 if from_1904 else 0)
    job = await job_of(api, await send(api, saved(made).getvalue(), "a.xlsx"))
    receipt = (await api.get(job["receipt"])).json()
    assert receipt["counts"]["accepted"] == 1, receipt
    [note] = receipt["records"][0]["normalised"]
    assert (note["pointer"], note["code"]) == ("/rows/2/生效日期", "serial_date")
    assert ("1904" if from_1904 else "1900") in note["message"]
    assert await api.outcomes(settlement(own, effective_on="2026-02-20")) == ["duplicate"], (
        "equal to the record as JSON"
    )


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (BRACKETS, "application/json", 413, "body_too_large"),
        (BRACKETS[: 8 << 20], "application/json", 400, "malformed_json"),
        (BRACKETS, "application/x-ndjson", 413, "line_too_long"),
        (b'{"records":' + ENDLESS + b"}", "application/json", 422, "invalid_body"),
        (ENDLESS, "application/x-ndjson", 422, "all_rejected"),
        (b'{"source_id":"\0"}', "application/x-ndjson", 422, "all_rejected"),
        (b'{"source_id":"\xed\xa0\x80"}', "application/x-ndjson", 422, "all_rejected"),
        (b'{"source_id":"\\ud800"}', "application/x-ndjson", 422, "all_rejected"),
        (b"\xff\xfe[\0]\0", "application/x-ndjson", 422, "all_rejected"),
    ],
    ids=[
        "[ JSON",
        "8 MiB of [",
        "[ NDJSON",
        "digits",
        "digits NDJSON",
        "NUL",
        "surrogate bytes",
        "surrogate",
        "UTF-16",
    ],
)
async def test_a_body_that_is_none_is_a_problem(api: Api, body: bytes, media_type: str, status: int, code: str) -> None:
    answer = await api.post_bytes(PUSH, body, **{"Content-Type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text[:500]
    assert chinese(answer.json()["detail"])
    assert len(answer.content) < 10_000
