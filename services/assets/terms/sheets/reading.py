"""A sheet read row by row: words become codes, numbers and days what they mean; what cannot be read is named with its
row and Chinese title, and the other rows are read all the same."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from services.assets.terms.sheets.layout import Layout
from shared.errors import FieldError
from shared.http.validation import field_errors
from shared.privacy import mask
from shared.sheets.cells import reader
from shared.sheets.domain import OUTCOME_TITLE, Cell, Column, Said, Table, Unreadable, shown
from shared.sheets.errors import EmptySheetError, FileTooLargeError, LayoutError
from shared.sheets.reader import opened
from shared.sheets.titles import plain

MAX_ROWS = 10_000
_LIKE = 0.5
_M = TypeVar("_M", bound=BaseModel)


class Row(NamedTuple):
    """One row as Excel counts: its values by field, what is wrong with its cells, what was put right."""

    number: int
    said: dict[str, Any]
    faults: list[FieldError]
    notes: list[FieldError]


def read(layout: Layout, content: bytes, name: str) -> list[Row]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX, at most 10,000.

    Raises the refusals of `shared.sheets.errors` for the file as a whole.
    """
    table, _ = opened(io.BytesIO(content), frozenset(layout.titles), name)
    columns = _matched(layout, table)
    if not table.count:
        raise EmptySheetError(f"第 {table.title_row} 行是列名，下面没有数据")
    if table.count > MAX_ROWS:
        raise FileTooLargeError(f"有 {table.count} 行数据，一个文件最多 {MAX_ROWS} 行，请拆成几个文件")
    readers = [column and reader(column, from_1904=table.from_1904) for column in columns]
    return [_row(layout, table, number, list(_cells(columns, readers, cells))) for number, cells in table.rows()]


_Placed = tuple[int, Column, Cell, Callable[[Cell], Any]]


def _cells(columns: list[Column | None], readers: list[Any], cells: list[Cell]) -> Iterator[_Placed]:
    for index, (column, read_cell, cell) in enumerate(zip(columns, readers, cells, strict=False)):
        if column is not None:
            yield index, column, cell, read_cell


def _row(layout: Layout, table: Table, number: int, placed: list[_Placed]) -> Row:
    row = Row(number, {}, [], [])
    for index, column, cell, read_cell in placed:
        broken = table.broken.get((number, index))
        value = Unreadable("", "cell_broken", broken) if broken else None if cell == "" else read_cell(cell)
        if isinstance(value, Said):
            row.notes.append(layout.wrong(number, column.name, value.code, value.predicate))
            value = value.value
        if isinstance(value, Unreadable):
            row.faults.append(layout.wrong(number, column.name, value.code, value.predicate, value.text))
        elif value is not None and value != "":
            row.said[column.name] = value
            if predicate := _not_offered(column, value):
                row.faults.append(layout.wrong(number, column.name, "not_in_list", predicate, value))
    faulty = {fault["pointer"] for fault in row.faults}
    for column in layout.columns:
        fault = layout.wrong(number, column.name, "required", "没有填写")
        if column.required and column.name not in row.said and fault["pointer"] not in faulty:
            row.faults.append(fault)
    return row


def _not_offered(column: Column, value: Any) -> str | None:
    if column.codes and value not in column.codes.titles:
        return f"只能填：{'、'.join(column.codes.titles.values())}"
    return "只能填“是”或“否”" if column.form == "flag" and not isinstance(value, bool) else None


def _matched(layout: Layout, table: Table) -> list[Column | None]:
    """For each column of the file the field it holds, None for one without a title or one of an export's own."""
    known = {plain(column.title): column for column in layout.columns}
    own = {plain(title) for title in (*layout.own, OUTCOME_TITLE)}
    given = [plain(shown(title)) for title in table.titles]
    if not set(given) & known.keys():
        raise LayoutError(f"第 {table.title_row} 行不是列名：没有一格与模板的列名相同；请使用下载的模板")
    wrong = [_unknown(title, known) for title in given if title and title not in known and title not in own]
    wrong += [f"“{column.title}”出现了多次" for title, column in known.items() if given.count(title) > 1]
    wrong += [f"缺少列“{c.title}”" for title, c in known.items() if c.required and title not in given]
    if wrong:
        raise LayoutError(f"第 {table.title_row} 行的列名不对：{'；'.join(wrong[:10])}。请使用下载的模板，不要改列名")
    return [known.get(title) for title in given]


def _unknown(title: str, known: Mapping[str, Column]) -> str:
    near = get_close_matches(title, list(known), 1, _LIKE)
    return f"不认识列“{mask(title)}”" + (f"，是不是“{known[near[0]].title}”" if near else "，请删去")


def modelled(layout: Layout, row: Row, model: type[_M], said: Mapping[str, Any]) -> _M | None:
    """The row as the model that takes the same thing as JSON; None where that refuses it: why is added to the row's
    faults."""
    if row.faults:
        return None
    try:
        return model.model_validate(said)
    except ValidationError as refused:
        for error in field_errors(refused.errors(include_url=False)):
            name = error["pointer"].split("/")[1] if error["pointer"] else ""
            row.faults.append(_placed(layout, row.number, name, error))
    return None


def _placed(layout: Layout, number: int, name: str, error: FieldError) -> FieldError:
    column = layout.column(name)
    predicate = error["message"].removeprefix(f"“{name}”")
    if predicate == "格式不对" and column is not None and column.text:
        predicate += f"，应为：{column.text}"
    return layout.wrong(number, name, error["code"], predicate) | {"value_masked": error["value_masked"]}
