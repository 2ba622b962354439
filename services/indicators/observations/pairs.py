"""Two observations that make a share: a part cannot be more than its whole. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal

from services.indicators.definitions.domain import Catalogue, Indicator
from services.indicators.observations.domain import Draft, Observation, Place
from services.indicators.observations.official import is_share
from services.indicators.observations.spots import Spot
from shared.errors import FieldError
from shared.numbers import plain

Said = Draft | Observation


def partners(catalogue: Catalogue, code: str) -> list[str]:
    """The inputs that an input makes a share with."""
    return sorted({other for _, part, whole in _shares(catalogue, code) for other in (part, whole)} - {code})


def whole_of(catalogue: Catalogue, code: str) -> str | None:
    """The title of an indicator whose denominator an input is: it cannot be 0."""
    fed = catalogue.fed_by_input(code)
    sides = ("denominator", "urban_standard")
    return next((i.title for i in fed if code in map(i.formula.arguments.get, sides)), None)


def faults(
    said: Said, catalogue: Catalogue, standing: Mapping[Place, Said], at: Spot, together: Container[Place] = ()
) -> Iterator[FieldError]:
    """What is wrong with an input beside the others of its division and period that stand or come with it. Of two that
    come `together` it is said once: of the part."""
    for indicator, part, whole in _shares(catalogue, said.input):
        other = standing.get((whole if said.input == part else part, None, said.division_code, said.period))
        if other is None or other.unit != said.unit:
            continue
        if said.input == whole and other.place in together:
            continue
        small, large = (said.value, other.value) if said.input == part else (other.value, said.value)
        if small > large:
            yield at.wrong("value", "numerator_over_denominator", _over(indicator, small, large), said.value)
            return


def _shares(catalogue: Catalogue, code: str) -> Iterator[tuple[Indicator, str, str]]:
    for indicator in catalogue.fed_by_input(code):
        if indicator.formula.name == "ratio" and is_share(indicator):
            yield indicator, indicator.formula.arguments["numerator"], indicator.formula.arguments["denominator"]


def _over(indicator: Indicator, small: Decimal, large: Decimal) -> str:
    return f"“{indicator.title}”的分子 {plain(small)} 大于分母 {plain(large)}，比率会超过 100%。"
