"""The columns of a sheet, read from the model that takes the same thing as JSON: titles and lists are said there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.assets.terms.schemas import LISTS, CodeOf
from shared.codes import lists
from shared.codes.lists import CodeList
from shared.errors import FieldError
from shared.privacy import mask
from shared.sheets.domain import Column, Form
from shared.sheets.titles import pointer_part

_CODES: Mapping[str, CodeList] = MappingProxyType({name: lists.read(name, entry) for name, entry in LISTS.items()})
_FORMS: Mapping[str, Form] = MappingProxyType({"division_code": "code", "code": "code"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of sheet. `own` are titles that an export adds and that an import passes over;
    `rules` is what a clerk should know before filling it in."""

    title: str
    columns: tuple[Column, ...]
    own: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """The titles in their order."""
        return [column.title for column in self.columns]

    def column(self, name: str) -> Column | None:
        """The column of a field."""
        return next((column for column in self.columns if column.name == name), None)

    def wrong(self, row: int, name: str, code: str, predicate: str, value: object = None) -> FieldError:
        """What is wrong with one cell, `predicate` following the column's title; with the row as a whole when the
        sheet has no such column. `value` is masked: it may be a person's number in the wrong column."""
        column = self.column(name)
        shown = None if value is None else mask(str(value))
        if column is None:
            return FieldError(
                pointer=f"/rows/{row}", code=code, message=f"第 {row} 行：{predicate}", value_masked=shown
            )
        message = f"第 {row} 行“{column.title}”{predicate}"
        return FieldError(
            pointer=f"/rows/{row}/{pointer_part(column.title)}", code=code, message=message, value_masked=shown
        )


def columns(model: type[BaseModel], *names: str) -> Iterator[Column]:
    """The columns of these fields of a model."""
    for name in names:
        info = model.model_fields[name]
        parts = list(_parts(info.annotation)) + list(info.metadata)
        listed = next((part.name for part in parts if isinstance(part, CodeOf)), None)
        yield Column(
            name=name,
            title=info.title or name,
            form="choice" if listed else _form(name, parts, info),
            required=info.is_required(),
            codes=_CODES[listed] if listed else None,
            unit="元" if _is_money(info) else None,
            text=info.description or "",
        )


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in (*getattr(hint, "__metadata__", ()), *getattr(hint, "__args__", ())):
        yield from _parts(part)


def _form(name: str, parts: list[Any], info: FieldInfo) -> Form:
    for of, form in _BY_TYPE:
        if of in parts:
            return form
    return "amount" if _is_money(info) or name == "quantity" else _FORMS.get(name, "text")


def _is_money(info: FieldInfo) -> bool:
    extra = info.json_schema_extra
    return isinstance(extra, dict) and "x-unit" in extra


_BY_TYPE: tuple[tuple[type, Form], ...] = ((bool, "flag"), (int, "integer"), (date, "day"))
