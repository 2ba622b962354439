"""Sheets written: a template to fill in, and the ledger under the same titles, so that what goes out can come in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

from services.assets.terms.sheets.layout import Layout
from services.assets.terms.sheets.reading import MAX_ROWS
from shared.codes import divisions
from shared.sheets.blank import opened
from shared.sheets.cells import guarded
from shared.sheets.domain import MAX_CELL, Column
from shared.sheets.places import how
from shared.sheets.rows import cell_of
from shared.sheets.workbook import DATA_SHEET, GUIDE_SHEET

_MUST, _MAY = "#F8CBAD", "#DDEBF7"
_WIDE = frozenset({"name", "place", "document", "operation_plan", "risk_controls", "equity_exit", "equity_disposal"})
_LEVELS = {"city": "市", "banner": "旗区", "township": "苏木乡镇"}
_HEAD = ("列名", "是否必填", "格式", "可填的内容", "说明")


def template(layout: Layout) -> bytes:
    """An XLSX to be filled in: 数据 with drop-downs, 填写说明, 区划."""
    out = io.BytesIO()
    with opened(out) as book:
        _data(book, layout, layout.titles, ())
        _guide(book, layout)
        places = (
            (d.code, divisions.path(d.code), _LEVELS[d.level]) for d in divisions.all_divisions() if d.level in _LEVELS
        )
        _listed(book, "区划", ("区划代码", "区划名称", "层级"), places)
    return out.getvalue()


def workbook(layout: Layout, records: Iterable[Mapping[str, Any]]) -> bytes:
    """The records as an XLSX, under the template's titles and those of `layout.own`."""
    out = io.BytesIO()
    with opened(out) as book:
        _data(book, layout, [*layout.titles, *layout.own], rows(layout, records))
    return out.getvalue()


def delimited(layout: Layout, records: Iterable[Mapping[str, Any]]) -> bytes:
    """The records as a CSV in UTF-8 with a byte order mark, under the same titles."""
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([*layout.titles, *layout.own])
    lines.writerows(rows(layout, records))
    return out.getvalue().encode("utf-8-sig")


def rows(layout: Layout, records: Iterable[Mapping[str, Any]]) -> Iterable[list[str]]:
    """The cells of each record: by field of a column, by title of an export's own."""
    for record in records:
        cells = [cell_of(record.get(column.name), column) for column in layout.columns]
        yield [guarded(cell) for cell in (*cells, *(str(record.get(title) or "") for title in layout.own))]


def _data(book: Workbook, layout: Layout, titles: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(DATA_SHEET)
    text = book.add_format({"num_format": "@"})
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "num_format": "@"}
    must, may = (book.add_format(look | {"bg_color": colour}) for colour in (_MUST, _MAY))
    columns: list[Column | None] = [*layout.columns, *(None for _ in titles[len(layout.columns) :])]
    for index, (title, column) in enumerate(zip(titles, columns, strict=True)):
        sheet.set_column(index, index, 30 if column and column.name in _WIDE else 16, text)
        sheet.write_string(0, index, title, must if column and column.required else may)
        offered = _offered(column)
        if offered:
            rule = {"validate": "list", "source": offered, "error_message": "请从下拉列表中选择，或留空。"}
            sheet.data_validation(1, index, MAX_ROWS, index, rule)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(cells, 1):
        for index, cell in enumerate(row):
            if cell:
                sheet.write_string(number, index, cell[:MAX_CELL], text)


def _offered(column: Column | None) -> list[str]:
    if column is not None and column.codes:
        return list(column.codes.titles.values())
    return ["是", "否"] if column is not None and column.form == "flag" else []


def _guide(book: Workbook, layout: Layout) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    bold = book.add_format({"bold": True, "font_size": 14})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    for index, width in enumerate((20, 10, 36, 40, 60)):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, f"{layout.title} 填写说明", bold)
    for number, rule in enumerate(layout.rules, 1):
        sheet.write_string(number, 0, f"{number}. {rule}")
    top = len(layout.rules) + 2
    for index, title in enumerate(_HEAD):
        sheet.write_string(top, index, title, cell)
    for number, column in enumerate(layout.columns, top + 1):
        words = "、".join(_offered(column))
        must = "必填" if column.required else "选填"
        for index, told in enumerate((column.title, must, how(column), words, column.text)):
            sheet.write_string(number, index, told, cell)


def _listed(book: Workbook, title: str, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "border": 1, "bg_color": _MAY})
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, len(headings), 22, text)
    for index, heading in enumerate(headings):
        sheet.write_string(0, index, heading, head)
    for number, line in enumerate(lines, 1):
        for index, told in enumerate(line):
            sheet.write_string(number, index, told, text)
    sheet.freeze_panes(1, 0)
