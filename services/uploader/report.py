"""What the person sees at the end: outcomes in a table, and the rejected rows as a workbook to put right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from services.uploader import source
from services.uploader.errors import UploadError
from services.uploader.source import Item
from shared import sheets
from shared.errors import FieldError
from shared.feeds.domain import Feed

OUTCOMES = {
    "accepted": "接收",
    "corrected": "更正",
    "retracted": "撤回",
    "duplicate": "重复",
    "stale": "过时（作为历史保存）",
    "rejected": "拒收",
}

_SUFFIX = "-问题清单"
_SUCCESSOR = re.compile(rf"(.*{_SUFFIX})(?:-(\d+))?")


def summary(
    console: Console, feed: Feed, totals: Counter[str], normalised: int, book: Path | None, *, dry_run: bool
) -> None:
    """The outcomes of one file, and where the workbook is."""
    title = f"{feed.title}：{'试校验，没有保存' if dry_run else '已报送'} {sum(totals.values()):,} 条"
    table = Table("结果", title=title, title_justify="left")
    table.add_column("条数", justify="right")
    for outcome, words in OUTCOMES.items():
        table.add_row(words, f"{totals[outcome]:,}")
    console.print(table)
    if normalised:
        console.print(f"其中 {normalised:,} 条的写法已统一（如日期、金额、区划名称），不影响接收。")
    if book is not None:
        console.print(f"拒收的行和原因：{book}", soft_wrap=True)
        console.print("在表中改正标红的单元格，保存后用同一命令报送这个表即可。")


def error_workbook(path: Path, feed: Feed, rejected: Mapping[int, Mapping[str, Any]], folder: Path | None) -> Path:
    """Write the rejected rows of `path` beside it (or in `folder`), read from the file once more; where it is. A
    workbook that was itself sent and is not right yet gets a numbered successor."""
    earlier = _SUCCESSOR.fullmatch(path.stem)
    stem = f"{earlier[1]}-{int(earlier[2] or 1) + 1}" if earlier else f"{path.stem}{_SUFFIX}"
    made = (folder or path.parent) / f"{stem}.xlsx"
    opened = source.opened(path, feed)
    rows = (row for item in opened.items if item.position in rejected for row in _rows(item, feed, rejected))
    try:
        sheets.error_workbook(feed, rows, made, opened.titles)
    except OSError as error:
        raise UploadError(
            f"问题清单 {made} 写不了（{error.strerror}）；报送结果已保存，腾出空间后再运行一次。"
        ) from None
    return made


def _rows(item: Item, feed: Feed, rejected: Mapping[int, Mapping[str, Any]]) -> Iterator[sheets.ErrorRow]:
    entry = rejected[item.position]
    errors: list[FieldError] = entry["errors"]
    if item.sheet is not None:
        located = [sheets.locate(item.sheet, error) for error in errors]
        yield from sheets.rejected_rows(item.sheet, located, entry["quarantine_id"])
        return
    record = item.record if isinstance(item.record, dict) else {}
    for number, values in enumerate(sheets.rows_of(record, sheets.columns(feed))):
        own, said = ((), sheets.OF_ANOTHER_ROW) if number else (errors, None)
        yield sheets.ErrorRow(values, own, entry["quarantine_id"], said)
