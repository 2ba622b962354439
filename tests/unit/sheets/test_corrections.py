"""The error workbook: the clerk's rows with what is wrong, put right and read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from shared.errors import FieldError
from shared.sheets import ErrorRow, columns, error_workbook, read, rows_of
from tests.unit.feeds.support import PREPARER
from tests.unit.sheets.support import HOUSEHOLD, SETTLEMENT, cells, csv_of, errors_of, example, only

TITLES, ROW = cells(SETTLEMENT)
QID = "0192f0c1-7d1e-7000-8000-000000000001"


def wrong(feed: Any, record: Any) -> list[FieldError]:
    return errors_of(feed, record)


def test_fix_the_cells_and_read_again(tmp_path: Path) -> None:
    bad = list(ROW)
    bad[TITLES.index("医疗总费用")] = "一万八"
    bad[TITLES.index("姓名")] = ""
    titles = [*TITLES[3:], *TITLES[:3]]
    turned = [[*row[3:], *row[:3]] for row in (ROW, bad)]
    good, refused = read(SETTLEMENT, csv_of([titles, *turned]))
    path = tmp_path / "错误.xlsx"
    rows = [
        ErrorRow(good.raw_cells[0], (), None, "已接收（新增）"),
        ErrorRow(refused.raw_cells[0], errors_of(SETTLEMENT, refused), QID),
    ]
    assert error_workbook(SETTLEMENT, rows, path, titles) == 2

    book = load_workbook(path)
    sheet = book["数据"]
    assert [cell.value for cell in sheet[1]] == [*titles, "处理结果", "quarantine_id"]
    assert sheet.column_dimensions[sheet.cell(1, len(titles) + 2).column_letter].hidden
    assert sheet.cell(2, len(titles) + 1).value == "已接收（新增）"
    told = str(sheet.cell(3, len(titles) + 1).value)
    assert "医疗总费用" in told
    assert "姓名" in told
    coloured = {titles[cell.column - 1] for cell in sheet[3] if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert coloured == {"医疗总费用", "姓名"}

    sheet.cell(3, titles.index("医疗总费用") + 1).value = "18600.00"
    sheet.cell(3, titles.index("姓名") + 1).value = "某某"
    book.save(path)
    again = list(read(SETTLEMENT, path))
    assert [record.record for record in again] == [good.record, good.record]
    assert [record.quarantine_id for record in again] == [None, QID]
    assert not any(record.notes or record.errors for record in again)


def test_an_error_workbook_of_an_error_workbook_has_its_columns_once(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    error_workbook(SETTLEMENT, [(ROW, [], QID)], first, TITLES)
    reading = read(SETTLEMENT, first)
    (record,) = reading
    error_workbook(SETTLEMENT, [(record.raw_cells[0], [], record.quarantine_id)], second, reading.titles)
    assert [cell.value for cell in load_workbook(second)["数据"][1]] == [*TITLES, "处理结果", "quarantine_id"]


def test_rejected_json_records_are_laid_out_as_rows(tmp_path: Path) -> None:
    member = HOUSEHOLD.examples[0]["members"][0]
    record = example(HOUSEHOLD, base_status="=cmd()", members=[member, member | {"labour": "超人"}])
    (refused,) = PREPARER.records(HOUSEHOLD, [record])
    layout = columns(HOUSEHOLD)
    path = tmp_path / "x.xlsx"
    error_workbook(HOUSEHOLD, [(row, refused.errors, QID) for row in rows_of(record, layout)], path)  # type: ignore[union-attr]
    sheet = load_workbook(path)["数据"]
    titles = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, titles.index("户基础类型") + 1).value == "'=cmd()"
    coloured = {titles[cell.column - 1] for cell in sheet[3] if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert {"户基础类型", "劳动技能"} <= coloured
    (again,) = read(HOUSEHOLD, path)
    assert again.record["base_status"] == "=cmd()"
    assert again.quarantine_id == QID


def test_formula_like_cells_are_exported_with_an_apostrophe_once(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    row = ["=HYPERLINK(1)" if title == "姓名" else cell for title, cell in zip(TITLES, ROW, strict=True)]
    for _ in range(3):
        error_workbook(SETTLEMENT, [(row, [], QID)], path, TITLES)
        sheet = load_workbook(path)["数据"]
        assert sheet.cell(2, TITLES.index("姓名") + 1).value == "'=HYPERLINK(1)"
        (record,) = read(SETTLEMENT, path)
        assert record.record["name"] == "=HYPERLINK(1)"
        row = list(record.raw_cells[0][: len(TITLES)])


def test_raw_cells_are_the_clerks_own() -> None:
    source = csv_of(cells(SETTLEMENT, 医疗总费用=" 1,234.5 "))
    assert " 1,234.5 " in only(SETTLEMENT, source).raw_cells[0]
