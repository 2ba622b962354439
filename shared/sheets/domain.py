"""What a column, a row and a record of a sheet are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from shared.codes.lists import CodeList
from shared.errors import FieldError

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters: what Excel allows in a cell."""
MAX_KEPT = 200
"""Characters of a cell that cannot be read."""
UNREAD = "cell"
OUTCOME_TITLE = "处理结果"
QUARANTINE_TITLE = "quarantine_id"
OWN_TITLES = frozenset({OUTCOME_TITLE, QUARANTINE_TITLE})
"""Columns that the error workbook adds: known when it comes back, but no data."""

Cell = str | float | int | bool | date | datetime | time | timedelta
"""What stands in a cell; an empty one is `""`."""
Form = Literal["text", "code", "amount", "integer", "flag", "day", "month", "instant", "choice", "list"]
"""How a field is written in a cell: `code` is a number that is a name (identity, division, enterprise), `choice` the
Chinese name of a code, `list` several values with 、 between them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is the field's; `group` the list field whose item it belongs to (`members`), None for the
    record's own. `codes` is the list of a `choice` or of a `list` of choices."""

    name: str
    title: str
    form: Form
    required: bool
    group: str | None = None
    codes: CodeList | None = None
    kind: str | None = None
    unit: str | None = None
    text: str = ""
    example: Any = None

    @property
    def field(self) -> str:
        """`total`, or `members/relation`."""
        return f"{self.group}/{self.name}" if self.group else self.name


class Said(NamedTuple):
    """A cell's value that had to be put right; `predicate` follows the column's title."""

    value: Any
    code: str
    predicate: str


class Unreadable(NamedTuple):
    """A cell that cannot be read: its text, and why. `locate` says it where the feed refuses the record."""

    text: str
    code: str
    predicate: str

    @property
    def stand_in(self) -> dict[str, str]:
        """What the record holds instead: a JSON value that no field takes and that `rows_of` writes as the cell."""
        return {UNREAD: self.text[:MAX_KEPT]}


@dataclass(slots=True)
class SheetRecord:
    """One record of a sheet. `row` is the first row it stands in as Excel counts (titles in row 1), `rows` all of them,
    one a member for a household; `record` the JSON value for the feed, `notes` what was put right (pointers
    `/rows/17/医疗总费用`), `errors` what cannot be read, by field path: the feed refuses the record there.
    `raw_cells` are the clerk's own cells as text, a tuple a row; `item_rows` the row of
    each member; `quarantine_id` comes from an error workbook."""

    row: int
    rows: tuple[int, ...]
    record: dict[str, Any]
    notes: list[FieldError]
    errors: Mapping[str, FieldError]
    cells: tuple[list[Cell], ...]
    columns: Mapping[str, Column]
    item_rows: tuple[int, ...] = ()
    quarantine_id: str | None = None

    @property
    def raw_cells(self) -> tuple[tuple[str, ...], ...]:
        """The clerk's own cells as text, row by row, in the order of the file's columns."""
        return tuple(tuple(shown(cell) for cell in row) for row in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet before its cells are understood: titles, where they stand, how many rows follow, the rows (each time
    from the beginning) with their numbers, cells that hold an error or a formula without value by (row, column
    index), and whether dates are counted from 1904. `encoding` is the CSV's."""

    titles: list[str]
    title_row: int
    count: int
    rows: Callable[[], Iterator[tuple[int, list[Cell]]]]
    broken: Mapping[tuple[int, int], str] = field(default_factory=lambda: MappingProxyType({}))
    from_1904: bool = False
    encoding: str | None = None
    feed: str | None = None


def shown(cell: Cell) -> str:
    """A cell as a clerk reads it; what was read is read again from this."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
