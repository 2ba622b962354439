"""A sheet read as records of a feed, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shared.feeds.domain import Feed
from shared.sheets import delimited, workbook
from shared.sheets.assembly import Assembler
from shared.sheets.domain import Cell, SheetRecord, Table
from shared.sheets.errors import EmptySheetError, UnreadableFileError
from shared.sheets.layout import columns
from shared.sheets.titles import match

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf", b"%pdf")
_WORKBOOKS = (".xlsx", ".xlsm")


class Reading(Iterator[SheetRecord]):
    """The records of a sheet in the order of their last row (a household's members may stand apart). `rows` is how many
    rows of data there are, `format` csv or xlsx, `encoding` the CSV's, `titles` the file's own in their order."""

    def __init__(self, feed: Feed, table: Table, form: str) -> None:
        self.rows = table.count
        self.format = form
        self.encoding = table.encoding
        self.titles = list(table.titles)
        self._records = _records(feed, table)

    def __next__(self) -> SheetRecord:
        return next(self._records)


def read(feed: Feed, source: BinaryIO | Path, name: str = "") -> Reading:
    """The records of a CSV or XLSX; `source` can be sought (it is read more than once) and stays open, `name` is the
    file's name as it was given. The whole file is looked through before this returns.

    Raises the refusals of `shared.sheets.errors`; a row that is wrong is yielded all the same.
    """
    table, form = opened(source, frozenset(column.title for column in columns(feed)), name)
    reading = Reading(feed, table, form)
    if not table.count:
        raise EmptySheetError(f"第 {table.title_row} 行是列名，下面没有数据")
    return reading


def opened(source: BinaryIO | Path, titles: frozenset[str], name: str = "") -> tuple[Table, str]:
    """The rows of a CSV or XLSX before its cells are understood, and which of the two it is (`csv`, `xlsx`);
    `titles` are those hoped for. Raises the refusals of `shared.sheets.errors`."""
    form = _format(source, name)
    return (workbook.table(source) if form == "xlsx" else delimited.table(source, titles)), form


def _format(source: BinaryIO | Path, name: str) -> str:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return _format(stream, name or source.name)
    source.seek(0)
    first = source.read(64)
    if not first:
        raise EmptySheetError("文件是空的（0 字节）")
    if first.startswith(_ZIP):
        return "xlsx"
    if first.startswith(_OLE):
        raise UnreadableFileError(
            "是旧版 .xls 或加了密码的工作簿，请在 Excel 或 WPS 中取消密码、另存为 .xlsx 后重新上传"
        )
    if first.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        raise UnreadableFileError("是网页或其他格式的文件，只是改了扩展名；请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")
    if name.lower().endswith(_WORKBOOKS):
        raise UnreadableFileError("扩展名是 .xlsx，内容却不是 XLSX 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")
    return "csv"


def _records(feed: Feed, table: Table) -> Iterator[SheetRecord]:
    assembler = Assembler(feed, table, match(feed, table))
    return _grouped(assembler, table) if assembler.grouped else _single(assembler, table)


def _single(assembler: Assembler, table: Table) -> Iterator[SheetRecord]:
    for number, cells in table.rows():
        yield assembler.record([(number, cells)])


def _grouped(assembler: Assembler, table: Table) -> Iterator[SheetRecord]:
    """Rows of one version of one record, held until the last of them has come."""
    left = Counter(assembler.key(number, cells) for number, cells in table.rows())
    held: dict[object, list[tuple[int, list[Cell]]]] = {}
    for number, cells in table.rows():
        key = assembler.key(number, cells)
        held.setdefault(key, []).append((number, cells))
        left[key] -= 1
        if not left[key]:
            for rows in _repetitions(held.pop(key)):
                yield assembler.record(rows)


def _repetitions(rows: list[tuple[int, list[Cell]]]) -> list[list[tuple[int, list[Cell]]]]:
    """One record, or several where its very first row comes again: the whole record stands there twice."""
    found: list[list[tuple[int, list[Cell]]]] = []
    for row in rows:
        if not found or row[1] == found[0][0][1]:
            found.append([])
        found[-1].append(row)
    return found
