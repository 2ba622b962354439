"""The error workbook 错误工作簿: the clerk's own rows in their order with what became of each, to be put right and sent
again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from shared.errors import FieldError
from shared.feeds.domain import Feed
from shared.sheets.blank import DataSheet, opened
from shared.sheets.cells import guarded, unguarded
from shared.sheets.domain import MAX_CELL, OUTCOME_TITLE, QUARANTINE_TITLE, SheetRecord
from shared.sheets.layout import columns

_TAKEN = "已接收"
OF_ANOTHER_ROW = "未接收：这一行没有错误，同一条记录的其他行有"
"""Said of a row that has no error itself."""
_SHOWN_ERRORS = 20
_ROW = re.compile(r"^第 [0-9]+ 行：?")
_EXTRA = ((OUTCOME_TITLE, 70, False), (QUARANTINE_TITLE, 38, True))


class ErrorRow(NamedTuple):
    """One row. `cells` are in the order of the titles, as text; `errors` are those of this row (pointers
    `/rows/17/个人自付`, or `/records/3/self_paid` of a record sent as JSON); no errors: the row was taken, which
    `outcome` may say in other words."""

    cells: Sequence[str]
    errors: Sequence[FieldError] = ()
    quarantine_id: str | None = None
    outcome: str | None = None


def rejected_rows(record: SheetRecord, errors: Sequence[FieldError], quarantine_id: str | None) -> Iterator[ErrorRow]:
    """The clerk's own rows of a rejected record, each with its own errors (located, see `locate`); a row without one
    says that another row of the record has it."""
    for row, cells in zip(record.rows, record.raw_cells, strict=True):
        own = [error for error in errors if error["pointer"].split("/")[2] == str(row)]
        yield ErrorRow(cells, own, quarantine_id, None if own else OF_ANOTHER_ROW)


def error_workbook(
    feed: Feed,
    rows: Iterable[ErrorRow | tuple[Sequence[str], Sequence[FieldError], str | None]],
    path: Path,
    titles: Sequence[str] | None = None,
) -> int:
    """Write the rows under `titles` (the file's own; the template's by default), coloured where they are wrong, with a
    column 处理结果 and a hidden `quarantine_id`, which `read` knows again; the number of rows. Columns of an earlier
    error workbook among the titles are replaced."""
    own = [column.title for column in columns(feed)] if titles is None else list(titles)
    kept = [index for index, title in enumerate(own) if title.strip() not in (OUTCOME_TITLE, QUARANTINE_TITLE)]
    with opened(path) as book:
        data = DataSheet(book, feed, [own[index] for index in kept], _EXTRA)
        marker = _Marker(book, feed, data)
        count = 0
        for count, row in enumerate(rows, 1):
            full = ErrorRow(*row)
            marker.write(count, full._replace(cells=[*_picked(full.cells, kept)]))
        data.sheet.autofilter(0, 0, max(count, 1), len(kept))
        return count


def _picked(cells: Sequence[str], kept: Sequence[int]) -> list[str]:
    return [cells[index] if index < len(cells) else "" for index in kept]


class _Marker:
    """Writes one row after another, with the formats that say what is wrong."""

    def __init__(self, book: Workbook, feed: Feed, data: DataSheet) -> None:
        self._data = data
        self._wrong: Format = book.add_format({"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self._why: Format = book.add_format({"num_format": "@", "text_wrap": True, "font_color": "#9C0006"})
        self._titles = {column.field: column.title for column in columns(feed)}

    def write(self, number: int, row: ErrorRow) -> None:
        """Write one row under the titles."""
        sheet, titles = self._data.sheet, self._data.titles
        wrong = {self._title(error["pointer"]) for error in row.errors}
        for index, (title, cell) in enumerate(zip(titles, row.cells, strict=True)):
            style = self._wrong if title in wrong else self._data.text
            if cell:
                sheet.write_string(number, index, guarded(unguarded(cell))[:MAX_CELL], style)
            elif title in wrong:
                sheet.write_blank(number, index, None, style)
        sheet.write_string(number, len(titles), _words(row)[:MAX_CELL], self._why if row.errors else self._data.text)
        if row.quarantine_id:
            sheet.write_string(number, len(titles) + 1, row.quarantine_id)

    def _title(self, pointer: str) -> str:
        """The column a pointer leads to, of a sheet or of a JSON record; members' positions are left out."""
        _, kind, _, *rest = [*pointer.split("/"), "", ""]
        path = [step for step in rest if step]
        if kind == "rows":
            return "/".join(path).replace("~1", "/").replace("~0", "~")
        known = self._titles.get("/".join(step for step in path if not step.isdigit()))
        return known or (self._titles.get(path[0], "") if path else "")


def _words(row: ErrorRow) -> str:
    if not row.errors:
        return row.outcome or _TAKEN
    # The row is beside it, and has another number than in the file that was sent.
    messages = [_ROW.sub("", error["message"]) for error in row.errors[:_SHOWN_ERRORS]]
    if len(messages) > 1:
        messages = [f"{number}. {message}" for number, message in enumerate(messages, 1)]
    return "\n".join([row.outcome or "未接收：", *messages])
