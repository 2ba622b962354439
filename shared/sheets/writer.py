"""Records written as departments write them: CSV or a filled template."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from shared.feeds.domain import Feed
from shared.sheets.blank import DataSheet, opened
from shared.sheets.layout import columns
from shared.sheets.rows import rows_of

Format = Literal["csv", "xlsx"]
Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]


def write(
    feed: Feed,
    records: Iterable[Mapping[str, Any]],
    format: Format,  # noqa: A002 (the command's own word)
    path: Path,
    encoding: Encoding = "utf-8-sig",
) -> int:
    """Write the records (JSON values of the feed, retracts and wrong ones too) under the template's titles, one row
    each or one a member; the number of rows. `encoding` is the CSV's; with a byte order mark Excel opens it rightly.
    """
    layout = columns(feed)
    rows = (row for record in records for row in rows_of(record, layout))
    if format == "xlsx":
        with opened(path) as book:
            return DataSheet(book, feed).fill(rows)
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file)
        out.writerow([column.title for column in layout])
        for row in rows:
            out.writerow(row)
            count += 1
    return count
