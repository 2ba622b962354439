"""The trend 走势: a number over periods, with gaps where there was none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from services.indicators.board.charts import svg

SMALL, LARGE = (112, 26), (320, 142)
_LARGE_FRAME = (8, 20, 312, 104)


@dataclass(frozen=True, slots=True)
class Point:
    """A period, its number and what was expected of it; None where there is none."""

    period: str
    value: Decimal | None
    target: Decimal | None = None


def trend(
    ident: str, title: str, text: str, points: Sequence[Point], ends: tuple[str, str] = ("", ""), *, large: bool = False
) -> str:
    """The line as SVG text, oldest first: never drawn across a period without a number.

    The scale is that of the numbers, not from zero: a line shows change. The large one says so with the words of its
    lowest and highest number, `ends`, where the scale begins and ends, and those of its first and last period.
    """
    size = LARGE if large else SMALL
    picture = svg.drawing(ident, title, text, size)
    left, top, right, bottom = _LARGE_FRAME if large else (4, 4, size[0] - 4, size[1] - 4)
    scale = _vertical(points if large else [replace(point, target=None) for point in points], top, bottom)
    step = (right - left) / max(len(points) - 1, 1)
    places = [(round(left + step * index, 1), point) for index, point in enumerate(points)]
    expected = [(x, scale.at(point.target)) for x, point in places if large and point.target is not None]
    if expected:
        svg.line(picture, expected if len(expected) > 1 else [(left, expected[0][1]), (right, expected[0][1])],
                 svg.TARGET, 1.5, "5 3")  # fmt: skip
    known = [(x, scale.at(point.value)) for x, point in places if point.value is not None]
    for run in _runs(places):
        svg.line(picture, [(x, scale.at(number)) for x, number in run], svg.NOW, 2)
    for x, y in known if large else known[-1:]:
        svg.dot(picture, x, y, 2.5, svg.NOW)
    if large and ends[0] != ends[1]:
        svg.words(picture, left, top - 7, ends[1])
        svg.words(picture, left, bottom + 13, ends[0])
    if large and points:
        svg.words(picture, left, size[1] - 6, points[0].period)
        if len(points) > 1:
            svg.words(picture, right, size[1] - 6, points[-1].period, "end")
    return svg.text_of(picture)


def reach(points: Sequence[Point], *, targets: bool) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest number, with those that were expected or without; None when there is none."""
    numbers = [point.value for point in points] + [point.target for point in points if targets]
    known = [number for number in numbers if number is not None]
    return (min(known), max(known)) if known else None


def span(points: Sequence[Point]) -> tuple[Point, Point] | None:
    """The first and the last period with a number; None when there is none."""
    known = [point for point in points if point.value is not None]
    return (known[0], known[-1]) if known else None


def _runs(places: Sequence[tuple[float, Point]]) -> Iterator[list[tuple[float, Decimal]]]:
    """The stretches without a gap; a single number is a stretch of its own, which a dot shows."""
    for known, stretch in groupby(places, key=lambda place: place[1].value is not None):
        if known:
            yield [(x, point.value) for x, point in stretch if point.value is not None]


def _vertical(points: Sequence[Point], top: float, bottom: float) -> svg.Scale:
    """Upwards; a line that never changes lies in the middle."""
    numbers = [float(n) for point in points for n in (point.value, point.target) if n is not None] or [0.0]
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - 1, high + 1
    return svg.Scale(low, high, bottom, top)
