"""The template of a feed: a sheet 数据 with titles, formats and drop-downs, 填写说明, and a hidden sheet that says
which feed it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shared.feeds.domain import Feed
from shared.sheets.domain import MAX_CELL, MAX_ROWS, Column, Form
from shared.sheets.guide import write_guide
from shared.sheets.layout import columns
from shared.sheets.workbook import DATA_SHEET, HIDDEN_SHEET

_WIDTHS: Mapping[Form, int] = MappingProxyType(
    {
        "text": 18,
        "code": 22,
        "amount": 14,
        "integer": 12,
        "flag": 10,
        "day": 13,
        "month": 12,
        "instant": 26,
        "choice": 16,
    }
)
_HEADER = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "num_format": "@"}
_MUST, _MAY = "#F8CBAD", "#DDEBF7"


def template(feed: Feed) -> bytes:
    """An XLSX to be filled in."""
    out = io.BytesIO()
    with opened(out) as book:
        DataSheet(book, feed).fill(())
    return out.getvalue()


@contextmanager
def opened(target: Path | io.BytesIO) -> Iterator[Workbook]:
    """A workbook that keeps one row in memory and takes no text for a formula, a link or a number."""
    book = Workbook(
        str(target) if isinstance(target, Path) else target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    with book:
        yield book


class DataSheet:
    """The sheet 数据 of a workbook and its companions. Rows are written once, from top to bottom; `extra` are columns
    after the template's own, (title, width, hidden)."""

    def __init__(
        self,
        book: Workbook,
        feed: Feed,
        titles: Sequence[str] | None = None,
        extra: Sequence[tuple[str, int, bool]] = (),
    ) -> None:
        self.sheet: Worksheet = book.add_worksheet(DATA_SHEET)
        self.text: Format = book.add_format({"num_format": "@"})
        by_title = {column.title: column for column in columns(feed)}
        self.titles = list(by_title) if titles is None else list(titles)
        self._columns = [by_title.get(title) for title in self.titles]
        self._extra = extra
        self._head(book)
        write_guide(book, feed)
        self._drop_downs(book.add_worksheet(HIDDEN_SHEET), feed)

    def fill(self, rows: Iterable[Sequence[str]]) -> int:
        """Write the rows under the titles; how many there were."""
        count = 0
        write, text = self.sheet.write_string, self.text
        for count, row in enumerate(rows, 1):
            for index, cell in enumerate(row):
                if cell:
                    write(count, index, cell[:MAX_CELL], text)
        return count

    def _head(self, book: Workbook) -> None:
        must = book.add_format(_HEADER | {"bg_color": _MUST})
        may = book.add_format(_HEADER | {"bg_color": _MAY})
        for index, (title, column) in enumerate(zip(self.titles, self._columns, strict=True)):
            self.sheet.set_column(index, index, _WIDTHS.get(column.form, 18) if column else 18, self.text)
            self.sheet.write_string(0, index, title, must if column and column.required else may)
        for index, (title, width, hidden) in enumerate(self._extra, len(self.titles)):
            self.sheet.set_column(index, index, width, self.text, {"hidden": hidden})
            self.sheet.write_string(0, index, title, may)
        self.sheet.set_row(0, 32)
        self.sheet.freeze_panes(1, 0)

    def _drop_downs(self, hidden: Worksheet, feed: Feed) -> None:
        """Lists stand in the hidden sheet below the feed's name: in the rule itself 255 characters are the end."""
        lists = [column for column in self._columns if column and column.form == "choice" and column.codes]
        words = [list(column.codes.titles.values()) for column in lists if column.codes]
        hidden.write_string(0, 0, feed.name)
        for number in range(max(map(len, words), default=0)):
            for index, names in enumerate(words):
                if number < len(names):
                    hidden.write_string(number + 1, index, names[number])
        hidden.hide()
        for index, (column, names) in enumerate(zip(lists, words, strict=True)):
            letter = _letter(index)
            self._rule(column, f"={HIDDEN_SHEET}!${letter}$2:${letter}${len(names) + 1}")
        for found in self._columns:
            if found and found.form == "flag":
                self._rule(found, ["是", "否"])

    def _rule(self, column: Column, source: str | list[str]) -> None:
        at = self._columns.index(column)
        options: dict[str, Any] = {
            "validate": "list",
            "source": source,
            "error_title": column.title[:32],
            "error_message": "请从下拉列表中选择，或留空；可选的内容见“填写说明”。",
        }
        self.sheet.data_validation(1, at, MAX_ROWS, at, options)


def _letter(index: int) -> str:
    first, last = divmod(index, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
