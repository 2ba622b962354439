"""Codes of a list, days and money as every room of the ledger takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.codes import identity

LISTS: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("lists.yaml").read_text("utf-8"))
ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
HOUSEHOLD_NO = r"^[0-9A-Za-z-]{6,32}$"
"""As the feeds take it."""
_FIRST, _LAST = date(1949, 10, 1), date(2100, 12, 31)
_MONEY = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?$"


@dataclass(frozen=True, slots=True)
class CodeOf:
    """A value of a list in `lists.yaml`; the document shows each value with its Chinese name."""

    name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(LISTS[self.name]["values"]))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        values: dict[str, str] = LISTS[self.name]["values"]
        words = "、".join(f"`{value}` {title}" for value, title in values.items())
        return {**handler(schema), "type": "string", "description": words, "x-enum-titles": values}


def word(name: str, value: str) -> str:
    """The Chinese name of a value of a list."""
    values: dict[str, str] = LISTS[name]["values"]
    return values.get(value, value)


def _day(value: object) -> date:
    """Only the text of a real day that a ledger may speak of: pydantic alone would take 0 for 1970-01-01."""
    if isinstance(value, str) and len(value) == len("2024-05-31"):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = date.min
        if _FIRST <= found <= _LAST:
            return found
    raise PydanticCustomError("bad_date", "应为 1949 年至 2100 年之间的真实日期，例如 2024-05-31")


def _instant(value: object) -> datetime:
    """Only the text of an instant with its offset: pydantic alone would take 0 for 1970."""
    if isinstance(value, str) and len(value) >= len("2024-05-31T09:30Z"):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is not None and found.tzinfo is not None:
            return found
    raise PydanticCustomError("bad_instant", "应为带时区的时刻，例如 2024-05-31T09:30:00+08:00")


def nobody(text: str) -> str:
    """A text in which no identity number stands: the ledger is read by many."""
    if identity.contains(text):
        raise PydanticCustomError("id_number_in_text", "里有身份证号；个人号码只能填在公民身份号码字段")
    return text


Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Flag = Annotated[bool, Field(strict=True)]
"""Only true and false: pydantic alone would take 0 and "no"."""
Money = Annotated[str, Field(pattern=_MONEY, json_schema_extra={"x-unit": "元"})]
Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z._-]+$")]
"""What tells things of one asset apart: a due, a line of a plan, a use of proceeds."""
Household = Annotated[str, Field(pattern=HOUSEHOLD_NO), AfterValidator(nobody)]
"""A household's number, as far as its looks go: whether there is such a household the ledger knows of some only."""
People = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class Minutes(BaseModel):
    """会议记录"""

    of: Annotated[str, Field(pattern=r"^(members|representatives)$")] = Field(
        title="表决机构", description="members 成员大会；representatives 成员代表大会"
    )
    members_total: People = Field(title="应到人数", description="全体成员（代表）人数")
    present: People = Field(title="到会人数")
    in_favour: People = Field(title="赞成人数", description="须达到全体的三分之二，不是到会人数的三分之二")
    against: People = Field(title="反对人数")
