"""Bars of a comparison 比较条: one beside each place's name, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.indicators.board.charts import svg

WIDTH, HEIGHT = 140, 14


def extent(numbers: Sequence[Decimal], full: Decimal | None) -> tuple[float, float]:
    """The common scale: includes zero, and `full` where that is known beforehand (100 for a share)."""
    known = [float(number) for number in numbers]
    low, high = min([0.0, *known]), max([0.0, *known])
    if full is not None and high <= full:
        high = float(full)
    return (low, high) if low < high else (0.0, 1.0)


def bar(value: Decimal, target: Decimal | None, reach: tuple[float, float]) -> str:
    """One bar from zero to the value as SVG text, the target as a stroke; the table beside it says the number."""
    picture = svg.beside_words((WIDTH, HEIGHT))
    scale = svg.Scale(*reach, 2, WIDTH - 2)
    svg.rect(picture, scale.start, 2, scale.end, HEIGHT - 2, svg.BAND)
    svg.rect(picture, scale.at(0), 2, scale.at(value), HEIGHT - 2, svg.NOW)
    if target is not None and reach[0] <= target <= reach[1]:
        at = scale.at(target)
        svg.line(picture, [(at, 0), (at, HEIGHT)], svg.TARGET, 2)
    return svg.text_of(picture)
