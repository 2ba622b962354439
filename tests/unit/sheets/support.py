"""Sheets made by hand for tests: CSV from cells, XLSX by the two libraries that departments' programs use."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from shared.errors import FieldError
from shared.feeds.domain import Feed, Refused
from shared.sheets import SheetRecord, locate, read, rows_of
from shared.sheets.layout import columns
from tests.unit.feeds.support import HOUSEHOLD, PREPARER, SETTLEMENT, example

__all__ = [
    "HOUSEHOLD",
    "SETTLEMENT",
    "book",
    "cells",
    "csv_of",
    "errors_of",
    "example",
    "one",
    "only",
    "parts",
    "saved",
    "zipped",
]


def cells(feed: Feed, /, **by_title: Any) -> tuple[list[str], list[Any]]:
    """The titles and the example's row with cells replaced by title; a cell given as `...` loses its column."""
    layout = columns(feed)
    row: dict[str, Any] = dict(
        zip([column.title for column in layout], rows_of(feed.examples[0], layout)[0], strict=True)
    )
    row |= by_title
    kept = {title: cell for title, cell in row.items() if cell is not ...}
    return list(kept), list(kept.values())


def csv_of(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> io.BytesIO:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return io.BytesIO(out.getvalue().encode(encoding))


def book(rows: Sequence[Sequence[Any]], *, from_1904: bool = False, name: str = "Sheet1") -> Workbook:
    found = Workbook()
    sheet = found.active
    assert sheet is not None
    sheet.title = name
    if from_1904:
        found.epoch = CALENDAR_MAC_1904
    for row in rows:
        sheet.append(list(row))
    return found


def saved(found: Workbook) -> io.BytesIO:
    out = io.BytesIO()
    found.save(out)
    return out


def only(feed: Feed, source: io.BytesIO, name: str = "") -> SheetRecord:
    """The one record of a file."""
    (record,) = read(feed, source, name)
    return record


def one(feed: Feed, /, **by_title: Any) -> SheetRecord:
    """The record of an XLSX whose only row is the example with cells replaced."""
    return only(feed, saved(book(cells(feed, **by_title))))


def errors_of(feed: Feed, record: SheetRecord) -> list[FieldError]:
    """What the clerk reads about a record that the feed must refuse."""
    result = PREPARER.records(feed, [record.record])[0]
    assert isinstance(result, Refused), result
    return [locate(record, error) for error in result.errors]


def parts(source: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out
