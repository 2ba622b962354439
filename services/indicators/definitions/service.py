"""The definitions as loaded from the package's own data, once a process."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.indicators.definitions.domain import Catalogue, Formula, Indicator, Input, Plan
from services.indicators.definitions.errors import UnknownIndicatorError

_FILE = Path(__file__).parent / "indicators.yaml"


@cache
def catalogue() -> Catalogue:
    """The sixteen in the plan's order."""
    content = _FILE.read_bytes()
    document: dict[str, Any] = yaml.safe_load(content)
    return Catalogue(
        plan=Plan(**document["plan"]),
        indicators=tuple(_indicator(entry) for entry in document["indicators"]),
        digest=hashlib.sha256(content).hexdigest(),
    )


def get(code: str) -> Indicator:
    """One indicator; UnknownIndicatorError when there is none."""
    found = catalogue().by_code().get(code)
    if found is None:
        raise UnknownIndicatorError("没有这个指标代码，可用的代码见 /v1/indicators。")
    return found


def _indicator(entry: dict[str, Any]) -> Indicator:
    baseline = entry["baseline"]
    return Indicator(
        **{key: entry[key] for key in _PLAIN},
        baseline=None if baseline is None else Decimal(baseline),
        target=Decimal(entry["target"]),
        formula=Formula(**entry["formula"]),
        periods=tuple(entry["periods"]),
        levels=tuple(entry["levels"]),
        divisions=tuple(entry.get("divisions", ())),
        sources=tuple(entry["sources"]),
        scope=entry.get("scope"),
        notes=tuple(entry["notes"]),
        inputs=tuple(_input(item) for item in entry.get("inputs", ())),
    )


_PLAIN = (
    "number",
    "code",
    "title",
    "attribute",
    "unit",
    "direction",
    "precision",
    "plan_2021",
    "plan_2025",
    "comparison",
    "path",
    "owner",
    "cadence",
    "waiting",
)


def _input(entry: dict[str, Any]) -> Input:
    return Input(
        code=entry["code"],
        title=entry["title"],
        units=tuple(entry["units"]),
        minimum=Decimal(entry["minimum"]),
        maximum=Decimal(entry["maximum"]),
        decimals=entry["decimals"],
        levels=tuple(entry["levels"]),
        periods=tuple(entry["periods"]),
    )
