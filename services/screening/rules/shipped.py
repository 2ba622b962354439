"""What is shipped: rules, parameter definitions and parameter values, read from the package."""

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

from services.screening.facts.domain import FACTS
from services.screening.rules.domain import LegalBasis, ParameterStatus, ParameterValue, RuleVersion
from services.screening.rules.language import ParameterDefinition, Vocabulary, parameter_names, parse

AUTHOR = "随平台发布"


@dataclass(frozen=True, slots=True)
class ShippedValue:
    """A shipped parameter value; demo ones have no first day of their own."""

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
    return MappingProxyType({d["name"]: ParameterDefinition(**d) for d in _read("parameters.yaml")["definitions"]})


@cache
def vocabulary() -> Vocabulary:
    """All that a rule may name."""
    return Vocabulary(FACTS, definitions())


@cache
def values() -> tuple[ShippedValue, ...]:
    """The shipped parameter values, in their inner units."""
    return tuple(_value(entry) for entry in _read("parameters.yaml")["values"])


def rules(known_at: datetime) -> tuple[RuleVersion, ...]:
    """The shipped rules as of the moment that this database first knows them."""
    content = _read("rules.yaml")
    return tuple(_rule(entry, content["documents"], known_at) for entry in content["rules"])


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


def _read(name: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))


def _value(entry: dict[str, Any]) -> ShippedValue:
    written = Decimal(entry["value"])
    money = definitions()[entry["name"]].type == "fen"
    given = {"valid_from": None, "valid_to": None, **entry, "value": written * 100 if money else written}
    return ShippedValue(**given)


def _rule(entry: dict[str, Any], documents: dict[str, str], known_at: datetime) -> RuleVersion:
    population, condition = entry.get("population"), entry["condition"]
    named = [name for text in (population, condition) if text for name in parameter_names(parse(text).root)]
    return RuleVersion(
        code=entry["code"],
        version=entry["version"],
        title=entry["title"],
        risk_type=entry.get("risk_type"),
        severity=entry["severity"],
        population=population,
        condition=condition,
        parameters=tuple(dict.fromkeys(named)),
        evidence=tuple(entry["evidence"]),
        departments=tuple(entry["departments"]),
        measures_expected=tuple(entry["measures_expected"]),
        legal_basis=tuple(
            LegalBasis(documents[basis["document"]], basis["article"], basis["quote"]) for basis in entry["legal_basis"]
        ),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        author=AUTHOR,
        approver=AUTHOR,
        origin="shipped",
        known_at=known_at,
    )
