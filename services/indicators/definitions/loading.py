"""From the room's data files to definitions: what the files leave out is derived here, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from services.indicators.definitions.domain import Catalogue, Family, Formula, Indicator, Input, Plan, Reading
from services.indicators.definitions.wording import words

_HERE = Path(__file__).parent
_FILES = ("indicators.yaml", "targets.yaml", "inputs.yaml")
CONSTANTS = frozenset({"base", "threshold", "kinds", "sources", "grace_days"})
"""Arguments of a formula that are no input codes."""


def load() -> Catalogue:
    """All definitions; KeyError when a file names something that there is not."""
    texts = [(_HERE / name).read_bytes() for name in _FILES]
    main, other, observed = (yaml.safe_load(text) for text in texts)
    inputs = {entry["code"]: _input(entry) for entry in observed["inputs"]}
    plan = Plan(**main["plan"])
    indicators = [_indicator(entry, "main", plan.place, inputs) for entry in main["indicators"]]
    indicators += [_indicator(entry, "other", "", inputs) for entry in other["targets"]]
    indicators, inputs = _bound(indicators, inputs)
    return Catalogue(
        plan=plan,
        indicators=tuple(indicators),
        inputs=inputs,
        departments=observed["departments"],
        digest=hashlib.sha256(b"\n".join(texts)).hexdigest(),
    )


def _bound(indicators: list[Indicator], inputs: Mapping[str, Input]) -> tuple[list[Indicator], dict[str, Input]]:
    """An input is binding when any indicator it feeds is."""
    binding = {entry.code for indicator in indicators if indicator.binding for entry in indicator.inputs}
    marked = {code: replace(entry, binding=code in binding) for code, entry in inputs.items()}
    return [replace(i, inputs=tuple(marked[e.code] for e in i.inputs)) for i in indicators], marked


def _indicator(entry: dict[str, Any], family: Family, place: str, inputs: Mapping[str, Input]) -> Indicator:
    entry = {**_LEFT_OUT, **entry}
    formula = _formula(entry["formula"], inputs)
    used = [inputs[value] for key, value in formula.arguments.items() if key not in CONSTANTS]
    return Indicator(
        **{key: entry[key] for key in _PLAIN},
        family=family,
        place=entry.get("place", place),
        baseline=_decimal(entry["baseline"]),
        target=_decimal(entry["target"]),
        targets={int(year): Decimal(text) for year, text in entry["targets"].items()},
        readings=tuple(_reading(item) for item in entry["readings"]),
        formula=formula,
        computed=entry["computed"] or bool(entry["sources"]),
        periods=tuple(entry["periods"]),
        levels=tuple(entry["levels"]),
        divisions=tuple(entry["divisions"]),
        sources=(*entry["sources"], *_observed(used)),
        notes=tuple(entry["notes"]),
        inputs=tuple(used),
    )


_PLAIN = (
    "number",
    "code",
    "title",
    "quote",
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
    "scope",
)
_LEFT_OUT: dict[str, Any] = {
    "attribute": "expected",
    "direction": "up",
    "comparison": "at_least",
    "path": "final_year",
    "plan_2021": "",
    "baseline": None,
    "targets": {},
    "readings": (),
    "cadence": "年度",
    "periods": ["year"],
    "levels": ["city", "banner"],
    "divisions": (),
    "sources": (),
    "computed": False,
    "waiting": None,
    "scope": None,
    "notes": (),
}


def _formula(entry: dict[str, Any], inputs: Mapping[str, Input]) -> Formula:
    made = {"version": 1, "method": "ours", "arguments": {}, **entry}
    if "text" not in made:
        made |= words(made["name"], made["arguments"], inputs)._asdict()
    return Formula(**made)


def _observed(inputs: Iterable[Input]) -> list[str]:
    return list(dict.fromkeys(f"{entry.department}/observation" for entry in inputs))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _reading(entry: dict[str, Any]) -> Reading:
    return Reading(**{**entry, "target": Decimal(entry["target"])})


def _input(entry: dict[str, Any]) -> Input:
    return Input(
        code=entry["code"],
        title=entry["title"],
        units=tuple(entry["units"]),
        minimum=Decimal(entry["minimum"]),
        maximum=Decimal(entry["maximum"]),
        decimals=entry["decimals"],
        levels=tuple(entry.get("levels", _LEFT_OUT["levels"])),
        periods=tuple(entry.get("periods", _LEFT_OUT["periods"])),
        department=entry["department"],
        additive=entry.get("additive", False),
        binding=False,
    )
