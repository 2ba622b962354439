"""From what the feed says of a record's field to where it stands in the sheet, in words for a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import yaml

from shared.errors import FieldError
from shared.sheets.domain import Column, SheetRecord
from shared.sheets.titles import pointer_part

_TEXTS: Mapping[str, Mapping[str, str]] = yaml.safe_load(files(__package__).joinpath("texts.yaml").read_text("utf-8"))


def locate(record: SheetRecord, error: FieldError) -> FieldError:
    """The feed's error (or note) about this record as the clerk sees it: pointer `/rows/17/医疗总费用`, or `/rows/17`
    where it is the record as a whole, its sentence for a cell instead of JSON. A cell that could not be read at all
    says why."""
    _, _, path = error["pointer"].removeprefix("/records/").partition("/")
    own = record.errors.get(path) or (record.errors.get("") if error["code"] == "unknown_field" else None)
    if own is not None:
        return own
    first, *rest = path.split("/")
    row, name = _row(record, rest), "/".join((first, *rest[1:]))
    column = record.columns.get(name) or record.columns.get(first)
    if column is None:
        return error | {"pointer": f"/rows/{row}", "message": f"第 {row} 行：{error['message']}"}
    text = expected(column, error["code"])
    message = f"“{column.title}”{text}" if text else error["message"]
    return error | {"pointer": f"/rows/{row}/{pointer_part(column.title)}", "message": f"第 {row} 行{message}"}


def expected(column: Column, code: str) -> str | None:
    """What a cell of the column may hold, as a predicate; None where the feed's own words fit a sheet too."""
    if code == "not_in_code_list" and column.codes:
        return f"只能填：{'、'.join(column.codes.titles.values())}"
    return _TEXTS["errors"].get(code)


def how(column: Column) -> str:
    """How the column is filled in, for the sheet of explanations."""
    named = _TEXTS["kinds"].get(column.kind or "") or _TEXTS["forms"][column.form]
    return named.format(unit=column.unit or "")


def _row(record: SheetRecord, rest: list[str]) -> int:
    """The row of the member that a path goes on to, or the record's first."""
    at = int(rest[0]) if rest and rest[0].isdigit() else None
    return record.item_rows[at] if at is not None and at < len(record.item_rows) else record.row
