"""The words of a formula over observed figures, made from its inputs where a definition has none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from services.indicators.definitions.domain import Input

NONE = "不适用"


class Words(NamedTuple):
    """What is computed (`text`), and what its numerator and denominator are."""

    text: str
    numerator: str
    denominator: str


def words(name: str, arguments: Mapping[str, str], inputs: Mapping[str, Input]) -> Words:
    """The words of a named formula; KeyError for one that has to be worded by its definition."""
    titles = {key: inputs[value].title for key, value in arguments.items() if value in inputs}
    units = {key: inputs[value].units[0] for key, value in arguments.items() if value in inputs}
    if name == "ratio":
        top, bottom = titles["numerator"], titles["denominator"]
        return Words(f"{top} ÷ {bottom} × 100", f"{top}（{units['numerator']}）", f"{bottom}（{units['denominator']}）")
    if name == "growth_gap":
        return Words(f"{titles['minuend']} − {titles['subtrahend']}", titles["minuend"], NONE)
    if name == "growth":
        base, value = arguments["base"], titles["value"]
        unit = units["value"]
        return Words(f"{value} ÷ {base}年{value} × 100 − 100", f"{value}（{unit}）", f"{base}年{value}（{unit}）")
    value = f"{titles['value']}（{units['value']}）"
    return {
        "observed": Words(f"填报的{titles['value']}", value, NONE),
        "cumulative": Words(f"2021年以来各年“{titles['value']}”之和", value, NONE),
    }[name]
