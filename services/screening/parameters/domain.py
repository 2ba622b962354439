"""What a parameter is, and a value of one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

ParameterStatus = Literal["adopted", "demo"]
ParameterType = Literal["fen", "count", "days", "share", "percent"]

_SIGNIFICANT = (2, 4, 6, 9)


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """A parameter by name: its Chinese title, type, Chinese unit, and what it is for.

    Values are never negative. `fen` is money (integer fen inside, yuan on every wire), `share` a
    fraction of one, `percent` the same times a hundred. A `yearly` one is announced for one year: a
    value of it never holds into the next.
    """

    name: str
    title: str
    type: ParameterType
    unit: str
    purpose: str
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value in force somewhere for some days.

    `value` is in the inner unit (integer fen for money), `unit` the Chinese one of the wire, where
    money is yuan. `valid_to` is the last day, None without end. A correction of the same name,
    division and `valid_from` is a higher `version`.
    """

    name: str
    division_code: str
    valid_from: date
    valid_to: date | None
    version: int
    value: Decimal
    type: str
    unit: str
    document: str
    status: ParameterStatus
    known_at: datetime

    @property
    def wire(self) -> str | int:
        """The value as the APIs and the events give it: yuan as a string with two decimals, whole
        numbers of people or days as such, shares as a string."""
        return wire_value(self.type, self.value)


def wire_value(kind: str, value: Decimal) -> str | int:
    """A value of a parameter's type as every answer gives it."""
    if kind == "fen":
        return f"{value / 100:.2f}"
    if kind in ("count", "days") and value == int(value):
        return int(value)
    return format(value.normalize(), "f")


def scope_prefix(division_code: str) -> str:
    """The significant digits of a 12-digit code: region 2, city 4, banner 6, township 9, village 12."""
    for length in _SIGNIFICANT:
        if not division_code[length:].strip("0"):
            return division_code[:length]
    return division_code
