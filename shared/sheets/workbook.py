"""XLSX, read by calamine after the guard has let it through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    load_workbook,
)

from shared.sheets.domain import MAX_COLUMNS, Cell, Table
from shared.sheets.errors import EmptySheetError, LayoutError, UnreadableFileError
from shared.sheets.guard import Part, inspect

DATA_SHEET = "数据"
GUIDE_SHEET = "填写说明"
HIDDEN_SHEET = "_xianjie"
_SHOWN_RANGES = 5


def table(source: BinaryIO | Path) -> Table:
    """The rows of the data sheet: 数据, or else the first visible one.

    Raises UnreadableFileError, FileTooLargeError, EmptySheetError, LayoutError.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return table(stream)
    found = inspect(source)
    source.seek(0)
    try:
        with load_workbook(source) as book:
            name = _data_sheet(book)
            feed = _feed(book)
            sheet = book.get_sheet_by_name(name)
    except PasswordError:
        raise UnreadableFileError("工作簿有密码保护，请取消密码后重新上传") from None
    except CalamineError as wrong:
        raise UnreadableFileError("工作簿读不出来，可能已损坏；请用 Excel 或 WPS 打开后另存为 .xlsx 再上传") from wrong
    part = found.sheets.get(name, Part())
    _refuse_merged(part, name)
    return _table(sheet, part, from_1904=found.from_1904, feed=feed)


def _table(sheet: CalamineSheet, part: Part, *, from_1904: bool, feed: str | None) -> Table:
    if sheet.start is None:
        raise EmptySheetError("工作表是空的：第一行应为列名，下面每行一条记录")
    title_row, left = sheet.start[0] + 1, sheet.start[1]
    if left + sheet.width > MAX_COLUMNS:
        raise LayoutError(f"有 {left + sheet.width} 列，最多 {MAX_COLUMNS} 列，请使用下载的模板")
    titles = [str(cell) for cell in sheet.to_python(nrows=1)[0]]

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in enumerate(sheet.iter_rows(), 1):  # empty rows on top come too, empty columns do not
            if number > title_row and any(cell != "" for cell in cells):
                yield number, cells

    broken = {(row, column - left): what for (row, column), what in part.broken.items()}
    count = sum(1 for _ in rows())
    return Table(titles, title_row, count, rows, broken, from_1904, feed=feed)


def _data_sheet(book: CalamineWorkbook) -> str:
    if DATA_SHEET in book.sheet_names:
        return DATA_SHEET
    for sheet in book.sheets_metadata:
        if sheet.visible is SheetVisibleEnum.Visible and sheet.name != GUIDE_SHEET:
            return sheet.name
    raise EmptySheetError(f"工作簿里没有可见的数据表，应有一张名为“{DATA_SHEET}”的工作表")


def _feed(book: CalamineWorkbook) -> str | None:
    """The feed whose template this is, if it is one."""
    if HIDDEN_SHEET not in book.sheet_names:
        return None
    rows = book.get_sheet_by_name(HIDDEN_SHEET).to_python(nrows=1)
    return str(rows[0][0]) if rows and rows[0] else None


def _refuse_merged(part: Part, name: str) -> None:
    if part.merged:
        places = "、".join(part.merged[:_SHOWN_RANGES])
        raise LayoutError(
            f"工作表“{name}”有合并单元格（{places}{' 等' if len(part.merged) > _SHOWN_RANGES else ''}），"
            "读不准每一格属于哪一行；请取消合并、在每一行都填上内容，并让第一行就是列名"
        )
