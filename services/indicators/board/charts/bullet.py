"""The bullet chart 子弹图: where a number stands between its baseline and its target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.indicators.board.charts import svg

WIDTH, HEIGHT = 168, 26
_MARGIN = 5


@dataclass(frozen=True, slots=True)
class Bullet:
    """The numbers of one row, all in the same unit; what is not known is None. `full` is the end of the scale where it
    is known beforehand (100 for a share), so that shares stay comparable from row to row; one beyond it
    ends its own scale."""

    now: Decimal | None
    baseline: Decimal | None
    target: Decimal | None
    full: Decimal | None = None

    @property
    def known(self) -> list[Decimal]:
        """The numbers there are."""
        return [number for number in (self.now, self.baseline, self.target) if number is not None]


def bullet(ident: str, title: str, text: str, marks: Bullet) -> str:
    """The chart as SVG text: a bar from zero to now, a diamond at the baseline, a stroke at the target.

    Always starts at zero, or includes it where numbers are negative: a bar that starts elsewhere exaggerates.
    """
    picture = svg.drawing(ident, title, text, (WIDTH, HEIGHT))
    scale = svg.Scale(*reach(marks), _MARGIN, WIDTH - _MARGIN)
    svg.rect(picture, scale.start, 4, scale.end, HEIGHT - 4, svg.BAND)
    if marks.now is not None:
        svg.rect(picture, scale.at(0), 9, scale.at(marks.now), HEIGHT - 9, svg.NOW)
    if scale.low < 0:
        svg.line(picture, [(scale.at(0), 4), (scale.at(0), HEIGHT - 4)], svg.LINE, 1)
    if marks.target is not None:
        at = scale.at(marks.target)
        svg.line(picture, [(at, 1), (at, HEIGHT - 1)], svg.TARGET, 3)
    if marks.baseline is not None:
        svg.diamond(picture, scale.at(marks.baseline), HEIGHT / 2, 5)
    return svg.text_of(picture)


def reach(marks: Bullet) -> tuple[float, float]:
    """Where the scale begins and ends."""
    numbers = [float(number) for number in marks.known]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    if marks.full is not None:
        high = max(high, float(marks.full))
    elif high > 0:
        high = svg.ceiling(high)
    if low < 0:
        low = -svg.ceiling(-low)
    if low == high:
        high = 1.0
    return low, high
