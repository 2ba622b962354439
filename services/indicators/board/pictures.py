"""What the pages draw: a row's numbers and words as pictures."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from services.indicators.board.charts.bars import bar, extent
from services.indicators.board.charts.bullet import Bullet, bullet, reach
from services.indicators.board.charts.trend import reach as trend_reach
from services.indicators.board.charts.trend import span, trend
from services.indicators.board.domain import drawn, full_scale, number_words, target_words
from services.indicators.board.service import Line, Part
from services.indicators.board.titles import statuses


def bullet_of(line: Line) -> Markup:
    """Baseline, target and now; nothing of a gap in points, which has no scale in common with others."""
    indicator = line.indicator
    if not drawn(indicator):
        return Markup()
    said = [f"现值 {number_words(line.number, indicator.unit)}"]
    if indicator.baseline is not None:
        said.append(f"基期 {number_words(indicator.baseline, indicator.unit)}")
    said.append(f"目标 {target_words(indicator.comparison, line.target, indicator.unit)}")
    said.append(statuses()[line.status])
    marks = Bullet(line.number, indicator.baseline, line.target, full_scale(indicator))
    low, high = reach(marks)
    said.append(f"横轴 {_range(Decimal(str(low)), Decimal(str(high)), indicator.unit)}")
    return _safe(bullet(f"b{indicator.number}", f"{indicator.title}：现值与目标", "，".join(said), marks))


def trend_of(line: Line, *, large: bool = False) -> Markup:
    """The numbers over periods, small beside the row or large with its ends in words."""
    indicator = line.indicator
    ident = f"{'t' if large else 's'}{indicator.number}"
    found = trend_reach(line.trend, targets=large)
    ends = ("", "") if found is None else _ends(*found, indicator.unit)
    said = f"{trend_words(line)}；纵轴 {ends[0]} 至 {ends[1]}，不从零起"
    return _safe(trend(ident, f"{indicator.title}：走势", said, line.trend, ends, large=large))


def extremes_words(line: Line) -> str:
    """`97.59% – 98.75%`: between which numbers a line lies that would else look like a fall to nothing."""
    found = trend_reach(line.trend, targets=False)
    if found is None:
        return ""
    return _range(*found, line.indicator.unit)


def _range(low: Decimal, high: Decimal, unit: str) -> str:
    first, last = _ends(low, high, unit)
    return first if first == last else f"{first} 至 {last}"


def _ends(low: Decimal, high: Decimal, unit: str) -> tuple[str, str]:
    return number_words(low, unit), number_words(high, unit)


def trend_words(line: Line) -> str:
    """`2025-01 98.1% 至 2026-11 98.7%`."""
    ends = span(line.trend)
    if ends is None:
        return "还没有数值"
    unit = line.indicator.unit
    said = [f"{end.period} {number_words(end.value, unit)}" for end in ends]
    return said[0] if ends[0] is ends[1] else "至 ".join((f"{said[0]} ", said[1]))


def bar_of(line: Line, part: Part) -> Markup:
    """One place's bar on the common scale of its line; nothing where there is no other to compare it with."""
    if part.number is None or (len(line.compared) == 1 and not drawn(line.indicator)):
        return Markup()
    numbers = [one.number for one in line.compared if one.number is not None]
    marks = [] if line.target is None else [line.target]
    reach = extent([*numbers, *marks], full_scale(line.indicator))
    return _safe(bar(part.number, line.target, reach))


def _safe(text: str) -> Markup:
    """Made by our own drawing functions, which escape what they are given."""
    return Markup(text)  # noqa: S704 - see above
