"""The kinds of field a record is made of: each has a shape that pydantic checks and a name that texts and plans know.

What each one is called, expects and refuses with stands in `texts.yaml`; nothing else repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from shared.codes import lists

MAX_MEMBERS = 20
"""More members than this has no household."""
_PRINTABLE = r"^[^\x00-\x1f\x7f\s]([^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s])?$"


@dataclass(frozen=True, slots=True)
class FieldKind:
    """Marks a type: `name` is the entry of `texts.yaml`, `format` and `unit` go into the JSON Schema. `bus` says what
    of the value goes on the bus: the value itself, the person keys of its identity numbers, or nothing."""

    name: str
    format: str | None = None
    unit: str | None = None
    bus: Literal["plain", "keys", "never"] = "plain"

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        out = handler(schema)
        out.update({key: value for key, value in (("format", self.format), ("x-unit", self.unit)) if value})
        return out


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of a code list; with `spellings`, its Chinese name and other spellings of the list are understood too."""

    list_name: str
    spellings: bool = False

    @property
    def codes(self) -> lists.CodeList:
        return lists.get(self.list_name)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        others = list(self.codes.spellings) if self.spellings else []
        return core_schema.literal_schema(self.codes.values() + others)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **_told(self.codes)}


@dataclass(frozen=True, slots=True)
class Spelled(OneOf):
    """A value of a code list that departments also write in other ways (`肆级`, a full-width digit, the Chinese name):
    any spelling of the list is taken, put right to the code and noted on the receipt."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.str_schema(max_length=60)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """What may be sent is any text; what leaves is a code."""
        if handler.mode == "serialization":
            return {**_told(self.codes), "enum": self.codes.values()}
        return {**handler(schema), **_told(self.codes)}


def _told(codes: lists.CodeList) -> dict[str, Any]:
    return {
        "type": "string",
        "description": f"{codes.title}：{codes.in_words()}",
        "x-enum-titles": dict(codes.titles),
        **{f"x-codes-{name}": text for name, text in (("source", codes.source), ("note", codes.note)) if text},
    }


Money = Annotated[
    str,
    StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$", max_length=12),
    FieldKind("money", unit="元"),
]
"""Yuan as text with at most 2 decimals, 0 to 100,000,000."""
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10), FieldKind("day", format="date")
]
"""A date in Shanghai that may lie ahead by a little more than a year."""
PastDay = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10), FieldKind("past_day", format="date")
]
"""A date in Shanghai that is not after today."""
FarDay = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10), FieldKind("far_day", format="date")
]
"""A date in Shanghai that may lie decades ahead, as the end of a contract does."""
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7), FieldKind("month")]
"""A month `YYYY-MM` that may lie ahead by a little more than a year."""
PastMonth = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7), FieldKind("past_month")
]
"""A month `YYYY-MM` that is not after this month."""
SchoolYear = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{4}$", max_length=9), FieldKind("school_year")]
"""`2025-2026`: two years that follow one another, begun by next year."""
Instant = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$",
        max_length=35,
    ),
    FieldKind("instant", format="date-time"),
]
SourceId = Annotated[str, StringConstraints(pattern=_PRINTABLE, min_length=1, max_length=64), FieldKind("source_id")]
HouseholdNo = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{6,32}$"), FieldKind("household_no")]
IdNumber = Annotated[str, StringConstraints(min_length=1, max_length=40), FieldKind("id_number")]
IdNumbers = Annotated[list[IdNumber], Field(min_length=1, max_length=MAX_MEMBERS), FieldKind("id_numbers", bus="keys")]
"""Identity numbers of the persons that a benefit covers; on the bus their person keys, sorted."""
DisabilityCard = Annotated[
    str, StringConstraints(min_length=1, max_length=40), FieldKind("disability_card", bus="never")
]
"""A disability certificate's number. It begins with the identity number: it counts as content and stays here."""
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=60), FieldKind("person_name")]
DivisionCode = Annotated[str, StringConstraints(min_length=1, max_length=60), FieldKind("division")]
CreditCode = Annotated[str, StringConstraints(min_length=1, max_length=40), FieldKind("credit_code")]
DwellingGrade = Annotated[str, Spelled("dwelling_grade"), FieldKind("dwelling_grade")]
InstitutionCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{4,32}$"), FieldKind("institution_code")]
Text = Annotated[str, StringConstraints(pattern=_PRINTABLE, min_length=1, max_length=200), FieldKind("text")]
Area = Annotated[
    str,
    StringConstraints(pattern=r"^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?$", max_length=8),
    FieldKind("area", unit="平方米"),
]
Year = Annotated[int, Field(ge=1949, le=2200), FieldKind("year", unit="年")]
Flag = Annotated[bool, FieldKind("flag")]
Months = Annotated[int, Field(ge=0, le=12), FieldKind("months", unit="个月")]
"""How many of the last twelve months."""
People = Annotated[int, Field(ge=1, le=MAX_MEMBERS), FieldKind("people", unit="人")]
"""How many members of a household."""
GradeYear = Annotated[int, Field(ge=1, le=9), FieldKind("grade_year", unit="年级")]
"""A pupil's year within the stage."""


def described(title: str, text: str = "", *, example: Any = None, required: bool = False) -> Any:
    """A field with its Chinese title, a sentence and an example; `required` for one without a default."""
    examples = None if example is None else [example]
    default: Any = ... if required else None
    return Field(default, title=title, description=text or None, examples=examples)


def marks(field: FieldInfo) -> list[Any]:
    """Every FieldKind, OneOf and constraint on a field, looked up through `| None`; a list's before its items'."""
    found: list[Any] = []
    pending: list[Any] = [*field.metadata, field.annotation]
    while pending:
        hint = pending.pop(0)
        if isinstance(hint, FieldInfo):
            pending[:0] = hint.metadata
        elif inner := getattr(hint, "__metadata__", None):
            pending[:0] = [*inner, hint.__origin__]
        elif not isinstance(hint, type) and (arguments := getattr(hint, "__args__", None)):
            pending[:0] = arguments
        else:
            found.append(hint)
    return found


def kind_of(field: FieldInfo) -> str | None:
    """The FieldKind's name of a field, or None."""
    return next((mark.name for mark in marks(field) if isinstance(mark, FieldKind)), None)


def bus_of(field: FieldInfo) -> Literal["plain", "keys", "never"]:
    """What of the field's value goes on the bus."""
    return next((mark.bus for mark in marks(field) if isinstance(mark, FieldKind)), "plain")


def list_of(field: FieldInfo) -> OneOf | None:
    """The code list of a field, or None."""
    return next((mark for mark in marks(field) if isinstance(mark, OneOf)), None)


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """The lowest and highest value (or length) that a field allows; None for no bound."""
    found = marks(field)
    low = next((getattr(mark, name) for mark in found for name in ("ge", "min_length") if hasattr(mark, name)), None)
    high = next((getattr(mark, name) for mark in found for name in ("le", "max_length") if hasattr(mark, name)), None)
    return low, high


def nested(field: FieldInfo) -> type[BaseModel] | None:
    """The model of the items of a list field, or None."""
    for hint in (field.annotation, *getattr(field.annotation, "__args__", ())):
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return hint
    return None
