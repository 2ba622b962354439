"""Rounding of values, and their status by the published method. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.indicators.definitions.domain import Comparison, Direction, Indicator, Path, Plan
from services.indicators.definitions.periods import end_of
from services.indicators.values.domain import ReadingStatus, Status, Value


def percentage(numerator: Decimal, denominator: Decimal, precision: int) -> Decimal:
    """The ratio in percent, rounded half up, but never to 100 (or 0) unless it is:
    a guarantee is not completed by rounding. ZeroDivisionError stays the caller's mistake."""
    return rounded(numerator * 100 / denominator, precision, ratio=True)


def rounded(exact: Decimal, precision: int, *, ratio: bool) -> Decimal:
    """Half up, but never onto 0 (a gap is not closed by rounding), nor a ratio onto 100, unless it is."""
    step = Decimal(1).scaleb(-precision)
    number = exact.quantize(step, ROUND_HALF_UP)
    if ratio and number == 100 and exact < 100:
        return Decimal(100) - step
    if number == 0 and exact != 0:
        return step if exact > 0 else -step
    return number


def status_of(
    indicator: Indicator, plan: Plan, value: Decimal | None, year: int, *, closed: bool, previous: Decimal | None = None
) -> Status:
    """The published method (`GET /v1/methods`), read from top to bottom.

    The plan's 2025 target met, or the year's own where there is no other (single years, more than the year
    before: `previous`) → achieved. Else a binding one is gap_open while the period runs and breached once it
    is `closed`; an expected one is reversed beyond its baseline, on_track where it meets what the plan
    expects of the year, else behind.
    """
    if value is None:
        return "not_computable"
    if year < plan.first_year:
        return "no_target"
    expected = indicator.target_of(year, plan, previous)
    goal = expected if indicator.target is None else indicator.target
    if goal is None:
        return "no_baseline" if indicator.comparison == "rising" else "no_target"
    if meets(indicator.comparison, value, goal):
        return "achieved"
    if indicator.binding:
        return "breached" if closed else "gap_open"
    return _on_the_way(indicator, value, expected, goal, last=year >= plan.last_year)


def _on_the_way(indicator: Indicator, value: Decimal, expected: Decimal | None, goal: Decimal, *, last: bool) -> Status:
    """The status of an expected indicator that has not reached its goal."""
    if indicator.baseline is not None and _worse(indicator.direction, value, indicator.baseline):
        return "reversed"
    if expected is None:
        return "no_baseline" if indicator.baseline is None else "no_target"
    on_the_line = expected != goal and not _worse(indicator.direction, value, expected)
    return "on_track" if on_the_line and not last else "behind"


def meets(comparison: Comparison, value: Decimal, target: Decimal) -> bool:
    """Whether a value satisfies a target."""
    if comparison in ("more_than", "rising"):
        return value > target
    if comparison == "zero":
        return value == target
    return value <= target if comparison == "at_most" else value >= target


def _worse(direction: Direction, value: Decimal, than: Decimal) -> bool:
    return value > than if direction in ("down", "zero") else value < than


def readings_of(indicator: Indicator, plan: Plan, value: Value, today: date) -> list[ReadingStatus]:
    """The status of a value by each of the indicator's other readings: its own comparison and target, without
    a straight line to it. One about another population is not judged by this one's number."""
    path: Path = "final_year" if indicator.path == "straight_line" else indicator.path
    year, closed = int(value.period[:4]), end_of(value.period) < today
    read = [
        (one, replace(indicator, comparison=one.comparison, target=one.target, targets={}, path=path))
        for one in indicator.readings
    ]
    return [
        ReadingStatus(one, None if one.population else status_of(other, plan, value.value, year, closed=closed))
        for one, other in read
    ]
