"""Rows become records: cells are read, notes and faults get their place, members are put under their household."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shared.errors import FieldError
from shared.feeds.domain import Feed
from shared.privacy import mask, mask_id, mask_name
from shared.sheets.cells import Read, plain, reader
from shared.sheets.domain import QUARANTINE_TITLE, Cell, Column, Said, SheetRecord, Table, Unreadable, shown
from shared.sheets.layout import columns
from shared.sheets.titles import pointer_part

Row = tuple[int, list[Cell]]
_Reader = tuple[int, Column, Callable[[str], object], Read]
_KEY = ("source_id", "source_updated_at", "op")
_MASKS = {"person_name": mask_name, "id_number": mask_id, "id_numbers": mask_id, "disability_card": mask_id}


class Assembler:
    """Makes records of one table's rows. `grouped` says that the feed has a list of objects, one a row."""

    def __init__(self, feed: Feed, table: Table, matched: Sequence[Column | str | None]) -> None:
        self._columns = {column.field: column for column in columns(feed)}
        self._broken = table.broken
        self._retractable = set(feed.retract_model.model_fields)
        own: list[_Reader] = []
        groups: dict[str, list[_Reader]] = {}
        for index, column in enumerate(matched):
            if isinstance(column, Column):
                into = groups.setdefault(column.group, []) if column.group else own
                into.append((index, column, plain(column), reader(column, from_1904=table.from_1904)))
        self._own, self._groups = own, groups
        self._titled = len(matched)
        self._untitled = [index for index, column in enumerate(matched) if column is None]
        self._quarantine = next((index for index, column in enumerate(matched) if column == QUARANTINE_TITLE), None)
        self._keys = [(index, is_plain, read) for index, column, is_plain, read in own if column.name in _KEY]
        self.grouped = any(column.group for column in self._columns.values())

    def key(self, number: int, cells: list[Cell]) -> object:
        """What the rows of one version of one record have in common, however each cell is written; a row without a key
        stands alone."""
        found = tuple(
            cell if cell == "" or (type(cell) is str and is_plain(cell)) else _read_as(cell, read)
            for cell, is_plain, read in (
                (cells[index] if index < len(cells) else "", is_plain, read) for index, is_plain, read in self._keys
            )
        )
        return found if any(found) else number

    def record(self, rows: list[Row]) -> SheetRecord:
        """The record of these rows."""
        found = _Making(rows[0][0], self._columns)
        first = rows[0][1]
        self._read(found, found.record, self._own, rows[0], "")
        for row in rows[1:]:
            self._compare(found, first, row)
        for group, readers in self._groups.items():
            self._items(found, group, readers, rows)
        for row in rows:
            self._strangers(found, row)
        if found.record.get("op") == "retract":
            self._only_retractable(found)
        return SheetRecord(
            row=rows[0][0],
            rows=tuple(number for number, _ in rows),
            record=found.record,
            notes=found.notes,
            errors=found.errors,
            cells=tuple(cells for _, cells in rows),
            columns=self._columns,
            item_rows=tuple(found.item_rows),
            quarantine_id=self._quarantine_id(rows),
        )

    def _read(self, found: _Making, into: dict[str, Any], readers: list[_Reader], row: Row, prefix: str) -> None:
        number, cells = row
        width, broken = len(cells), self._broken
        for index, column, is_plain, read in readers:
            cell = cells[index] if index < width else ""
            if broken and (what := broken.get((number, index))):
                wrong = Unreadable(shown(cell), "cell_broken", what)
                into[column.name] = found.fault(prefix + column.name, number, column, wrong)
            elif cell == "":
                continue
            elif type(cell) is str and is_plain(cell):
                into[column.name] = cell
            else:
                value = read(cell)
                if isinstance(value, Said):
                    found.note(number, column, value, cell)
                    value = value.value
                elif isinstance(value, Unreadable):
                    value = found.fault(prefix + column.name, number, column, value)
                if value not in ("", None, []):
                    into[column.name] = value

    def _compare(self, found: _Making, first: list[Cell], row: Row) -> None:
        """The household's own columns are repeated on each row: filled in the same, or left empty."""
        number, cells = row
        for index, column, _, read in self._own:
            cell = cells[index] if index < len(cells) else ""
            if cell == "" or (index < len(first) and cell == first[index]):
                continue
            value = read(cell)
            value = value.value if isinstance(value, Said) else value
            if value != found.record.get(column.name):
                what = Unreadable(
                    shown(cell),
                    "rows_disagree",
                    f"在第 {found.row} 行和第 {number} 行填得不一样；同一条记录的各行应相同",
                )
                found.record[column.name] = found.fault(column.name, number, column, what)

    def _items(self, found: _Making, group: str, readers: list[_Reader], rows: list[Row]) -> None:
        items: list[dict[str, Any]] = []
        for row in rows:
            item: dict[str, Any] = {}
            self._read(found, item, readers, row, f"{group}/{len(items)}/")
            if item:
                items.append(item)
                found.item_rows.append(row[0])
        if items:
            found.record[group] = items

    def _strangers(self, found: _Making, row: Row) -> None:
        """Cells to the right of the titles or under none: most often a comma inside a number without quotes."""
        number, cells = row
        if len(cells) <= self._titled and not self._untitled:
            return
        extra = [*range(self._titled, len(cells)), *(index for index in self._untitled if index < len(cells))]
        for index in extra:
            if cells[index] != "":
                what = f"第 {index + 1} 列没有列名，却有内容；如果是 CSV，请检查数字里的逗号有没有加引号"
                found.stranger(number, index, Unreadable(shown(cells[index]), "cell_without_title", what))
                return

    def _only_retractable(self, found: _Making) -> None:
        dropped = [name for name in found.record if name not in self._retractable]
        for name in dropped:
            del found.record[name]
            found.errors = {field: error for field, error in found.errors.items() if field.split("/")[0] != name}
        if dropped:
            column = self._columns["op"]
            text = f"为撤回，其余 {len(dropped)} 列不需要，没有读入"
            found.note(found.row, column, Said(None, "retract_ignores", text), None)

    def _quarantine_id(self, rows: list[Row]) -> str | None:
        at = self._quarantine
        if at is None:
            return None
        found = (shown(cells[at]).strip() for _, cells in rows if at < len(cells))
        return next((text for text in found if text), None)


class _Making:
    """A record being put together."""

    __slots__ = ("columns", "errors", "item_rows", "notes", "record", "row")

    def __init__(self, row: int, known: dict[str, Column]) -> None:
        self.row = row
        self.columns = known
        self.record: dict[str, Any] = {}
        self.notes: list[FieldError] = []
        self.errors: dict[str, FieldError] = {}
        self.item_rows: list[int] = []

    def note(self, number: int, column: Column, said: Said, cell: Cell | None) -> None:
        """Something about a cell was put right."""
        value = None if cell is None else _MASKS.get(column.kind or "", mask)(shown(cell))
        self.notes.append(_entry(number, column.title, said.code, said.predicate, value))

    def fault(self, field: str, number: int, column: Column, what: Unreadable) -> dict[str, str]:
        """A cell cannot be read; the value that stands for it."""
        value = _MASKS.get(column.kind or "", mask)(what.text) if what.text else None
        self.errors[field] = _entry(number, column.title, what.code, what.predicate, value)
        return what.stand_in

    def stranger(self, number: int, index: int, what: Unreadable) -> None:
        """A cell that belongs to no column: the feed refuses the record for a field that it does not know."""
        self.record[f"第{index + 1}列"] = what.stand_in
        self.errors[""] = {
            "pointer": f"/rows/{number}",
            "code": what.code,
            "message": f"第 {number} 行{what.predicate}",
            "value_masked": mask(what.text),
        }


def _read_as(cell: Cell, read: Read) -> object:
    value = read(cell)
    if isinstance(value, Said):
        return value.value
    return value.text if isinstance(value, Unreadable) else value


def _entry(number: int, title: str, code: str, predicate: str, value: str | None) -> FieldError:
    return {
        "pointer": f"/rows/{number}/{pointer_part(title)}",
        "code": code,
        "message": f"第 {number} 行“{title}”{predicate}",
        "value_masked": value,
    }
