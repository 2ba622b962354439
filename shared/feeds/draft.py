"""A record under examination: its values, and what was found wrong or put right so far."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.errors import FieldError
from shared.privacy import mask

MAX_ERRORS = 50
"""A record that is wrong in more places than this is wrong as a whole."""


class Draft:
    """`values` are the fields by name (normalised in place), `fen` the amounts in integer fen, `today` the business
    date. `label` names a field by its Chinese title for messages, `index` is the record's place in the batch.

    What `subjects` finds out: `subject_key` or `household_no`; `identity`, the identity part of the canonical content,
    None until it is sure; `identities`, (person key, number, name) for the vault; `public`, what replaces or joins
    fields of the bus data because it is new at every sealing."""

    __slots__ = (
        "errors", "fen", "household_no", "identities", "identity", "index", "notes", "public", "subject_key", "titles",
        "today", "values",
    )  # fmt: skip

    def __init__(self, index: int, values: dict[str, Any], titles: dict[str, str], today: date) -> None:
        self.index = index
        self.values = values
        self.titles = titles
        self.today = today
        self.fen: dict[str, int] = {}
        self.subject_key: str | None = None
        self.household_no: str | None = None
        self.identity: str | None = None
        self.identities: list[tuple[str, str, str]] = []
        self.public: dict[str, Any] | None = None
        self.errors: list[FieldError] = []
        self.notes: list[FieldError] = []

    @property
    def at(self) -> str:
        """The record's JSON pointer."""
        return f"/records/{self.index}"

    def refuse(self, field: str, code: str, predicate: str, *, shown: str | None = None) -> None:
        """Something is wrong with `field` (a name, or `members/0/relation`); `predicate` follows its title. The value
        shown is the masked one unless `shown` is given."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(self._entry(field, code, predicate, shown))

    def note(self, field: str, code: str, predicate: str, *, shown: str | None = None) -> None:
        """Something about `field` was normalised or is odd; the record is taken."""
        self.notes.append(self._entry(field, code, predicate, shown))

    def add_error(self, pointer: str, code: str, message: str, shown: str | None) -> None:
        """An error whose place and sentence are made already."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(_entry_of(pointer, code, message, shown))

    def _entry(self, field: str, code: str, predicate: str, shown: str | None) -> FieldError:
        if shown is None and (value := self._value(field)) is not None:
            shown = mask(value)
        return _entry_of(f"{self.at}/{field}", code, f"{self.label(field)}{predicate}", shown)

    def label(self, field: str) -> str:
        """`“个人自付”`, `第 2 位成员`, or `第 2 位成员的“与户主关系”`."""
        first, *rest = field.split("/")
        name = self.titles.get(first, first)
        if not rest:
            return f"“{name}”"
        if first != "members":
            return f"“{name}”的第 {int(rest[0]) + 1} 项"
        whose = f"第 {int(rest[0]) + 1} 位成员"
        return f"{whose}的“{self.titles.get(rest[1], rest[1])}”" if rest[1:] else whose

    def _value(self, field: str) -> Any:
        value: Any = self.values
        for step in field.split("/"):
            if isinstance(value, list):
                value = value[int(step)]
            elif isinstance(value, dict):
                value = value.get(step)
            else:
                return None
        return value


def _entry_of(pointer: str, code: str, message: str, shown: str | None) -> FieldError:
    return {
        "pointer": _whole(pointer),
        "code": code,
        "message": _whole(message),
        "value_masked": None if shown is None else _whole(shown),
    }


def _whole(text: str) -> str:
    """`text` as UTF-8 can carry it: half a surrogate pair, from a field's name or value, becomes `?`."""
    return text.encode("utf-8", "replace").decode()
