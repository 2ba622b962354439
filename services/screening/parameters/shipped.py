"""What is shipped: the definitions of the parameters and some values, read from the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from services.screening.parameters.domain import ParameterDefinition, ParameterStatus, ParameterValue


@dataclass(frozen=True, slots=True)
class ShippedValue:
    """A shipped parameter value; demo ones have no first day of their own unless the file gives one."""

    name: str
    division_code: str
    valid_from: date | None
    valid_to: date | None
    version: int
    value: Decimal
    document: str
    status: ParameterStatus


@cache
def definitions() -> Mapping[str, ParameterDefinition]:
    """The declared parameters by name."""
    return MappingProxyType({d["name"]: ParameterDefinition(**d) for d in _read()["definitions"]})


@cache
def values() -> tuple[ShippedValue, ...]:
    """The shipped parameter values, in their inner units."""
    return tuple(_value(entry) for entry in _read()["values"])


def dated(value: ShippedValue, demo_from: date, known_at: datetime) -> ParameterValue:
    """A shipped value as a row; a demo one holds from `demo_from` without end."""
    definition = definitions()[value.name]
    return ParameterValue(
        name=value.name,
        division_code=value.division_code,
        valid_from=value.valid_from or demo_from,
        valid_to=value.valid_to,
        version=value.version,
        value=value.value,
        type=definition.type,
        unit=definition.unit,
        document=value.document,
        status=value.status,
        known_at=known_at,
    )


@cache
def _read() -> Any:
    return yaml.safe_load(files(__package__).joinpath("parameters.yaml").read_text("utf-8"))


def _value(entry: dict[str, Any]) -> ShippedValue:
    written = Decimal(entry["value"])
    money = definitions()[entry["name"]].type == "fen"
    given = {"valid_from": None, "valid_to": None, **entry, "value": written * 100 if money else written}
    return ShippedValue(**given)
