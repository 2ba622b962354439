"""A record as the rows of a sheet: what `reader` makes the same record of again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.sheets.cells import guarded
from shared.sheets.domain import UNREAD, Column

SEPARATOR = "、"


def rows_of(record: Mapping[str, Any], layout: Sequence[Column]) -> list[list[str]]:
    """The record's cells in the order of the columns: one row, or one a member with the record's own cells repeated.
    Any JSON value finds a text, wrong ones too."""
    groups = list(dict.fromkeys(column.group for column in layout if column.group))
    items = [item for group in groups for item in _items(record.get(group))] or [{}]
    return [
        [guarded(cell_of((item if column.group else record).get(column.name), column)) for column in layout]
        for item in items
    ]


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def cell_of(value: Any, column: Column) -> str:
    """A field's value as it stands in a cell; empty for None. What could not be read comes back as it was."""
    if value is None:
        return ""
    if column.form == "list" and isinstance(value, list):
        return SEPARATOR.join(_word(item, column) for item in value)
    return _word(value, column)


def _word(value: Any, column: Column) -> str:
    if isinstance(value, dict) and value.keys() == {UNREAD}:
        value = value[UNREAD]
    if isinstance(value, str):
        return column.codes.titles.get(value, value) if column.codes else value
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if isinstance(value, int | float) else orjson.dumps(value).decode()
