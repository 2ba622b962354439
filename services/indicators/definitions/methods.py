"""The published method (状态判定方法) and the plan's contradictions, as loaded from the room's data, once a process."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from services.indicators.definitions.plan_figures import figure

_HERE = Path(__file__).parent

Concerns = Literal["target", "population", "count"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the method: its code on the wire, its title for people, and what it means."""

    code: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Methods:
    """How a status is decided. `statuses` in the order in which they are asked: the first that fits holds, so
    that one code may stand more than once. `version` changes with the method."""

    version: int
    baseline: str
    paths: tuple[Term, ...]
    after: str
    comparisons: tuple[Term, ...]
    rounding: tuple[str, ...]
    statuses: tuple[Term, ...]
    readings: str
    official: str
    closing: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The plan's words and where they stand."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What follows from quoted numbers."""

    title: str
    unit: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A place where the plan does not agree with itself, beside which indicators it is shown, and what is
    done about it (`handling`)."""

    code: str
    title: str
    concerns: Concerns
    quotes: tuple[Quote, ...]
    indicators: tuple[str, ...]
    figures: tuple[Figure, ...]
    handling: str


@cache
def methods() -> Methods:
    """The method in force."""
    data = _read("methods.yaml")
    terms = {name: tuple(Term(**entry) for entry in data[name]) for name in ("paths", "comparisons")}
    statuses = tuple(Term(entry["code"], entry["title"], entry["condition"]) for entry in data["statuses"])
    return Methods(**{**data, **terms, "rounding": tuple(data["rounding"]), "statuses": statuses})


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """All contradictions of the plan that touch a number."""
    return tuple(_contradiction(entry) for entry in _read("contradictions.yaml")["contradictions"])


def contradictions_of(code: str) -> tuple[Contradiction, ...]:
    """The contradictions shown beside one indicator."""
    return tuple(one for one in contradictions() if code in one.indicators)


def _contradiction(entry: dict[str, Any]) -> Contradiction:
    return Contradiction(
        code=entry["code"],
        title=entry["title"],
        concerns=entry["concerns"],
        quotes=tuple(Quote(**quote) for quote in entry["quotes"]),
        indicators=tuple(entry["indicators"]),
        figures=tuple(_figure(**one) for one in entry.get("figures", ())),
        handling=entry["handling"],
    )


def _figure(title: str, unit: str, name: str, numbers: list[str]) -> Figure:
    return Figure(title, unit, figure(name, [Decimal(number) for number in numbers]))


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_HERE / name).read_bytes())
    return data
